#include "philox.h"
#include "ptb_random.h"

#define PHILOX2(name, W, D, bits, m, w)                                                                               \
  void name(int rounds, const W ctr[2], const W key[1], W out[2]) {                                                   \
    W c0 = ctr[0], c1 = ctr[1], k = key[0];                                                                           \
    for (int r = 0; r < rounds; r++, k += w) PTB_PHILOX2_ROUND(W, D, bits, m, c0, c1, k);                             \
    out[0] = c0, out[1] = c1;                                                                                         \
  }
#define PHILOX4(name, W, D, bits, m0, m1, w0, w1)                                                                     \
  void name(int rounds, const W ctr[4], const W key[2], W out[4]) {                                                   \
    W c0 = ctr[0], c1 = ctr[1], c2 = ctr[2], c3 = ctr[3], k0 = key[0], k1 = key[1];                                   \
    for (int r = 0; r < rounds; r++, k0 += w0, k1 += w1)                                                              \
      PTB_PHILOX4_ROUND(W, D, bits, m0, m1, c0, c1, c2, c3, k0, k1);                                                  \
    out[0] = c0, out[1] = c1, out[2] = c2, out[3] = c3;                                                               \
  }

PHILOX2(ptb_philox2x32, uint32_t, uint64_t, 32, PTB_PHILOX_M2x32, PTB_PHILOX_W32_0)
PHILOX2(ptb_philox2x64, uint64_t, ptb_uint128, 64, PTB_PHILOX_M2x64, PTB_PHILOX_W64_0)
PHILOX4(ptb_philox4x32, uint32_t, uint64_t, 32, PTB_PHILOX_M4x32_0, PTB_PHILOX_M4x32_1, PTB_PHILOX_W32_0,
        PTB_PHILOX_W32_1)
PHILOX4(ptb_philox4x64, uint64_t, ptb_uint128, 64, PTB_PHILOX_M4x64_0, PTB_PHILOX_M4x64_1, PTB_PHILOX_W64_0,
        PTB_PHILOX_W64_1)

/* The rounds of Philox (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3; SC 2011), for W-bit
   words with D the type of twice the width. */
#ifndef PTB_PHILOX_H
#define PTB_PHILOX_H
#include <stdint.h>

__extension__ typedef unsigned __int128 ptb_uint128;

#define PTB_PHILOX2_ROUND(W, D, bits, m, c0, c1, k0)                                                                  \
  do {                                                                                                                \
    D product = (D)(m) * c0;                                                                                          \
    c0 = (W)(product >> bits) ^ k0 ^ c1;                                                                              \
    c1 = (W)product;                                                                                                  \
  } while (0)

#define PTB_PHILOX4_ROUND(W, D, bits, m0, m1, c0, c1, c2, c3, k0, k1)                                                 \
  do {                                                                                                                \
    D even = (D)(m0) * c0, odd = (D)(m1) * c2;                                                                        \
    c0 = (W)(odd >> bits) ^ c1 ^ k0;                                                                                  \
    c2 = (W)(even >> bits) ^ c3 ^ k1;                                                                                 \
    c1 = (W)odd;                                                                                                      \
    c3 = (W)even;                                                                                                     \
  } while (0)

/* Multipliers, and the increments of the key. */
#define PTB_PHILOX_M2x32 0xd256d193u
#define PTB_PHILOX_M4x32_0 0xd2511f53u
#define PTB_PHILOX_M4x32_1 0xcd9e8d57u
#define PTB_PHILOX_M2x64 0xd2b74407b1ce6e93u
#define PTB_PHILOX_M4x64_0 0xd2e7470ee14c6c93u
#define PTB_PHILOX_M4x64_1 0xca5a826395121157u
#define PTB_PHILOX_W32_0 0x9e3779b9u
#define PTB_PHILOX_W32_1 0xbb67ae85u
#define PTB_PHILOX_W64_0 0x9e3779b97f4a7c15u
#define PTB_PHILOX_W64_1 0xbb67ae8584caa73bu
#endif

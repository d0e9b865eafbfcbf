#ifndef PTB_RANDOM_H
#define PTB_RANDOM_H
#include <stdint.h>

/* Counter-based random numbers (Salmon et al. 2011). A draw is a pure function of (key, element index): any split of
   a range, over threads or tiles, gives the same bits. */

/* One block of Philox-WxN: out = bijection of ctr under key, word 0 first. `rounds` is 10 in all use outside of tests. */
void ptb_philox2x32(int rounds, const uint32_t ctr[2], const uint32_t key[1], uint32_t out[2]);
void ptb_philox4x32(int rounds, const uint32_t ctr[4], const uint32_t key[2], uint32_t out[4]);
void ptb_philox2x64(int rounds, const uint64_t ctr[2], const uint64_t key[1], uint64_t out[2]);
void ptb_philox4x64(int rounds, const uint64_t ctr[4], const uint64_t key[2], uint64_t out[4]);

/* The stream of a key: word i is word i % 4 of the Philox4x32-10 block with counter (i / 4 low, i / 4 high, 0, 0) and
   key (key low, key high); with key 20111115 it is the stream of C++26's std::philox4x32. 64-bit word i is words 2i
   (low) and 2i + 1 (high). What element i of a draw is made of: */
enum ptb_draw_kind {
  PTB_BITS,            /* u32: word i */
  PTB_UNIFORM_F32,     /* [0, 1): the upper 24 bits of word i */
  PTB_UNIFORM_F64,     /* [0, 1): the upper 53 bits of 64-bit word i */
  PTB_NORMAL_F32,      /* Box-Muller: elements 2j and 2j + 1 are sqrt(-2 log u) cos, sin of 2 pi v; u in (0, 1] from 31 */
  PTB_NORMAL_F64,      /*   bits of word 2j, v from 24 of word 2j + 1; f64: 53 bits of 64-bit words 2j and 2j + 1 */
  PTB_EXPONENTIAL_F32, /* -log(1 - uniform) */
  PTB_EXPONENTIAL_F64,
  PTB_RADEMACHER_F32,  /* 1 where bit i % 32 of word i / 32 is set, -1 elsewhere */
  PTB_RADEMACHER_F64,
  PTB_RANDINT,         /* int64 in [low, high): the upper half of 64-bit word i times (high - low), plus low */
  PTB_DRAW_COUNT
};

/* Elements [offset, offset + n) of the draw of `key`, into out[0 ..< n]. low and high: of PTB_RANDINT. */
void ptb_draw(int kind, uint64_t key, int64_t offset, int64_t n, int64_t low, int64_t high, void *out);

/* n elements for each key, as one array of rows: writes out[i] for i in [begin, end), element i % n of key i / n. */
void ptb_draw_rows(int kind, const uint64_t *keys, int64_t n, int64_t begin, int64_t end, int64_t low, int64_t high,
                   void *out);

/* A new key from a key and a number (an index, a hash of a name): words 0 and 1 of the block with counter
   (data low, data high, 0x464f4c44, 0), which no draw uses. */
uint64_t ptb_fold_key(uint64_t key, uint64_t data);

/* A uniform permutation of 0 ..< n (Fisher and Yates, position i against 64-bit word i of the stream). */
void ptb_permutation(uint64_t key, int64_t n, int64_t *out);

#endif

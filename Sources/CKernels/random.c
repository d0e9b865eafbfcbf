#include "isa.h"
#include "philox.h"
#include "ptb_random.h"

/* Stream words per element, as a fraction, and bytes of an element. */
typedef struct { uint8_t words, per, size; } draw_layout;
static const draw_layout layouts[PTB_DRAW_COUNT] = {
  [PTB_BITS] = {1, 1, 4}, [PTB_UNIFORM_F32] = {1, 1, 4}, [PTB_UNIFORM_F64] = {2, 1, 8}, [PTB_NORMAL_F32] = {1, 1, 4},
  [PTB_NORMAL_F64] = {2, 1, 8}, [PTB_EXPONENTIAL_F32] = {1, 1, 4}, [PTB_EXPONENTIAL_F64] = {2, 1, 8},
  [PTB_RADEMACHER_F32] = {1, 32, 4}, [PTB_RADEMACHER_F64] = {1, 32, 8}, [PTB_RANDINT] = {2, 1, 8},
};

/* Chunk by chunk of the stream; of a chunk that is needed in part only, the blocks that are needed. */
void ptb_draw(int kind, uint64_t key, int64_t offset, int64_t n, int64_t low, int64_t high, void *out) {
  const ptb_kernel_table *table = ptb_kernels();
  const draw_layout layout = layouts[kind];
  int64_t chunk_elements = PTB_CHUNK_WORDS * layout.per / layout.words;
  _Alignas(64) uint32_t words[PTB_CHUNK_WORDS];
  char *to = out;
  for (int64_t done = 0; done < n;) {
    int64_t chunk = (offset + done) / chunk_elements, first = (offset + done) % chunk_elements;
    int64_t count = chunk_elements - first < n - done ? chunk_elements - first : n - done;
    int64_t pair = first & -2, first_block = pair * layout.words / layout.per / 4;
    int64_t end_block = (((first + count + 1) & -2) * layout.words + layout.per * 4 - 1) / (layout.per * 4);
    table->philox(key, (uint64_t)(chunk * (PTB_CHUNK_WORDS / 4) + first_block), end_block - first_block,
                  words + 4 * first_block);
    table->draw[kind](words, first, count, low, (uint64_t)high - (uint64_t)low, to);
    to += count * layout.size;
    done += count;
  }
}

void ptb_draw_rows(int kind, const uint64_t *keys, int64_t n, int64_t begin, int64_t end, int64_t low, int64_t high,
                   void *out) {
  for (int64_t at = begin; at < end;) {
    int64_t row = at / n, column = at % n, count = n - column < end - at ? n - column : end - at;
    ptb_draw(kind, keys[row], column, count, low, high, (char *)out + at * layouts[kind].size);
    at += count;
  }
}

uint64_t ptb_fold_key(uint64_t key, uint64_t data) {
  const uint32_t counter[4] = {(uint32_t)data, (uint32_t)(data >> 32), 0x464f4c44u, 0};
  const uint32_t words[2] = {(uint32_t)key, (uint32_t)(key >> 32)};
  uint32_t folded[4];
  ptb_philox4x32(10, counter, words, folded);
  return folded[0] | (uint64_t)folded[1] << 32;
}

void ptb_permutation(uint64_t key, int64_t n, int64_t *out) {
  enum { batch = PTB_CHUNK_WORDS / 2 };
  uint64_t words[batch];
  for (int64_t i = 0; i < n; i++) {
    if (i % batch == 0) ptb_kernels()->philox(key, (uint64_t)i / 2, PTB_CHUNK_WORDS / 4, (uint32_t *)words);
    int64_t j = (int64_t)(((ptb_uint128)words[i % batch] * (uint64_t)(i + 1)) >> 64);
    out[i] = out[j];
    out[j] = i;
  }
}

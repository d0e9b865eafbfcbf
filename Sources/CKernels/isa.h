/* The kernels exist once per instruction set: kernels_*.c include kernels.h under a target attribute, and each gives a
   table of functions. `ptb_kernels` is the best table this processor runs. */
#ifndef PTB_ISA_H
#define PTB_ISA_H
#include "ptb_kernels.h"

/* Kernels that no micro-operation names: pow with a constant exponent. */
enum { PTB_SQUARE = PTB_MICRO_COUNT, PTB_CUBE, PTB_RECIPROCAL, PTB_POW_HALF, PTB_KERNEL_COUNT };
enum { PTB_TYPES = 6 };

/* dst[i] = op(a[i], b[i], c[i]) for i in [0, n); dst may be one of the operands. Gives an enum ptb_fault. */
typedef int (*ptb_tile_fn)(void *dst, const void *a, const void *b, const void *c, int64_t n);

/* Elements [first, first + n) of a draw from one chunk of a key's stream, PTB_CHUNK_WORDS words that start on a block. */
enum { PTB_CHUNK_WORDS = 128 };
typedef void (*ptb_draw_fn)(const uint32_t *words, int64_t first, int64_t n, int64_t low, uint64_t width, void *out);

/* One reduction: of a row; of `width` <= PTB_REDUCE_COLUMNS neighbouring columns; of the partial results of a row. */
enum { PTB_REDUCE_COLUMNS = 128 };
typedef struct {
  void (*row)(const void *in, int64_t n, void *out);
  void (*columns)(const void *in, int64_t axis, int64_t inner, int64_t width, void *out);
  void (*join)(const void *partials, int64_t count, void *out);
} ptb_reduction;

typedef struct {
  const ptb_tile_fn *micro[PTB_TYPES];       /* by operand type, then micro-operation; 0 where there is none */
  ptb_tile_fn convert[PTB_TYPES][PTB_TYPES]; /* from, to */
  void (*philox)(uint64_t key, uint64_t block, int64_t count, uint32_t *words);
  ptb_draw_fn draw[PTB_DRAW_COUNT];
  const ptb_reduction *reduce[PTB_REDUCE_COUNT][PTB_TYPES];
  void (*softmax_row[2])(const void *in, void *out, int64_t n);
  void (*scan[2][PTB_TYPES])(const void *in, void *out, int64_t axis, int64_t inner);
} ptb_kernel_table;

const ptb_kernel_table *ptb_kernels(void);
extern const ptb_kernel_table ptb_kernels_base;
#if defined(__x86_64__)
extern const ptb_kernel_table ptb_kernels_avx2, ptb_kernels_avx512;
#endif

static inline int64_t ptb_size(int type) {
  static const uint8_t sizes[PTB_TYPES] = {4, 8, 8, 1, 8, 16};
  return sizes[type];
}
#endif

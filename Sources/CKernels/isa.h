/* The kernels exist once per instruction set: kernels_*.c include kernels.h under a target attribute, and each gives a
   table of functions. `ptb_kernels` is the best table this processor runs. */
#ifndef PTB_ISA_H
#define PTB_ISA_H
#include "ptb_kernels.h"

/* Kernels that no micro-operation names: pow with a constant exponent. */
enum { PTB_SQUARE = PTB_MICRO_COUNT, PTB_CUBE, PTB_RECIPROCAL, PTB_POW_HALF, PTB_KERNEL_COUNT };
enum { PTB_TYPES = 6 };

/* dst[i] = op(a[i], b[i], c[i]) for i in [0, n); dst may be one of the operands. */
typedef void (*ptb_tile_fn)(void *dst, const void *a, const void *b, const void *c, int64_t n);

typedef struct {
  const ptb_tile_fn *micro[PTB_TYPES];      /* by operand type, then micro-operation; 0 where there is none */
  ptb_tile_fn convert[PTB_TYPES][PTB_TYPES]; /* from, to */
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

#ifndef PTB_SMALL_H
#define PTB_SMALL_H
#include "ptb_kernels.h"

/* A region of few elements, laid out ahead: every operand has its address, and every op its kernel. What a region costs
   apart from its arithmetic, a few dozen nanoseconds, would be most of the time of such a region. */
typedef struct {
  void *dst;
  const void *a, *b, *c;
  int (*kernel)(void *dst, const void *a, const void *b, const void *c, int64_t n);
  int32_t code;           /* of an op that one element takes no call for, else 0 */
  int32_t bytes;          /* of an element, for copies */
} ptb_small_op;

/* The kernel and the code of a micro-operation; false where there is none. */
int ptb_small_prepare(ptb_small_op *op, int micro, int type, int source);
/* dst[i] = a[0], and dst[i] = a[i]. */
void ptb_small_prepare_fill(ptb_small_op *op, int type);
void ptb_small_prepare_copy(ptb_small_op *op, int type);
/* Runs the ops in order, each over n elements. Gives 0, or the first fault as (op << 8) + enum ptb_fault. */
int64_t ptb_run_small(const ptb_small_op *ops, int64_t count, int64_t n);

#endif

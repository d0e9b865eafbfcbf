#ifndef PTB_REDUCE_H
#define PTB_REDUCE_H
#include <stdint.h>

/* Reductions of the middle axis of a dense [outer, axis, inner] array into [outer, inner]. Sums are fixed trees: blocks of
   PTB_REDUCE_BLOCK elements (a row) or 64 rows (inner > 1), joined pairwise, so that the bits depend on the layout only,
   never on how the work was split, and errors grow with the logarithm of the length. */
enum ptb_reduce_kind {
  PTB_SUM,    /* f32 f64 int c64 c128; bool counts into int64 */
  PTB_PROD,   /* f32 f64 int c64 c128 */
  PTB_AMAX, PTB_AMIN, /* f32 f64 (NaN wins) int bool */
  PTB_SUM_SQUARES,    /* f32 f64 */
  PTB_ARGMAX, PTB_ARGMIN, /* f32 f64 (NaN wins) int bool, into int64: the first of equals */
  PTB_LOGSUMEXP,      /* f32 f64 */
  PTB_REDUCE_COUNT
};
enum { PTB_REDUCE_BLOCK = 4096 };

/* Whether there is a kernel. Any and all of bools are PTB_AMAX and PTB_AMIN. An empty axis gives 0, 1, the least or the
   greatest value, index 0, -inf. */
int ptb_reduce_supported(int kind, int type);
void ptb_reduce(int kind, int type, const void *in, void *out, int64_t outer, int64_t axis, int64_t inner);
/* Elements [begin, end) of the flat result only; `in` and `out` are the bases of the whole arrays. */
void ptb_reduce_range(int kind, int type, const void *in, void *out, int64_t axis, int64_t inner, int64_t begin,
                      int64_t end);
/* One long row in parallel: partials[b] for the blocks b in [first, end) of n elements, then all of them joined. Sum, prod,
   max, min, sum of squares; the same bits as ptb_reduce. A partial has the type of the result. */
void ptb_reduce_blocks(int kind, int type, const void *in, int64_t n, int64_t first, int64_t end, void *partials);
void ptb_reduce_join(int kind, int type, const void *partials, int64_t blocks, void *out);

/* Softmax of each of `rows` rows of n elements (f32, f64); out may be in. NaN rows where an element is NaN or +inf. */
void ptb_softmax(int type, const void *in, void *out, int64_t rows, int64_t n);

/* Running sums (PTB_SUM) or products (PTB_PROD) along the middle axis: f32 f64 int c64 c128; out may be in. */
void ptb_scan(int kind, int type, const void *in, void *out, int64_t outer, int64_t axis, int64_t inner);

#endif

#include "ptb_reduce.h"
#include "isa.h"

static const ptb_reduction *reduction(int kind, int type) { return ptb_kernels()->reduce[kind][type]; }

int ptb_reduce_supported(int kind, int type) { return reduction(kind, type) != 0; }

/* Bytes of a result of a reduction. */
static int64_t result_size(int kind, int type) {
  if (kind == PTB_ARGMAX || kind == PTB_ARGMIN || (kind == PTB_SUM && type == PTB_BOOL)) return 8;
  return ptb_size(type);
}

void ptb_reduce_range(int kind, int type, const void *in, void *out, int64_t axis, int64_t inner, int64_t begin,
                      int64_t end) {
  const ptb_reduction *r = reduction(kind, type);
  int64_t size = ptb_size(type), out_size = result_size(kind, type);
  const char *x = in;
  char *y = out;
  if (inner == 1) {
    for (int64_t k = begin; k < end; k++) r->row(x + k * axis * size, axis, y + k * out_size);
    return;
  }
  for (int64_t at = begin; at < end;) {
    int64_t row = at / inner, column = at % inner, width = inner - column;
    width = width < end - at ? width : end - at;
    width = width < PTB_REDUCE_COLUMNS ? width : PTB_REDUCE_COLUMNS;
    r->columns(x + (row * axis * inner + column) * size, axis, inner, width, y + at * out_size);
    at += width;
  }
}

void ptb_reduce(int kind, int type, const void *in, void *out, int64_t outer, int64_t axis, int64_t inner) {
  ptb_reduce_range(kind, type, in, out, axis, inner, 0, outer * inner);
}

void ptb_reduce_blocks(int kind, int type, const void *in, int64_t n, int64_t first, int64_t end, void *partials) {
  const ptb_reduction *r = reduction(kind, type);
  for (int64_t b = first; b < end; b++) {
    int64_t at = b * PTB_REDUCE_BLOCK, count = n - at < PTB_REDUCE_BLOCK ? n - at : PTB_REDUCE_BLOCK;
    r->row((const char *)in + at * ptb_size(type), count, (char *)partials + b * result_size(kind, type));
  }
}

void ptb_reduce_join(int kind, int type, const void *partials, int64_t blocks, void *out) {
  reduction(kind, type)->join(partials, blocks, out);
}

void ptb_softmax(int type, const void *in, void *out, int64_t rows, int64_t n) {
  const ptb_kernel_table *table = ptb_kernels();
  int64_t bytes = n * ptb_size(type);
  for (int64_t k = 0; k < rows; k++)
    table->softmax_row[type]((const char *)in + k * bytes, (char *)out + k * bytes, n);
}

void ptb_scan(int kind, int type, const void *in, void *out, int64_t outer, int64_t axis, int64_t inner) {
  const ptb_kernel_table *table = ptb_kernels();
  int64_t bytes = axis * inner * ptb_size(type);
  for (int64_t k = 0; k < outer; k++)
    table->scan[kind][type]((const char *)in + k * bytes, (char *)out + k * bytes, axis, inner);
}

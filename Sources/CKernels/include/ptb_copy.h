#ifndef PTB_COPY_H
#define PTB_COPY_H
#include <stdint.h>

/* Copies an array of `shape` between two strided layouts (strides in elements, 0 and negative ones allowed for the input);
   `size` is the bytes of an element: 1, 4, 8 or 16. Rank at most PTB_MAX_RANK. Transposes go block by block. */
void ptb_copy_strided(int64_t size, int64_t rank, const int64_t *shape, const void *in, const int64_t *in_strides,
                      void *out, const int64_t *out_strides);

/* out[k] = in[index[k]] for k in [0, n), rows of `row_bytes` bytes. Returns -1, or the first k whose index is not in
   [0, rows); then nothing is written. */
int64_t ptb_gather_rows(const void *in, int64_t rows, int64_t row_bytes, const int64_t *index, int64_t n, void *out);

/* out[index[k]] += in[k] for k = 0, 1, ..., n - 1 in that order, rows of `row` elements of any type with an ADD kernel.
   Returns as ptb_gather_rows. */
int64_t ptb_scatter_add_rows(int type, const void *in, const int64_t *index, int64_t n, int64_t row, void *out,
                             int64_t rows);

#endif

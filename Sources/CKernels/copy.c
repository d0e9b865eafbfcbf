#include "ptb_copy.h"
#include "by_size.h"
#include "isa.h"
#include <string.h>

typedef struct { int64_t n, in, out; } dimension; /* extent, and strides in elements */

/* Drops dimensions of extent 1 and merges neighbours that both layouts walk as one. Returns the new rank. */
static int collapse(int64_t rank, const int64_t *shape, const int64_t *in, const int64_t *out, dimension *d) {
  int kept = 0;
  for (int64_t k = 0; k < rank; k++) {
    if (shape[k] == 1) continue;
    dimension next = {shape[k], in[k], out[k]};
    if (kept && d[kept - 1].in == next.in * next.n && d[kept - 1].out == next.out * next.n) {
      next.n *= d[kept - 1].n;
      d[kept - 1] = next;
    } else {
      d[kept++] = next;
    }
  }
  return kept;
}

/* Blocks of 16 x 16 elements keep the lines of both sides in L1 while they are used. */
static void copy_plane(int64_t size, dimension a, dimension b, const char *in, char *out) {
  enum { block = 16 };
  if (b.in == 1 && b.out == 1) {
    for (int64_t i = 0; i < a.n; i++)
      memcpy(out + i * a.out * size, in + i * a.in * size, (size_t)(b.n * size));
    return;
  }
  BY_SIZE(size, {
    const E *x = (const E *)in;
    E *y = (E *)out;
    for (int64_t i0 = 0; i0 < a.n; i0 += block) {
      int64_t i1 = i0 + block < a.n ? i0 + block : a.n;
      for (int64_t j0 = 0; j0 < b.n; j0 += block) {
        int64_t j1 = j0 + block < b.n ? j0 + block : b.n;
        for (int64_t i = i0; i < i1; i++)
          for (int64_t j = j0; j < j1; j++) y[i * a.out + j * b.out] = x[i * a.in + j * b.in];
      }
    }
  })
}

void ptb_copy_strided(int64_t size, int64_t rank, const int64_t *shape, const void *in, const int64_t *in_strides,
                      void *out, const int64_t *out_strides) {
  for (int64_t k = 0; k < rank; k++)
    if (shape[k] == 0) return;
  dimension d[PTB_MAX_RANK + 2];
  int n = collapse(rank, shape, in_strides, out_strides, d);
  while (n < 2) { /* a plane at least: leading dimensions of extent 1 */
    memmove(d + 1, d, sizeof *d * (size_t)n++);
    d[0] = (dimension){1, 0, 0};
    if (n == 1) d[0] = (dimension){1, 1, 1};
  }
  /* The plane is the last dimension and, if the input is densest along another, that one. */
  dimension b = d[--n];
  int dense = n - 1;
  for (int k = 0; k < n; k++)
    if (d[k].in == 1) dense = k;
  dimension a = d[dense];
  for (int k = dense; k + 1 < n; k++) d[k] = d[k + 1];
  n--;

  int64_t index[PTB_MAX_RANK + 2] = {0};
  const char *x = in;
  char *y = out;
  for (int k = 0; k >= 0;) {
    copy_plane(size, a, b, x, y);
    for (k = n - 1; k >= 0; k--) {
      x += d[k].in * size, y += d[k].out * size;
      if (++index[k] < d[k].n) break;
      x -= d[k].in * d[k].n * size, y -= d[k].out * d[k].n * size;
      index[k] = 0;
    }
  }
}

static int64_t first_outside(const int64_t *index, int64_t n, int64_t rows) {
  for (int64_t k = 0; k < n; k++)
    if ((uint64_t)index[k] >= (uint64_t)rows) return k;
  return -1;
}

int64_t ptb_gather_rows(const void *in, int64_t rows, int64_t row_bytes, const int64_t *index, int64_t n, void *out) {
  int64_t wrong = first_outside(index, n, rows);
  if (wrong >= 0) return wrong;
  const char *x = in;
  char *y = out;
  switch (row_bytes) {
  case 4: for (int64_t k = 0; k < n; k++) memcpy(y + k * 4, x + index[k] * 4, 4); break;
  case 8: for (int64_t k = 0; k < n; k++) memcpy(y + k * 8, x + index[k] * 8, 8); break;
  default: for (int64_t k = 0; k < n; k++) memcpy(y + k * row_bytes, x + index[k] * row_bytes, (size_t)row_bytes);
  }
  return -1;
}

int64_t ptb_scatter_add_rows(int type, const void *in, const int64_t *index, int64_t n, int64_t row, void *out,
                             int64_t rows) {
  int64_t wrong = first_outside(index, n, rows), bytes = row * ptb_size(type);
  if (wrong >= 0) return wrong;
  ptb_tile_fn add = ptb_kernels()->micro[type][PTB_ADD];
  for (int64_t k = 0; k < n; k++) {
    char *target = (char *)out + index[k] * bytes;
    add(target, target, (const char *)in + k * bytes, 0, row);
  }
  return -1;
}

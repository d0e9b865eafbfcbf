/* Reductions, row functions and scans of one real type. Included after micro_complex.h. */
#define RED(name) T(sum_##name)
#define S REAL
#define E REAL
#define INIT 0
#define FOLD(a, x) ((a) + (x))
#define JOIN FOLD
#include "reduce_op.h"

#define RED(name) T(sum_squares_##name)
#define S REAL
#define E REAL
#define INIT 0
#define FOLD(a, x) ((a) + (x) * (x))
#define JOIN(a, b) ((a) + (b))
#include "reduce_op.h"

#define RED(name) T(prod_##name)
#define S REAL
#define E REAL
#define INIT 1
#define FOLD(a, x) ((a) * (x))
#define JOIN FOLD
#include "reduce_op.h"

#define RED(name) T(max_##name)
#define S REAL
#define E REAL
#define INIT (-(REAL)INFINITY)
#define FOLD(a, x) ((((a) > (x)) | ((a) != (a))) ? (a) : (x))
#define JOIN FOLD
#include "reduce_op.h"

#define RED(name) T(min_##name)
#define S REAL
#define E REAL
#define INIT ((REAL)INFINITY)
#define FOLD(a, x) ((((a) < (x)) | ((a) != (a))) ? (a) : (x))
#define JOIN FOLD
#include "reduce_op.h"

#define ARG(name) T(argmax_##name)
#define S REAL
#define EXTREME T(max_row)
#define BETTER(x, y) (((x) > (y)) | (((x) != (x)) & ((y) == (y))))
#define SAME(x, y) (((x) == (y)) | (((x) != (x)) & ((y) != (y))))
#include "reduce_arg.h"

#define ARG(name) T(argmin_##name)
#define S REAL
#define EXTREME T(min_row)
#define BETTER(x, y) (((x) < (y)) | (((x) != (x)) & ((y) == (y))))
#define SAME(x, y) (((x) == (y)) | (((x) != (x)) & ((y) != (y))))
#include "reduce_arg.h"

#define RED(name) T(complex_sum_##name)
#define S T(complex)
#define E T(complex)
#define INIT T(complex_of)(0, 0)
#define FOLD(a, x) T(complex_of)((a).re + (x).re, (a).im + (x).im)
#define JOIN FOLD
#include "reduce_op.h"

#define RED(name) T(complex_prod_##name)
#define S T(complex)
#define E T(complex)
#define INIT T(complex_of)(1, 0)
#define FOLD(a, x) T(complex_of)((a).re * (x).re - (a).im * (x).im, (a).re * (x).im + (a).im * (x).re)
#define JOIN FOLD
#include "reduce_op.h"

/* Where the maximum is infinite, x - maximum would be NaN at it: shifts by 0 instead, and exp and log give ±inf. */
static inline REAL T(shift)(REAL maximum) { return BUILTIN(fabs)(maximum) == (REAL)INFINITY ? 0 : maximum; }

static void T(logsumexp_row)(const void *in, int64_t n, void *out) {
  enum { chunk = 512 };
  const REAL *x = in;
  REAL e[chunk], maximum, sum = 0;
  T(max_row)(x, n, &maximum);
  REAL by = T(shift)(maximum);
  for (int64_t at = 0; at < n; at += chunk) {
    int64_t count = n - at < chunk ? n - at : chunk;
    EACH(i, count) e[i] = T(exp)(x[at + i] - by);
    sum += T(sum_block)(e, count);
  }
  *(REAL *)out = by + T(log)(sum);
}

static void T(logsumexp_columns)(const void *in, int64_t axis, int64_t inner, int64_t width, void *out) {
  const REAL *x = in;
  REAL by[COLUMNS], sum[COLUMNS], *total = out;
  T(max_columns)(x, axis, inner, width, by);
  for (int64_t j = 0; j < width; j++) by[j] = T(shift)(by[j]), sum[j] = 0;
  for (int64_t k = 0; k < axis; k++) EACH(j, width) sum[j] += T(exp)(x[k * inner + j] - by[j]);
  EACH(j, width) total[j] = by[j] + T(log)(sum[j]);
}
static const ptb_reduction T(logsumexp_reduction) = {T(logsumexp_row), T(logsumexp_columns), 0};

/* A short row is done in a copy that is filled up to whole vectors, whose width does not show in the result. */
static void T(softmax_row)(const void *in, void *out, int64_t n) {
  enum { short_row = 64, vector = 16 };
  const REAL *x = in;
  REAL copy[short_row], *y = n <= short_row ? copy : (REAL *)out, maximum, sum;
  T(max_row)(x, n, &maximum);
  if (n <= short_row) {
    int64_t padded = (n + vector - 1) & -vector;
    for (int64_t i = 0; i < padded; i++) copy[i] = (i < n ? x[i] : maximum) - maximum;
    for (int64_t i = 0; i < padded; i += vector) EACH(j, vector) copy[i + j] = T(exp)(copy[i + j]);
  } else {
    EACH(i, n) y[i] = T(exp)(x[i] - maximum);
  }
  T(sum_row)(y, n, &sum);
  REAL scale = 1 / sum, *to = out;
  EACH(i, n) to[i] = y[i] * scale;
}

SCAN(T(cumsum), REAL, before + x)
SCAN(T(cumprod), REAL, before * x)
SCAN(T(complex_cumsum), T(complex), T(complex_of)(before.re + x.re, before.im + x.im))
SCAN(T(complex_cumprod), T(complex),
     T(complex_of)(before.re * x.re - before.im * x.im, before.re * x.im + before.im * x.re))

/* Every kernel that is compiled per instruction set. ISA_TABLE names the table it ends in. */

/* An element is read before it is written and no other element is touched, also when dst is an operand. */
#pragma clang diagnostic ignored "-Wpass-failed" /* loops that call libm stay scalar */
#define EACH(i, n) _Pragma("clang loop vectorize(assume_safety)") for (int64_t i = 0; i < n; i++)
#define UNARY(name, D, A, expression)                                                                                 \
  static int name(void *dst, const void *pa, const void *pb, const void *pc, int64_t n) {                             \
    D *d = dst;                                                                                                       \
    const A *a = pa;                                                                                                  \
    EACH(i, n) {                                                                                                      \
      A x = a[i];                                                                                                     \
      d[i] = expression;                                                                                              \
    }                                                                                                                 \
    return PTB_NO_FAULT;                                                                                              \
  }
#define BINARY(name, D, A, expression)                                                                                \
  static int name(void *dst, const void *pa, const void *pb, const void *pc, int64_t n) {                             \
    D *d = dst;                                                                                                       \
    const A *a = pa, *b = pb;                                                                                         \
    EACH(i, n) {                                                                                                      \
      A x = a[i], y = b[i];                                                                                           \
      d[i] = expression;                                                                                              \
    }                                                                                                                 \
    return PTB_NO_FAULT;                                                                                              \
  }
#define SELECT(name, D)                                                                                               \
  static int name(void *dst, const void *pa, const void *pb, const void *pc, int64_t n) {                             \
    D *d = dst;                                                                                                       \
    const uint8_t *a = pa;                                                                                            \
    const D *b = pb, *c = pc;                                                                                         \
    EACH(i, n) {                                                                                                      \
      D x = b[i], y = c[i];                                                                                           \
      d[i] = a[i] ? x : y;                                                                                            \
    }                                                                                                                 \
    return PTB_NO_FAULT;                                                                                              \
  }

/* Running combination along the first axis of [axis, inner]. */
#define SCAN(name, S, expression)                                                                                     \
  static void name(const void *in, void *out, int64_t axis, int64_t inner) {                                          \
    const S *a = in;                                                                                                  \
    S *d = out;                                                                                                       \
    if (axis == 0) return;                                                                                            \
    memmove(d, a, (size_t)inner * sizeof(S));                                                                         \
    if (inner == 1) {                                                                                                 \
      S before = d[0];                                                                                                \
      for (int64_t k = 1; k < axis; k++) {                                                                            \
        S x = a[k];                                                                                                   \
        d[k] = before = expression;                                                                                   \
      }                                                                                                               \
      return;                                                                                                         \
    }                                                                                                                 \
    for (int64_t k = 1; k < axis; k++) {                                                                              \
      EACH(j, inner) {                                                                                                \
        S before = d[(k - 1) * inner + j], x = a[k * inner + j];                                                      \
        d[k * inner + j] = expression;                                                                                \
      }                                                                                                               \
    }                                                                                                                 \
  }
#define COLUMNS PTB_REDUCE_COLUMNS

#include "math_f32.h"
#include "math_core.h"
#include "math_normal_f32.h"
#include "micro_real.h"
#include "micro_complex.h"
#include "reduce_real.h"
#include "math_undef.h"

#include "math_f64.h"
#include "math_core.h"
#define erf_f64 __builtin_erf
#define erfc_f64 __builtin_erfc
#define gelu_f64 ptb_gelu
#include "micro_real.h"
#include "micro_complex.h"
#include "reduce_real.h"
#include "math_undef.h"

#include "micro_int.h"
#include "reduce_int.h"
#include "micro_convert.h"
#include "draw.h"

const ptb_kernel_table ISA_TABLE = {
  .micro = {micro_f32, micro_f64, micro_int, micro_bool, micro_complex_f32, micro_complex_f64},
  .convert = {CONVERT_ROW(f32), CONVERT_ROW(f64), CONVERT_ROW(int), CONVERT_ROW(bool), CONVERT_ROW(c64),
              CONVERT_ROW(c128)},
  .philox = philox_words,
  .draw = {draw_bits, draw_uniform_f32, draw_uniform_f64, draw_normal_f32, draw_normal_f64, draw_exponential_f32,
           draw_exponential_f64, draw_rademacher_f32, draw_rademacher_f64, draw_randint},
  .reduce =
    {
      [PTB_SUM] = {&sum_reduction_f32, &sum_reduction_f64, &sum_int_reduction, &sum_bool_reduction,
                   &complex_sum_reduction_f32, &complex_sum_reduction_f64},
      [PTB_PROD] = {&prod_reduction_f32, &prod_reduction_f64, &prod_int_reduction, 0, &complex_prod_reduction_f32,
                    &complex_prod_reduction_f64},
      [PTB_AMAX] = {&max_reduction_f32, &max_reduction_f64, &max_int_reduction, &max_bool_reduction},
      [PTB_AMIN] = {&min_reduction_f32, &min_reduction_f64, &min_int_reduction, &min_bool_reduction},
      [PTB_SUM_SQUARES] = {&sum_squares_reduction_f32, &sum_squares_reduction_f64},
      [PTB_ARGMAX] = {&argmax_reduction_f32, &argmax_reduction_f64, &argmax_int_reduction, &argmax_bool_reduction},
      [PTB_ARGMIN] = {&argmin_reduction_f32, &argmin_reduction_f64, &argmin_int_reduction, &argmin_bool_reduction},
      [PTB_LOGSUMEXP] = {&logsumexp_reduction_f32, &logsumexp_reduction_f64},
    },
  .softmax_row = {softmax_row_f32, softmax_row_f64},
  .scan = {[PTB_SUM] = {cumsum_f32, cumsum_f64, cumsum_int, 0, complex_cumsum_f32, complex_cumsum_f64},
           [PTB_PROD] = {cumprod_f32, cumprod_f64, cumprod_int, 0, complex_cumprod_f32, complex_cumprod_f64}},
};

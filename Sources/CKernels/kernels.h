/* Every kernel that is compiled per instruction set. ISA_TABLE names the table it ends in. */
/* An element is read before it is written and no other element is touched, also when dst is an operand. */
#pragma clang diagnostic ignored "-Wpass-failed" /* loops that call libm stay scalar */
#define EACH(i, n) _Pragma("clang loop vectorize(assume_safety)") for (int64_t i = 0; i < n; i++)
#define UNARY(name, D, A, expression)                                                                                 \
  static void name(void *dst, const void *pa, const void *pb, const void *pc, int64_t n) {                            \
    D *d = dst;                                                                                                       \
    const A *a = pa;                                                                                                  \
    EACH(i, n) {                                                                                                      \
      A x = a[i];                                                                                                     \
      d[i] = expression;                                                                                              \
    }                                                                                                                 \
  }
#define BINARY(name, D, A, expression)                                                                                \
  static void name(void *dst, const void *pa, const void *pb, const void *pc, int64_t n) {                            \
    D *d = dst;                                                                                                       \
    const A *a = pa, *b = pb;                                                                                         \
    EACH(i, n) {                                                                                                      \
      A x = a[i], y = b[i];                                                                                           \
      d[i] = expression;                                                                                              \
    }                                                                                                                 \
  }
#define SELECT(name, D)                                                                                               \
  static void name(void *dst, const void *pa, const void *pb, const void *pc, int64_t n) {                            \
    D *d = dst;                                                                                                       \
    const uint8_t *a = pa;                                                                                            \
    const D *b = pb, *c = pc;                                                                                         \
    EACH(i, n) {                                                                                                      \
      D x = b[i], y = c[i];                                                                                           \
      d[i] = a[i] ? x : y;                                                                                            \
    }                                                                                                                 \
  }

#include "math_f32.h"
#include "math_core.h"
#include "math_normal_f32.h"
#include "micro_real.h"
#include "micro_complex.h"
#include "math_undef.h"

#include "math_f64.h"
#include "math_core.h"
#define erf_f64 __builtin_erf
#define erfc_f64 __builtin_erfc
#define gelu_f64 ptb_gelu
#include "micro_real.h"
#include "micro_complex.h"
#include "math_undef.h"

#include "micro_int.h"
#include "micro_convert.h"
#include "draw.h"

const ptb_kernel_table ISA_TABLE = {
  .micro = {micro_f32, micro_f64, micro_int, micro_bool, micro_complex_f32, micro_complex_f64},
  .convert = {CONVERT_ROW(f32), CONVERT_ROW(f64), CONVERT_ROW(int), CONVERT_ROW(bool), CONVERT_ROW(c64),
              CONVERT_ROW(c128)},
  .philox = philox_words,
  .draw = {draw_bits, draw_uniform_f32, draw_uniform_f64, draw_normal_f32, draw_normal_f64, draw_exponential_f32,
           draw_exponential_f64, draw_rademacher_f32, draw_rademacher_f64, draw_randint},
};

#include "ptb_small_gemm.h"

/* Every element is the sum of its products in order of k, in each variant and for each instruction set: a row of c gathers
   multiples of rows of b, which vectorises without another order of additions. */
#define GEMM(T, name)                                                                                                 \
  static inline __attribute__((always_inline)) void name(int ta, int tb, int64_t m, int64_t n, int64_t k, const T *a, \
                                                         const T *b, T *restrict c) {                                 \
    T turned[PTB_SMALL_GEMM];                                                                                         \
    if (tb && n > 1) {                                                                                                \
      for (int64_t j = 0; j < n; j++)                                                                                 \
        for (int64_t p = 0; p < k; p++) turned[p * n + j] = b[j * k + p];                                             \
      b = turned;                                                                                                     \
    }                                                                                                                 \
    if (n == 1 && ta) { /* a column: rows of a, which are columns of op(a), are gathered */                           \
      for (int64_t i = 0; i < m; i++) c[i] = 0;                                                                       \
      for (int64_t p = 0; p < k; p++) {                                                                               \
        T y = b[p];                                                                                                   \
        for (int64_t i = 0; i < m; i++) c[i] += a[p * m + i] * y;                                                     \
      }                                                                                                               \
      return;                                                                                                         \
    }                                                                                                                 \
    for (int64_t i = 0; i < m; i++) {                                                                                 \
      T *row = c + i * n;                                                                                             \
      const T *x = ta ? a + i : a + i * k;                                                                            \
      int64_t step = ta ? m : 1, j = 0;                                                                               \
      for (; j + 16 <= n; j += 16) {                                                                                  \
        T sum[16] = {0};                                                                                              \
        for (int64_t p = 0; p < k; p++)                                                                               \
          for (int l = 0; l < 16; l++) sum[l] += x[p * step] * b[p * n + j + l];                                      \
        for (int l = 0; l < 16; l++) row[j + l] = sum[l];                                                             \
      }                                                                                                               \
      for (; j + 4 <= n; j += 4) {                                                                                    \
        T sum[4] = {0};                                                                                               \
        for (int64_t p = 0; p < k; p++)                                                                               \
          for (int l = 0; l < 4; l++) sum[l] += x[p * step] * b[p * n + j + l];                                       \
        for (int l = 0; l < 4; l++) row[j + l] = sum[l];                                                              \
      }                                                                                                               \
      for (; j < n; j++) {                                                                                            \
        T sum = 0;                                                                                                    \
        for (int64_t p = 0; p < k; p++) sum += x[p * step] * b[p * n + j];                                            \
        row[j] = sum;                                                                                                 \
      }                                                                                                               \
    }                                                                                                                 \
  }
GEMM(float, product_f32)
GEMM(double, product_f64)

#if defined(__x86_64__)
#define VARIANTS(T, name, product)                                                                                    \
  __attribute__((target("avx2"))) static void name##_avx2(int ta, int tb, int64_t m, int64_t n, int64_t k,            \
                                                          const T *a, const T *b, T *c) {                             \
    product(ta, tb, m, n, k, a, b, c);                                                                                \
  }                                                                                                                   \
  void name(int ta, int tb, int64_t m, int64_t n, int64_t k, const T *a, const T *b, T *c) {                          \
    if (__builtin_cpu_supports("avx2")) name##_avx2(ta, tb, m, n, k, a, b, c);                                        \
    else product(ta, tb, m, n, k, a, b, c);                                                                           \
  }
#else
#define VARIANTS(T, name, product)                                                                                    \
  void name(int ta, int tb, int64_t m, int64_t n, int64_t k, const T *a, const T *b, T *c) {                          \
    product(ta, tb, m, n, k, a, b, c);                                                                                \
  }
#endif
VARIANTS(float, ptb_small_gemm_f32, product_f32)
VARIANTS(double, ptb_small_gemm_f64, product_f64)

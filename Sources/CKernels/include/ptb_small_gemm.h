#ifndef PTB_SMALL_GEMM_H
#define PTB_SMALL_GEMM_H
#include <stdint.h>

/* c[m, n] = op(a) op(b) for matrices so small that a call into BLAS would cost more than the product: at most
   PTB_SMALL_GEMM products, and as many elements of b. Dense, row after row; `ta`, `tb`: the operand is stored transposed. */
enum { PTB_SMALL_GEMM = 4096 };
void ptb_small_gemm_f32(int ta, int tb, int64_t m, int64_t n, int64_t k, const float *a, const float *b, float *c);
void ptb_small_gemm_f64(int ta, int tb, int64_t m, int64_t n, int64_t k, const double *a, const double *b, double *c);

#endif

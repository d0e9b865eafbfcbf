#include <cblas.h>
/* Swift cannot import C's complex types: LAPACK's complex arrays are passed as pairs of reals. */
#define lapack_complex_float float
#define lapack_complex_double double
#include <lapacke.h>

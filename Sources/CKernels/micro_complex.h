/* Micro-operations on the complex type over one real type. Included after micro_real.h. */
typedef struct { REAL re, im; } T(complex);

static inline T(complex) T(complex_of)(REAL re, REAL im) { return (T(complex)){re, im}; }

/* R. L. Smith 1962: divides by the larger component first, so that squares do not overflow. */
static inline T(complex) T(complex_div)(T(complex) x, T(complex) y) {
  int wide = BUILTIN(fabs)(y.re) >= BUILTIN(fabs)(y.im);
  REAL large = wide ? y.re : y.im, small = wide ? y.im : y.re, ratio = small / large, scale = large + small * ratio;
  REAL re = wide ? x.re + x.im * ratio : x.re * ratio + x.im;
  REAL im = wide ? x.im - x.re * ratio : x.im * ratio - x.re;
  return T(complex_of)(re / scale, im / scale);
}

/* Where the real and the imaginary parts do the same, the complex kernel is the real one on twice as many elements. */
#define PARTWISE(name)                                                                                                \
  static int T(op_complex_##name)(void *dst, const void *a, const void *b, const void *c, int64_t n) {                \
    return T(op_##name)(dst, a, b, c, 2 * n);                                                                         \
  }
PARTWISE(add)
PARTWISE(sub)
PARTWISE(neg)
PARTWISE(copy)
#undef PARTWISE

UNARY(T(op_re), REAL, T(complex), x.re)
UNARY(T(op_im), REAL, T(complex), x.im)
UNARY(T(op_cabs), REAL, T(complex), BUILTIN(hypot)(x.re, x.im))
UNARY(T(op_arg), REAL, T(complex), BUILTIN(atan2)(x.im, x.re))
UNARY(T(op_conj), T(complex), T(complex), T(complex_of)(x.re, -x.im))
UNARY(T(op_complex_is_finite), uint8_t, T(complex),
      (BUILTIN(fabs)(x.re) < (REAL)INFINITY) & (BUILTIN(fabs)(x.im) < (REAL)INFINITY))
BINARY(T(op_complex_mul), T(complex), T(complex),
       T(complex_of)(x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re))
BINARY(T(op_complex_mul0), T(complex), T(complex),
       ((x.re == 0) & (x.im == 0)) | ((y.re == 0) & (y.im == 0))
         ? T(complex_of)(0, 0)
         : T(complex_of)(x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re))
BINARY(T(op_complex_div), T(complex), T(complex), T(complex_div)(x, y))
BINARY(T(op_complex_eq), uint8_t, T(complex), (x.re == y.re) & (x.im == y.im))
BINARY(T(op_complex_ne), uint8_t, T(complex), (x.re != y.re) | (x.im != y.im))
SELECT(T(op_complex_select), T(complex))

BINARY(T(op_complex), T(complex), REAL, T(complex_of)(x, y))

static const ptb_tile_fn T(micro_complex)[PTB_KERNEL_COUNT] = {
  [PTB_ADD] = T(op_complex_add), [PTB_SUB] = T(op_complex_sub), [PTB_MUL] = T(op_complex_mul),
  [PTB_DIV] = T(op_complex_div), [PTB_MUL0] = T(op_complex_mul0), [PTB_NEG] = T(op_complex_neg),
  [PTB_EQ] = T(op_complex_eq), [PTB_NE] = T(op_complex_ne), [PTB_IS_FINITE] = T(op_complex_is_finite),
  [PTB_SELECT] = T(op_complex_select), [PTB_RE] = T(op_re), [PTB_IM] = T(op_im), [PTB_CONJ] = T(op_conj),
  [PTB_COMPLEX] = T(op_complex), [PTB_CABS] = T(op_cabs), [PTB_ARG] = T(op_arg), [PTB_COPY] = T(op_complex_copy),
};

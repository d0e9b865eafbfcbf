/* Micro-operations on one real type. Included once per real type, after math_core.h. */
UNARY(T(op_neg), REAL, REAL, -x)
UNARY(T(op_abs), REAL, REAL, BUILTIN(fabs)(x))
UNARY(T(op_sign), REAL, REAL, x > 0 ? 1 : x < 0 ? -1 : x)
UNARY(T(op_floor), REAL, REAL, BUILTIN(floor)(x))
UNARY(T(op_ceil), REAL, REAL, BUILTIN(ceil)(x))
UNARY(T(op_round), REAL, REAL, BUILTIN(rint)(x))
UNARY(T(op_is_finite), uint8_t, REAL, BUILTIN(fabs)(x) < (REAL)INFINITY)
UNARY(T(op_copy), REAL, REAL, x)

BINARY(T(op_add), REAL, REAL, x + y)
BINARY(T(op_sub), REAL, REAL, x - y)
BINARY(T(op_mul), REAL, REAL, x * y)
BINARY(T(op_div), REAL, REAL, x / y)
BINARY(T(op_mul0), REAL, REAL, ((x == 0) | (y == 0)) ? 0 : x * y)
BINARY(T(op_min), REAL, REAL, ((x < y) | (x != x)) ? x : y)
BINARY(T(op_max), REAL, REAL, ((x > y) | (x != x)) ? x : y)
BINARY(T(op_eq), uint8_t, REAL, x == y)
BINARY(T(op_ne), uint8_t, REAL, x != y)
BINARY(T(op_lt), uint8_t, REAL, x < y)
BINARY(T(op_le), uint8_t, REAL, x <= y)
BINARY(T(op_gt), uint8_t, REAL, x > y)
BINARY(T(op_ge), uint8_t, REAL, x >= y)
SELECT(T(op_select), REAL)

/* Remainder with the sign of the divisor, and the quotient that belongs to it, as Python defines them. */
static inline REAL T(floor_mod)(REAL x, REAL y) {
  REAL r = BUILTIN(fmod)(x, y);
  return r == 0 ? BUILTIN(copysign)(0, y) : (r < 0) != (y < 0) ? r + y : r;
}
static inline REAL T(floor_div)(REAL x, REAL y) {
  if (y == 0) return x / y;
  REAL r = BUILTIN(fmod)(x, y), quotient = (x - r) / y - (r != 0 && (r < 0) != (y < 0) ? 1 : 0);
  REAL whole = BUILTIN(floor)(quotient);
  if (quotient == 0) return BUILTIN(copysign)(0, x / y);
  return quotient - whole > (REAL)0.5 ? whole + 1 : whole;
}
BINARY(T(op_mod), REAL, REAL, T(floor_mod)(x, y))
BINARY(T(op_floordiv), REAL, REAL, T(floor_div)(x, y))
BINARY(T(op_pow), REAL, REAL, BUILTIN(pow)(x, y))
BINARY(T(op_atan2), REAL, REAL, BUILTIN(atan2)(x, y))

/* pow with the scalar exponents 2, 3, -1 and 1/2; pow(-0, 1/2) is +0 and pow(-inf, 1/2) is inf. */
UNARY(T(op_square), REAL, REAL, x * x)
UNARY(T(op_cube), REAL, REAL, x * x * x)
UNARY(T(op_reciprocal), REAL, REAL, 1 / x)
UNARY(T(op_pow_half), REAL, REAL, x == -(REAL)INFINITY ? (REAL)INFINITY : BUILTIN(sqrt)(x) + 0)

UNARY(T(op_exp), REAL, REAL, T(exp)(x))
UNARY(T(op_expm1), REAL, REAL, T(expm1)(x))
UNARY(T(op_log), REAL, REAL, T(log)(x))
UNARY(T(op_log1p), REAL, REAL, T(log1p)(x))
UNARY(T(op_sqrt), REAL, REAL, BUILTIN(sqrt)(x))
UNARY(T(op_rsqrt), REAL, REAL, 1 / BUILTIN(sqrt)(x))
UNARY(T(op_tanh), REAL, REAL, T(tanh)(x))
UNARY(T(op_sigmoid), REAL, REAL, T(sigmoid)(x))
UNARY(T(op_softplus), REAL, REAL, T(softplus)(x))
UNARY(T(op_relu), REAL, REAL, T(relu)(x))
UNARY(T(op_silu), REAL, REAL, T(silu)(x))
UNARY(T(op_gelu), REAL, REAL, T(gelu)(x))
UNARY(T(op_erf), REAL, REAL, T(erf)(x))
UNARY(T(op_erfc), REAL, REAL, T(erfc)(x))
UNARY(T(op_tan), REAL, REAL, BUILTIN(tan)(x))
UNARY(T(op_asin), REAL, REAL, BUILTIN(asin)(x))
UNARY(T(op_acos), REAL, REAL, BUILTIN(acos)(x))
UNARY(T(op_atan), REAL, REAL, BUILTIN(atan)(x))
UNARY(T(op_sinh), REAL, REAL, BUILTIN(sinh)(x))
UNARY(T(op_cosh), REAL, REAL, BUILTIN(cosh)(x))
UNARY(T(op_asinh), REAL, REAL, BUILTIN(asinh)(x))
UNARY(T(op_acosh), REAL, REAL, BUILTIN(acosh)(x))
UNARY(T(op_atanh), REAL, REAL, BUILTIN(atanh)(x))
UNARY(T(op_erfinv), REAL, REAL, (REAL)ptb_erfinv(x))
UNARY(T(op_lgamma), REAL, REAL, (REAL)ptb_lgamma(x))
UNARY(T(op_digamma), REAL, REAL, (REAL)ptb_digamma(x))
UNARY(T(op_trigamma), REAL, REAL, (REAL)ptb_trigamma(x))
BINARY(T(op_polygamma), REAL, REAL, (REAL)ptb_polygamma(x, y))

/* Large arguments go to libm one by one; a tile without any is one vector loop. Either way an element's bits are its own. */
#define TRIG(name)                                                                                                    \
  static int T(op_##name)(void *dst, const void *pa, const void *pb, const void *pc, int64_t n) {                     \
    REAL *d = dst;                                                                                                    \
    const REAL *a = pa;                                                                                               \
    int far = 0;                                                                                                      \
    EACH(i, n) far |= BUILTIN(fabs)(a[i]) > TRIG_HIGH;                                                                \
    if (far) {                                                                                                        \
      for (int64_t i = 0; i < n; i++)                                                                                 \
        d[i] = BUILTIN(fabs)(a[i]) > TRIG_HIGH ? BUILTIN(name)(a[i]) : T(name##_near)(a[i]);                          \
    } else {                                                                                                          \
      EACH(i, n) d[i] = T(name##_near)(a[i]);                                                                         \
    }                                                                                                                 \
    return PTB_NO_FAULT;                                                                                              \
  }
TRIG(sin)
TRIG(cos)
#undef TRIG

static const ptb_tile_fn T(micro)[PTB_KERNEL_COUNT] = {
  [PTB_ADD] = T(op_add), [PTB_SUB] = T(op_sub), [PTB_MUL] = T(op_mul), [PTB_DIV] = T(op_div),
  [PTB_FLOORDIV] = T(op_floordiv), [PTB_MOD] = T(op_mod), [PTB_MIN] = T(op_min), [PTB_MAX] = T(op_max),
  [PTB_POW] = T(op_pow), [PTB_ATAN2] = T(op_atan2), [PTB_MUL0] = T(op_mul0), [PTB_NEG] = T(op_neg),
  [PTB_ABS] = T(op_abs), [PTB_SIGN] = T(op_sign), [PTB_FLOOR] = T(op_floor), [PTB_CEIL] = T(op_ceil),
  [PTB_ROUND] = T(op_round), [PTB_EQ] = T(op_eq), [PTB_NE] = T(op_ne), [PTB_LT] = T(op_lt), [PTB_LE] = T(op_le),
  [PTB_GT] = T(op_gt), [PTB_GE] = T(op_ge), [PTB_IS_FINITE] = T(op_is_finite), [PTB_SELECT] = T(op_select),
  [PTB_EXP] = T(op_exp), [PTB_EXPM1] = T(op_expm1), [PTB_LOG] = T(op_log), [PTB_LOG1P] = T(op_log1p),
  [PTB_SQRT] = T(op_sqrt), [PTB_RSQRT] = T(op_rsqrt), [PTB_SIN] = T(op_sin), [PTB_COS] = T(op_cos),
  [PTB_TAN] = T(op_tan), [PTB_ASIN] = T(op_asin), [PTB_ACOS] = T(op_acos), [PTB_ATAN] = T(op_atan),
  [PTB_SINH] = T(op_sinh), [PTB_COSH] = T(op_cosh), [PTB_TANH] = T(op_tanh), [PTB_ASINH] = T(op_asinh),
  [PTB_ACOSH] = T(op_acosh), [PTB_ATANH] = T(op_atanh), [PTB_SIGMOID] = T(op_sigmoid),
  [PTB_SOFTPLUS] = T(op_softplus), [PTB_RELU] = T(op_relu), [PTB_GELU] = T(op_gelu), [PTB_SILU] = T(op_silu),
  [PTB_ERF] = T(op_erf), [PTB_ERFC] = T(op_erfc), [PTB_ERFINV] = T(op_erfinv), [PTB_LGAMMA] = T(op_lgamma),
  [PTB_DIGAMMA] = T(op_digamma), [PTB_TRIGAMMA] = T(op_trigamma), [PTB_POLYGAMMA] = T(op_polygamma),
  [PTB_COPY] = T(op_copy), [PTB_SQUARE] = T(op_square), [PTB_CUBE] = T(op_cube),
  [PTB_RECIPROCAL] = T(op_reciprocal), [PTB_POW_HALF] = T(op_pow_half),
};

/* exp, log, tanh, ... of one real, written so that a loop over them vectorises: no branches, no tables, no calls.
   Included once per real type after math_f32.h or math_f64.h. Every function is a fixed sequence of exactly rounded
   operations (the fused multiply-adds are explicit), so its bits do not depend on the vector width. */
#define FMA BUILTIN(fma)
#define POLY2(x, a, b) FMA(b, x, a)
#define POLY3(x, a, ...) FMA(POLY2(x, __VA_ARGS__), x, a)
#define POLY4(x, a, ...) FMA(POLY3(x, __VA_ARGS__), x, a)
#define POLY5(x, a, ...) FMA(POLY4(x, __VA_ARGS__), x, a)
#define POLY6(x, a, ...) FMA(POLY5(x, __VA_ARGS__), x, a)
#define POLY7(x, a, ...) FMA(POLY6(x, __VA_ARGS__), x, a)
#define POLY8(x, a, ...) FMA(POLY7(x, __VA_ARGS__), x, a)
#define POLY9(x, a, ...) FMA(POLY8(x, __VA_ARGS__), x, a)
#define POLY10(x, a, ...) FMA(POLY9(x, __VA_ARGS__), x, a)
#define POLY11(x, a, ...) FMA(POLY10(x, __VA_ARGS__), x, a)

static inline UINT T(bits)(REAL x) { UINT b; memcpy(&b, &x, sizeof b); return b; }
static inline REAL T(real)(UINT b) { REAL x; memcpy(&x, &b, sizeof x); return x; }

/* x = n ln 2 + r with |r| <= ln 2 / 2; returns exp(r) - 1. n stays in the floating format: comes out as an integer that
   is meaningless for a NaN, whose exp(r) - 1 is a NaN. */
static inline REAL T(exp_reduced)(REAL x, UINT *n) {
  REAL t = FMA(x, (REAL)LOG2_E, SHIFTER), k = t - SHIFTER;
  REAL r = FMA(k, -(REAL)LN2_LOW, FMA(k, -(REAL)LN2_HIGH, x));
  *n = T(bits)(t) - T(bits)(SHIFTER);
  return FMA(r * r, EXP_POLY(r), r);
}

/* factor exp(x). 2^n is applied as two powers, one before the factor and one after, so that a result in the subnormal
   range is rounded once. */
static inline REAL T(exp_times)(REAL x, REAL factor) {
  x = x < EXP_LOW ? EXP_LOW : x;
  x = x > EXP_HIGH ? EXP_HIGH : x;
  UINT n;
  REAL p = T(exp_reduced)(x, &n);
  UINT m = n + 2 * BIAS, half = m >> 1;
  REAL s = T(real)(half << MANT) * factor;
  return FMA(p, s, s) * T(real)((m - half) << MANT);
}
static inline REAL T(exp)(REAL x) { return T(exp_times)(x, 1); }

static inline REAL T(expm1)(REAL x) {
  REAL y = x < EXPM1_LOW ? EXPM1_LOW : x;
  y = y > EXP_HIGH ? EXP_HIGH : y;
  UINT n;
  REAL p = T(exp_reduced)(y, &n), s = T(real)((n + BIAS - 1) << MANT);
  return BUILTIN(fabs)(x) < TINY ? x : 2 * FMA(p, s, s - (REAL)0.5);
}

/* tanh a = -t / (t + 2), t = exp(-2a) - 1, with what t and t + 2 lose to rounding put back to first order: with q the
   quotient, 1 / (t + 2) is (1 - q) / 2 and the derivative by t is (1 - q)^2 / 2. */
static inline REAL T(tanh)(REAL x) {
  REAL a = BUILTIN(fabs)(x);
  a = a > TANH_HIGH ? TANH_HIGH : a;
  UINT n;
  REAL p = T(exp_reduced)(-2 * a, &n), s = T(real)((n + BIAS) << MANT);
  REAL t = FMA(p, s, s - 1), t_low = FMA(p, s, s - 1 - t), sum = t + 2, sum_low = t - (sum - 2);
  REAL q = t / sum, rest = 1 - q;
  return BUILTIN(copysign)(FMA((REAL)0.5 * rest, FMA(-q, sum_low, rest * t_low), q), x);
}

/* y / (1 + e) for 0 <= e <= 1, with what 1 + e loses to rounding put back (1 / (1 + e) is about 1 - e / 2 for that). */
static inline REAL T(over_one_plus)(REAL y, REAL e) {
  REAL sum = 1 + e, low = e - (sum - 1), q = y / sum;
  return FMA(-q, low * FMA(e, (REAL)-0.5, 1), q);
}
static inline REAL T(sigmoid)(REAL x) {
  REAL e = T(exp)(-BUILTIN(fabs)(x));
  return T(over_one_plus)(x < 0 ? e : 1, e);
}
/* x sigmoid(x); 0 at -inf. */
static inline REAL T(silu)(REAL x) {
  REAL a = BUILTIN(fabs)(x), bounded = x < EXP_LOW ? EXP_LOW : x, e = T(exp)(-a);
  return T(over_one_plus)(x < 0 ? T(exp_times)(-a, bounded) : x, e);
}

/* log(2^k (1 + f)) + c for sqrt(1/2) <= 1 + f < sqrt(2) and a small c. */
static inline REAL T(log_reduced)(REAL f, REAL k, REAL c) {
  REAL s = f / (2 + f), half_square = (REAL)0.5 * f * f, z = s * s;
  REAL low = FMA(s, half_square + LOG_POLY(z), FMA(k, (REAL)LN2_LOW, c));
  return FMA(k, (REAL)LN2_HIGH, low - half_square + f);
}

/* x = 2^k m with m in [sqrt(1/2), sqrt(2)), for a normal x > 0. The exponent becomes a real by being put into the
   significand of 2^MANT: AVX2 has no conversion from 64-bit integers. */
static inline REAL T(significand)(REAL x, REAL *k) {
  const REAL unit = (REAL)(SHIFTER / 1.5);
  UINT b = T(bits)(x) + (T(bits)(1) - SQRT_HALF_BITS);
  *k = T(real)((b >> MANT) | T(bits)(unit)) - (unit + BIAS);
  return T(real)((b & (((UINT)1 << MANT) - 1)) + SQRT_HALF_BITS);
}

static inline REAL T(log)(REAL x) {
  REAL k, m = T(significand)(x < SMALLEST_NORMAL ? x * SUBNORMAL_SCALE : x, &k);
  REAL y = T(log_reduced)(m - 1, k - (x < SMALLEST_NORMAL ? SUBNORMAL_BITS : 0), 0);
  y = x < (REAL)INFINITY ? y : x;
  return x > 0 ? y : x == 0 ? -(REAL)INFINITY : (REAL)NAN;
}

/* What 1 + x loses to rounding comes back as c, to first order (fdlibm s_log1p.c). */
static inline REAL T(log1p)(REAL x) {
  REAL u = 1 + x, k, m = T(significand)(u, &k);
  REAL c = (k >= 2 ? 1 - (u - x) : x - (u - 1)) / u;
  c = k < LOG1P_NO_CORRECTION ? c : 0;
  int near = (x > (REAL)-0.29289) & (x < (REAL)0.41421);
  REAL y = T(log_reduced)(near ? x : m - 1, near ? 0 : k, near ? 0 : c);
  y = x < (REAL)INFINITY ? y : x;
  y = BUILTIN(fabs)(x) < TINY ? x : y;
  return x > -1 ? y : x == -1 ? -(REAL)INFINITY : (REAL)NAN;
}

static inline REAL T(relu)(REAL x) { return x > 0 ? x : x != x ? x : 0; }
static inline REAL T(softplus)(REAL x) { return (x > 0 ? x : 0) + T(log1p)(T(exp)(-BUILTIN(fabs)(x))); }

static inline REAL T(sin_kernel)(REAL r, REAL z) { return FMA(r * z, SIN_POLY(z), r); }
static inline REAL T(cos_kernel)(REAL z) { return FMA(z, FMA(z, COS_POLY(z), (REAL)-0.5), 1); }

/* sin(r + quadrant pi/2), |r| <= pi/4. */
static inline REAL T(sin_quadrant)(REAL r, UINT quadrant) {
  REAL z = r * r, y = quadrant & 1 ? T(cos_kernel)(z) : T(sin_kernel)(r, z);
  return T(real)(T(bits)(y) ^ (quadrant >> 1) << (8 * sizeof(UINT) - 1));
}

/* x = quadrant pi/2 + r for |x| <= TRIG_HIGH (Cody and Waite, with fused multiply-add). */
static inline REAL T(trig_reduced)(REAL x, UINT *quadrant) {
  REAL t = FMA(x, (REAL)TWO_OVER_PI, SHIFTER), k = t - SHIFTER;
  *quadrant = T(bits)(t) - T(bits)(SHIFTER);
  return FMA(k, -(REAL)PI_2_C, FMA(k, -(REAL)PI_2_B, FMA(k, -(REAL)PI_2_A, x)));
}
static inline REAL T(sin_near)(REAL x) {
  UINT q;
  REAL r = T(trig_reduced)(x, &q);
  return T(sin_quadrant)(r, q);
}
static inline REAL T(cos_near)(REAL x) {
  UINT q;
  REAL r = T(trig_reduced)(x, &q);
  return T(sin_quadrant)(r, q + 1);
}

/* cos and sin of 2 pi u for u in [0, 1): the reduction is exact. */
static inline void T(cos_sin_turn)(REAL u, REAL *c, REAL *s) {
  REAL t = FMA(u, 4, SHIFTER), r = FMA(u, 4, SHIFTER - t) * (REAL)1.57079632679489661923;
  UINT q = T(bits)(t) - T(bits)(SHIFTER);
  *c = T(sin_quadrant)(r, q + 1);
  *s = T(sin_quadrant)(r, q);
}

/* Constants of the f64 functions; math_core.h turns them into code. */
#define REAL double
#define UINT uint64_t
#define SINT int64_t
#define T(name) name##_f64
#define BUILTIN(name) __builtin_##name

/* Format: width of the stored significand, exponent bias, 1.5 * 2^width (adding it rounds to an integer). */
#define MANT 52
#define BIAS 1023
#define SHIFTER 0x1.8p52
#define SMALLEST_NORMAL 0x1p-1022
#define SUBNORMAL_SCALE 0x1p54
#define SUBNORMAL_BITS 54
#define SQRT_HALF_BITS 0x3fe6a09e667f3bcdull

/* x exp(x) is 0 below the first and exp(x) overflows above the second; expm1(x) is -1 below the third; tanh(x) is 1
   above the last. */
#define EXP_LOW -755.0
#define EXP_HIGH 710.0
#define EXPM1_LOW -38.0
#define TANH_HIGH 20.0
#define TINY 0x1p-55

/* ln 2 in two parts; the first has 33 bits, so its product with an exponent is exact (fdlibm e_exp.c). */
#define LN2_HIGH 6.93147180369123816490e-01
#define LN2_LOW 1.90821492927058770002e-10
#define LOG2_E 1.44269504088896340736

/* (exp(r) - 1 - r) / r^2 on |r| <= ln 2 / 2, interpolated at Chebyshev nodes: 2^-60 of exp(r) - 1. */
#define EXP_POLY(r)                                                                                                   \
  POLY11(                                                                                                             \
    r, 0x1.0000000000000p-1, 0x1.5555555555557p-3, 0x1.5555555555556p-5, 0x1.111111111009cp-7, 0x1.6c16c16c162b0p-10, \
    0x1.a01a01ac0a9eep-13, 0x1.a01a01a6ec522p-16, 0x1.71de01c3fc936p-19, 0x1.27e4db25ce3adp-22, 0x1.af4ecd2129492p-26, \
    0x1.1f7385560be05p-29)

/* R(z) of log(1 + f) = f - f^2/2 + s (f^2/2 + R(s^2)), s = f / (2 + f): fdlibm e_log.c. */
#define LOG_POLY(z)                                                                                                   \
  (z * POLY7(                                                                                                         \
         z, 6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01, 2.222219843214978396e-01,   \
         1.818357216161805012e-01, 1.531383769920937332e-01, 1.479819860511658591e-01))
#define LOG1P_NO_CORRECTION 54

/* pi/2 in three parts for a reduction with fused multiply-add, good up to TRIG_HIGH; beyond it libm. */
#define TRIG_HIGH 0x1p24
#define TWO_OVER_PI 0x1.45f306dc9c883p-1
#define PI_2_A 0x1.921fb54442d18p+0
#define PI_2_B 0x1.1a62633145c07p-54
#define PI_2_C -0x1.f1976b7ed8fbcp-110
/* sin and cos on |r| <= pi/4: fdlibm k_sin.c and k_cos.c. */
#define SIN_POLY(z)                                                                                                   \
  POLY6(                                                                                                              \
    z, -1.66666666666666324348e-01, 8.33333333332248946124e-03, -1.98412698298579493134e-04,                          \
    2.75573137070700676789e-06, -2.50507602534068634195e-08, 1.58969099521155010221e-10)
#define COS_POLY(z)                                                                                                   \
  POLY6(                                                                                                              \
    z, 4.16666666666666019037e-02, -1.38888888888741095749e-03, 2.48015872894767294178e-05,                           \
    -2.75573143513906633035e-07, 2.08757232129817482790e-09, -1.13596475577881948265e-11)

/* Constants of the f32 functions; math_core.h turns them into code. */
#define REAL float
#define UINT uint32_t
#define SINT int32_t
#define T(name) name##_f32
#define BUILTIN(name) __builtin_##name##f

/* Format: width of the stored significand, exponent bias, 1.5 * 2^width (adding it rounds to an integer). */
#define MANT 23
#define BIAS 127
#define SHIFTER 0x1.8p23f
#define SMALLEST_NORMAL 0x1p-126f
#define SUBNORMAL_SCALE 0x1p24f
#define SUBNORMAL_BITS 24
#define SQRT_HALF_BITS 0x3f3504f3u

/* x exp(x) is 0 below the first and exp(x) overflows above the second; expm1(x) is -1 below the third; tanh(x) is 1
   above the last. */
#define EXP_LOW -110.0f
#define EXP_HIGH 89.0f
#define EXPM1_LOW -18.0f
#define TANH_HIGH 9.2f
#define TINY 0x1p-26f

/* ln 2 in two parts; the first has 15 bits, so its product with an exponent is exact (FreeBSD e_expf.c). */
#define LN2_HIGH 6.9314575195e-01f
#define LN2_LOW 1.4286067653e-06f
#define LOG2_E 1.44269504088896340736f

/* (exp(r) - 1 - r) / r^2 on |r| <= ln 2 / 2, interpolated at Chebyshev nodes: 2^-29 of exp(r) - 1. */
#define EXP_POLY(r)                                                                                                   \
  POLY6(r, 0x1.000000p-1f, 0x1.555556p-3f, 0x1.5554e8p-5f, 0x1.1110e0p-7f, 0x1.6d444ap-10f, 0x1.a125f6p-13f)

/* R(z) of log(1 + f) = f - f^2/2 + s (f^2/2 + R(s^2)), s = f / (2 + f): FreeBSD e_logf.c. */
#define LOG_POLY(z) (z * POLY4(z, 0xaaaaaa.0p-24f, 0xccce13.0p-25f, 0x91e9ee.0p-25f, 0xf89e26.0p-26f))
#define LOG1P_NO_CORRECTION 25

/* pi/2 in three parts for a reduction with fused multiply-add, good up to TRIG_HIGH; beyond it libm. */
#define TRIG_HIGH 0x1p15f
#define TWO_OVER_PI 0x1.45f306p-1f
#define PI_2_A 0x1.921fb6p+0f
#define PI_2_B -0x1.777a5cp-25f
#define PI_2_C -0x1.ee59dap-50f
/* sin and cos on |r| <= pi/4: Cephes sinf.c. */
#define SIN_POLY(z) POLY3(z, -1.6666654611e-1f, 8.3321608736e-3f, -1.9515295891e-4f)
#define COS_POLY(z) POLY3(z, 4.166664568298827e-2f, -1.388731625493765e-3f, 2.443315711809948e-5f)

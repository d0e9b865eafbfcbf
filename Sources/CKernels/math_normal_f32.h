/* erf, erfc and gelu in f32, vectorisable; the f64 ones call libm (special.c). Included after math_core.h for f32. */

/* M(t) (1 + t) and E(t) (1 + t) as polynomials in (t - 3) / (t + 3), interpolated at Chebyshev nodes to 2^-26, where
   M(t) = Phi(-t) exp(t^2 / 2) on [0, 14.5] and E(t) = erfc(t) exp(t^2) on [0, 10.2]. */
#define NORMAL_TAIL(q)                                                                                                \
  POLY11(                                                                                                             \
    q, 0x1.f1b89cp-2f, -0x1.8b5facp-4f, -0x1.0d3a5cp-6f, 0x1.71fd1ep-5f, -0x1.745a0cp-6f, 0x1.2ece0ep-10f,            \
    0x1.8802e2p-9f, -0x1.64f56cp-12f, -0x1.ec2fe4p-12f, 0x1.9a8baep-17f, 0x1.85efdap-15f)
#define ERFC_TAIL(q)                                                                                                  \
  POLY11(                                                                                                             \
    q, 0x1.6e9828p-1f, -0x1.d8f070p-3f, 0x1.9596ccp-4f, -0x1.4f5d9cp-7f, -0x1.85fec4p-6f, 0x1.679db6p-6f,             \
    -0x1.3fd736p-7f, 0x1.b02f30p-10f, 0x1.6f5984p-11f, -0x1.94151cp-12f, -0x1.d27d02p-14f)

/* factor exp(-scale t^2), with what t^2 loses to rounding put back to first order. */
static inline float gauss_f32(float t, float scale, float factor) {
  float square = t * t, low = FMA(t, t, -square);
  return exp_times_f32(-scale * square, FMA(factor, -scale * low, factor));
}

/* N. Juffa's erff: an odd polynomial in the middle, 1 - exp(polynomial) outside. */
static inline float erf_f32(float x) {
  float t = __builtin_fabsf(x), s = x * x;
  float u = FMA(-0x1.fd1438p-9f, t, 0x1.8d6342p-6f);
  float outer = FMA(FMA(-0x1.220000p-16f, t, 0x1.91cfb2p-12f), s, u);
  outer = FMA(outer, t, -0x1.b55cb8p-4f);
  outer = FMA(outer, t, -0x1.450aa0p-1f);
  outer = FMA(outer, t, -0x1.079d0cp-3f);
  outer = __builtin_copysignf(1 - exp_f32(FMA(outer, t, -t)), x);
  float inner = POLY6(s, 0x1.06eba8p-3f, -0x1.812700p-2f, 0x1.ce1c44p-4f, -0x1.b691b2p-6f, 0x1.471a58p-8f,
                      -0x1.38e000p-11f);
  return t > 0.927734375f ? outer : FMA(inner, x, x);
}

static inline float erfc_f32(float x) {
  float t = __builtin_fabsf(x);
  t = t > 10.2f ? 10.2f : t;
  float y = gauss_f32(t, 1, ERFC_TAIL((t - 3) / (t + 3)) / (1 + t));
  return x < 0 ? 2 - y : y;
}

/* x Phi(x), with the tail computed as a tail; 0 at -inf. */
static inline float gelu_f32(float x) {
  float a = __builtin_fabsf(x), t = a > 14.5f ? 14.5f : a, tail = NORMAL_TAIL((t - 3) / (t + 3)) / (1 + t);
  float y = gauss_f32(t, 0.5f, x < 0 ? -t * tail : tail);
  return x < 0 ? y : x - x * y;
}
#undef NORMAL_TAIL
#undef ERFC_TAIL

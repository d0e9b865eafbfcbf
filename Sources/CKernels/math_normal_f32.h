/* erf, erfc and gelu in f32, vectorisable; the f64 ones call libm (special.c). Included after math_core.h for f32. */

/* M(t) = Phi(-t) exp(t^2 / 2) on [0, 14.5] and E(t) = erfc(t) exp(t^2) on [0, 10.2], each times t + 3, as polynomials in
   (t - 3) / (t + 3) interpolated at Chebyshev nodes to 2^-26 and 2^-27: about the slope, the constant, what it loses to
   f32, the rest. */
#define NORMAL_TAIL(q)                                                                                                \
  POLY2(q, -0.51f, 0.53f), 0x1.754a76p-1f, -0x1.c1a688p-26f,                                                          \
    POLY10(                                                                                                           \
      q, -0x1.04c72ap-1f, 0x1.d71382p-3f, -0x1.832d2ap-5f, -0x1.56d414p-7f, 0x1.c8c610p-8f, 0x1.0c7896p-10f,          \
      -0x1.0f1d78p-10f, -0x1.0076a8p-12f, 0x1.172f6ep-13f, 0x1.d05c08p-15f)
#define ERFC_TAIL(q)                                                                                                  \
  POLY2(q, -0.88f, 2.69f), 0x1.12f21ep+0f, -0x1.1e90e2p-27f,                                                          \
    POLY10(                                                                                                           \
      q, -0x1.c44c48p-1f, 0x1.2e326ap-1f, -0x1.3deacap-2f, 0x1.e9960cp-4f, -0x1.b7c1c0p-6f, -0x1.402360p-10f,         \
      0x1.946e98p-9f, -0x1.009a72p-11f, -0x1.5f9af0p-12f, -0x1.bd2f32p-19f)

/* w = 1 / (t + 3) and q = (t - 3) w: relative error of the one and absolute error of the other, to first order. */
static inline float tail_argument_f32(float t, float *w, float *w_error, float *q_error) {
  float sum = t + 3, sum_low = t - (sum - 3), difference = t - 3, difference_low = t - (difference + 3);
  *w = 1 / sum;
  *w_error = FMA(-*w, sum, 1) - *w * sum_low;
  float q = difference * *w;
  *q_error = FMA(difference, *w, -q) + FMA(q, *w_error, difference_low * *w);
  return q;
}

/* factor (constant + constant_low + q rest + slope q_error) w (1 + w_error) exp(-scale t^2). What each product and t^2 lose
   to rounding is gathered and put back at the end, before the last power of two. */
static inline float tail_f32(float t, float scale, float factor, float w, float w_error, float q, float q_error,
                             float slope, float constant, float constant_low, float rest) {
  float p = FMA(q, rest, constant), p_low = FMA(slope, q_error, FMA(q, rest, constant - p) + constant_low);
  float fw = factor * w, fw_low = FMA(factor, w, -fw);
  float value = p * fw, low = FMA(p, fw, -value) + FMA(p, fw_low, p_low * fw);
  float square = t * t, square_low = FMA(t, t, -square), x = -scale * square;
  uint32_t n;
  float e = exp_reduced_f32(x < EXP_LOW ? EXP_LOW : x, &n);
  uint32_t m = n + 2 * BIAS, half = m >> 1;
  float s = real_f32(half << MANT), power = FMA(e, s, s), power_low = FMA(e, s, s - power);
  low = FMA(value, FMA(-scale, square_low, w_error), low);
  return FMA(power, value, FMA(power, low, power_low * value)) * real_f32((m - half) << MANT);
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
  float t = __builtin_fabsf(x), w, w_error, q_error;
  t = t > 10.2f ? 10.2f : t;
  float q = tail_argument_f32(t, &w, &w_error, &q_error);
  float y = tail_f32(t, 1, 1, w, w_error, q, q_error, ERFC_TAIL(q));
  return x < 0 ? 2 - y : y;
}

/* x Phi(x) from y = |x| Phi(-|x|), which is computed as a tail; 0 at -inf. */
static inline float gelu_f32(float x) {
  float a = __builtin_fabsf(x), t = a > 14.5f ? 14.5f : a, w, w_error, q_error;
  float q = tail_argument_f32(t, &w, &w_error, &q_error);
  float y = tail_f32(t, 0.5f, t, w, w_error, q, q_error, NORMAL_TAIL(q));
  return x < 0 ? -y : x - y;
}
#undef NORMAL_TAIL
#undef ERFC_TAIL

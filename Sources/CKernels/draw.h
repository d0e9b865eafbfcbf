/* Blocks [block, block + count) of the stream of a key. The ten rounds of one block are straight code, so that the
   loop over blocks vectorises. */
static void philox_words(uint64_t key, uint64_t block, int64_t count, uint32_t *words) {
  uint32_t key0 = (uint32_t)key, key1 = (uint32_t)(key >> 32);
  EACH(i, count) {
    uint64_t counter = block + (uint64_t)i;
    uint32_t c0 = (uint32_t)counter, c1 = (uint32_t)(counter >> 32), c2 = 0, c3 = 0, k0 = key0, k1 = key1;
#pragma clang loop unroll(full)
    for (int round = 0; round < 10; round++) {
      PTB_PHILOX4_ROUND(uint32_t, uint64_t, 32, PTB_PHILOX_M4x32_0, PTB_PHILOX_M4x32_1, c0, c1, c2, c3, k0, k1);
      k0 += PTB_PHILOX_W32_0;
      k1 += PTB_PHILOX_W32_1;
    }
    words[4 * i] = c0;
    words[4 * i + 1] = c1;
    words[4 * i + 2] = c2;
    words[4 * i + 3] = c3;
  }
}

/* Elements [first, first + n) of a draw out of the words of one chunk of the stream. */
#define DRAW(name, D, W, expression)                                                                                  \
  static void draw_##name(const uint32_t *words, int64_t first, int64_t n, int64_t low, uint64_t width, void *out) {  \
    D *d = out;                                                                                                       \
    const W *w = (const W *)words + first;                                                                            \
    EACH(i, n) {                                                                                                      \
      W x = w[i];                                                                                                     \
      d[i] = expression;                                                                                              \
    }                                                                                                                 \
  }
/* log of a normal number in (0, 1]. */
static inline float log_unit_f32(float u) {
  float k, m = significand_f32(u, &k);
  return log_reduced_f32(m - 1, k, 0);
}
static inline double log_unit_f64(double u) {
  double k, m = significand_f64(u, &k);
  return log_reduced_f64(m - 1, k, 0);
}
DRAW(bits, uint32_t, uint32_t, x)
DRAW(uniform_f32, float, uint32_t, (float)(int32_t)(x >> 8) * 0x1p-24f)
DRAW(uniform_f64, double, uint64_t, (double)(x >> 11) * 0x1p-53)
DRAW(exponential_f32, float, uint32_t, -log_unit_f32(1 - (float)(int32_t)(x >> 8) * 0x1p-24f) + 0.0f)
DRAW(exponential_f64, double, uint64_t, -log_unit_f64(1 - (double)(x >> 11) * 0x1p-53) + 0.0)
DRAW(randint, int64_t, uint64_t, low + (int64_t)(uint64_t)(((ptb_uint128)x * width) >> 64))

#define RADEMACHER(name, D, U, one)                                                                                   \
  static void draw_##name(const uint32_t *words, int64_t first, int64_t n, int64_t low, uint64_t width, void *out) {  \
    U *d = out;                                                                                                       \
    int64_t i = 0;                                                                                                    \
    while (i < n) {                                                                                                   \
      int64_t bit = (first + i) & 31, run = 32 - bit < n - i ? 32 - bit : n - i;                                      \
      uint32_t word = words[(first + i) >> 5] >> bit;                                                                 \
      EACH(j, run) d[i + j] = one | (U)(~(word >> j) & 1) << (8 * sizeof(U) - 1);                                     \
      i += run;                                                                                                       \
    }                                                                                                                 \
  }
RADEMACHER(rademacher_f32, float, uint32_t, 0x3f800000u)
RADEMACHER(rademacher_f64, double, uint64_t, 0x3ff0000000000000u)

/* n pairs of normals (Box and Muller 1958). */
static void normal_f32_pairs(const uint32_t *w, int64_t n, float *d) {
  EACH(i, n) {
    float u = __builtin_fmaf((float)(int32_t)(w[2 * i] >> 1), 0x1p-31f, 0x1p-32f), c, s;
    float radius = __builtin_sqrtf(-2 * log_unit_f32(u));
    cos_sin_turn_f32((float)(int32_t)(w[2 * i + 1] >> 8) * 0x1p-24f, &c, &s);
    d[2 * i] = radius * c;
    d[2 * i + 1] = radius * s;
  }
}
static void normal_f64_pairs(const uint64_t *w, int64_t n, double *d) {
  EACH(i, n) {
    double u = (double)((w[2 * i] >> 11) + 1) * 0x1p-53, c, s;
    double radius = __builtin_sqrt(-2 * log_unit_f64(u));
    cos_sin_turn_f64((double)(w[2 * i + 1] >> 11) * 0x1p-53, &c, &s);
    d[2 * i] = radius * c;
    d[2 * i + 1] = radius * s;
  }
}
#define NORMAL(name, D, W)                                                                                            \
  static void draw_##name(const uint32_t *words, int64_t first, int64_t n, int64_t low, uint64_t width, void *out) {  \
    const W *w = (const W *)words;                                                                                    \
    int64_t pair = first / 2, pairs = (first + n + 1) / 2 - pair;                                                     \
    if ((first | n) & 1) {                                                                                            \
      D both[PTB_CHUNK_WORDS];                                                                                        \
      name##_pairs(w + 2 * pair, pairs, both);                                                                        \
      memcpy(out, both + (first & 1), (size_t)n * sizeof(D));                                                         \
    } else {                                                                                                          \
      name##_pairs(w + 2 * pair, pairs, out);                                                                         \
    }                                                                                                                 \
  }

NORMAL(normal_f32, float, uint32_t)
NORMAL(normal_f64, double, uint64_t)

/* Micro-operations on int64 and bool. Nothing here traps: what does not fit in 64 bits is a fault, and x / 0 is 0. */
static inline int64_t wrap_add(int64_t x, int64_t y) { return (int64_t)((uint64_t)x + (uint64_t)y); }
static inline int64_t wrap_sub(int64_t x, int64_t y) { return (int64_t)((uint64_t)x - (uint64_t)y); }
static inline int64_t wrap_neg(int64_t x) { return wrap_sub(0, x); }
static inline int64_t wrap_mul(int64_t x, int64_t y) { return (int64_t)((uint64_t)x * (uint64_t)y); }

static inline int64_t floor_div_int(int64_t x, int64_t y) {
  if (y == 0) return 0;
  if (y == -1) return wrap_neg(x);
  int64_t q = x / y;
  return q - (x % y != 0 && (x < 0) != (y < 0));
}
static inline int64_t floor_mod_int(int64_t x, int64_t y) {
  if (y == 0 || y == -1) return 0;
  int64_t r = x % y;
  return r != 0 && (r < 0) != (y < 0) ? r + y : r;
}
/* By squaring; 0 for a negative exponent. Whether it does not fit. */
static inline int pow_int(int64_t x, int64_t y, int64_t *power) {
  int64_t p = y < 0 ? 0 : 1;
  int over = 0;
  for (; y > 0; y >>= 1) {
    if (y & 1) over |= __builtin_mul_overflow(p, x, &p);
    if (y > 1) over |= __builtin_mul_overflow(x, x, &x);
  }
  *power = p;
  return over;
}

/* The sign bit of `over` tells of an element that r, the result modulo 2^64, is not the result of. */
#define UNARY_CHECKED(name, result, over)                                                                             \
  static int name(void *dst, const void *pa, const void *pb, const void *pc, int64_t n) {                             \
    int64_t *d = dst, any = 0;                                                                                        \
    const int64_t *a = pa;                                                                                            \
    EACH(i, n) {                                                                                                      \
      int64_t x = a[i], r = result;                                                                                   \
      any |= over;                                                                                                    \
      d[i] = r;                                                                                                       \
    }                                                                                                                 \
    return any < 0 ? PTB_INT_OVERFLOW : PTB_NO_FAULT;                                                                 \
  }
#define BINARY_CHECKED(name, result, over)                                                                            \
  static int name(void *dst, const void *pa, const void *pb, const void *pc, int64_t n) {                             \
    int64_t *d = dst, any = 0;                                                                                        \
    const int64_t *a = pa, *b = pb;                                                                                   \
    EACH(i, n) {                                                                                                      \
      int64_t x = a[i], y = b[i], r = result;                                                                         \
      any |= over;                                                                                                    \
      d[i] = r;                                                                                                       \
    }                                                                                                                 \
    return any < 0 ? PTB_INT_OVERFLOW : PTB_NO_FAULT;                                                                 \
  }

/* The rest of an operation whose call stores a result and tells whether that does not fit. */
#define TELLING(call)                                                                                                 \
  int over = 0;                                                                                                       \
  for (int64_t i = 0; i < n; i++) {                                                                                   \
    int64_t r;                                                                                                        \
    over |= call(a[i], b[i], &r);                                                                                     \
    d[i] = r;                                                                                                         \
  }                                                                                                                   \
  return over ? PTB_INT_OVERFLOW : PTB_NO_FAULT;

/* Factors of 32 bits, which nearly all are, have products that fit and are quick to make. */
static int op_mul_int(void *dst, const void *pa, const void *pb, const void *pc, int64_t n) {
  int64_t *d = dst;
  const int64_t *a = pa, *b = pb;
  uint64_t wide = 0;
  EACH(i, n) wide |= (((uint64_t)a[i] + 0x80000000) | ((uint64_t)b[i] + 0x80000000)) >> 32;
  if (!wide) {
    EACH(i, n) d[i] = (int64_t)(int32_t)a[i] * (int64_t)(int32_t)b[i];
    return PTB_NO_FAULT;
  }
  TELLING(__builtin_mul_overflow)
}
static int op_pow_int(void *dst, const void *pa, const void *pb, const void *pc, int64_t n) {
  int64_t *d = dst;
  const int64_t *a = pa, *b = pb;
  TELLING(pow_int)
}

UNARY_CHECKED(op_neg_int, wrap_neg(x), x & r)
UNARY_CHECKED(op_abs_int, x < 0 ? wrap_neg(x) : x, r)
UNARY(op_sign_int, int64_t, int64_t, (x > 0) - (x < 0))
UNARY(op_relu_int, int64_t, int64_t, x > 0 ? x : 0)
UNARY(op_copy_int, int64_t, int64_t, x)
UNARY(op_is_finite_int, uint8_t, int64_t, x == x)
BINARY_CHECKED(op_add_int, wrap_add(x, y), (x ^ r) & (y ^ r))
BINARY_CHECKED(op_sub_int, wrap_sub(x, y), (x ^ y) & (x ^ r))
BINARY(op_mul0_int, int64_t, int64_t, wrap_mul(x, y))
BINARY_CHECKED(op_floordiv_int, floor_div_int(x, y), y == -1 ? x & r : 0)
BINARY(op_mod_int, int64_t, int64_t, floor_mod_int(x, y))
BINARY(op_min_int, int64_t, int64_t, x < y ? x : y)
BINARY(op_max_int, int64_t, int64_t, x > y ? x : y)
BINARY(op_eq_int, uint8_t, int64_t, x == y)
BINARY(op_ne_int, uint8_t, int64_t, x != y)
BINARY(op_lt_int, uint8_t, int64_t, x < y)
BINARY(op_le_int, uint8_t, int64_t, x <= y)
BINARY(op_gt_int, uint8_t, int64_t, x > y)
BINARY(op_ge_int, uint8_t, int64_t, x >= y)
SELECT(op_select_int, int64_t)

static const ptb_tile_fn micro_int[PTB_KERNEL_COUNT] = {
  [PTB_ADD] = op_add_int, [PTB_SUB] = op_sub_int, [PTB_MUL] = op_mul_int, [PTB_MUL0] = op_mul0_int,
  [PTB_DIV] = op_floordiv_int, [PTB_FLOORDIV] = op_floordiv_int, [PTB_MOD] = op_mod_int, [PTB_POW] = op_pow_int,
  [PTB_MIN] = op_min_int, [PTB_MAX] = op_max_int, [PTB_NEG] = op_neg_int, [PTB_ABS] = op_abs_int,
  [PTB_SIGN] = op_sign_int, [PTB_FLOOR] = op_copy_int, [PTB_CEIL] = op_copy_int, [PTB_ROUND] = op_copy_int,
  [PTB_EQ] = op_eq_int, [PTB_NE] = op_ne_int, [PTB_LT] = op_lt_int, [PTB_LE] = op_le_int, [PTB_GT] = op_gt_int,
  [PTB_GE] = op_ge_int, [PTB_IS_FINITE] = op_is_finite_int, [PTB_SELECT] = op_select_int, [PTB_RELU] = op_relu_int,
  [PTB_COPY] = op_copy_int,
};

UNARY(op_not_bool, uint8_t, uint8_t, x ^ 1)
UNARY(op_copy_bool, uint8_t, uint8_t, x)
BINARY(op_and_bool, uint8_t, uint8_t, x & y)
BINARY(op_or_bool, uint8_t, uint8_t, x | y)
BINARY(op_eq_bool, uint8_t, uint8_t, x == y)
BINARY(op_ne_bool, uint8_t, uint8_t, x != y)
BINARY(op_lt_bool, uint8_t, uint8_t, x < y)
BINARY(op_le_bool, uint8_t, uint8_t, x <= y)
BINARY(op_gt_bool, uint8_t, uint8_t, x > y)
BINARY(op_ge_bool, uint8_t, uint8_t, x >= y)
SELECT(op_select_bool, uint8_t)

static const ptb_tile_fn micro_bool[PTB_KERNEL_COUNT] = {
  [PTB_MUL] = op_and_bool, [PTB_MUL0] = op_and_bool, [PTB_MIN] = op_and_bool, [PTB_MAX] = op_or_bool,
  [PTB_AND] = op_and_bool, [PTB_OR] = op_or_bool, [PTB_NOT] = op_not_bool, [PTB_EQ] = op_eq_bool,
  [PTB_NE] = op_ne_bool, [PTB_LT] = op_lt_bool, [PTB_LE] = op_le_bool, [PTB_GT] = op_gt_bool, [PTB_GE] = op_ge_bool,
  [PTB_SELECT] = op_select_bool, [PTB_COPY] = op_copy_bool,
};

/* Micro-operations on int64 and bool. Nothing here traps: overflow wraps and x / 0 is 0. */
static inline int64_t wrap_neg(int64_t x) { return (int64_t)(0 - (uint64_t)x); }
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
/* By squaring, wrapping; 0 for a negative exponent. */
static inline int64_t pow_int(int64_t x, int64_t y) {
  if (y < 0) return 0;
  int64_t p = 1;
  for (; y; y >>= 1, x = wrap_mul(x, x))
    if (y & 1) p = wrap_mul(p, x);
  return p;
}

UNARY(op_neg_int, int64_t, int64_t, wrap_neg(x))
UNARY(op_abs_int, int64_t, int64_t, x < 0 ? wrap_neg(x) : x)
UNARY(op_sign_int, int64_t, int64_t, (x > 0) - (x < 0))
UNARY(op_relu_int, int64_t, int64_t, x > 0 ? x : 0)
UNARY(op_copy_int, int64_t, int64_t, x)
UNARY(op_is_finite_int, uint8_t, int64_t, x == x)
BINARY(op_add_int, int64_t, int64_t, (int64_t)((uint64_t)x + (uint64_t)y))
BINARY(op_sub_int, int64_t, int64_t, (int64_t)((uint64_t)x - (uint64_t)y))
BINARY(op_mul_int, int64_t, int64_t, wrap_mul(x, y))
BINARY(op_floordiv_int, int64_t, int64_t, floor_div_int(x, y))
BINARY(op_mod_int, int64_t, int64_t, floor_mod_int(x, y))
BINARY(op_pow_int, int64_t, int64_t, pow_int(x, y))
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
  [PTB_ADD] = op_add_int, [PTB_SUB] = op_sub_int, [PTB_MUL] = op_mul_int, [PTB_MUL0] = op_mul_int,
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

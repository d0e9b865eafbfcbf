/* One reduction: RED(name) its names, S the element type, E the type of the result, INIT, FOLD(a, x) of a result and an
   element, JOIN(a, b) of two results. Included once per reduction and type. */

/* acc[j] folds x[j], x[j + stride], ... over `rows` rows; eight rows per pass over the accumulators. */
static void RED(fold_rows)(E *acc, const S *x, int64_t stride, int64_t rows, int64_t width) {
  int64_t r = 0;
  for (; r + 8 <= rows; r += 8, x += 8 * stride) {
    EACH(j, width) {
      E a = acc[j];
      a = FOLD(a, x[j]);
      a = FOLD(a, x[j + stride]);
      a = FOLD(a, x[j + 2 * stride]);
      a = FOLD(a, x[j + 3 * stride]);
      a = FOLD(a, x[j + 4 * stride]);
      a = FOLD(a, x[j + 5 * stride]);
      a = FOLD(a, x[j + 6 * stride]);
      a = FOLD(a, x[j + 7 * stride]);
      acc[j] = a;
    }
  }
  for (; r < rows; r++, x += stride) EACH(j, width) acc[j] = FOLD(acc[j], x[j]);
}

/* One block of a row: lane j folds the elements j modulo the number of lanes; the lanes are joined pairwise. */
static E RED(block)(const S *x, int64_t n) {
  E lane[64];
  if (n < 32) {
    E even = INIT, odd = INIT;
    for (int64_t i = 0; i + 1 < n; i += 2) even = FOLD(even, x[i]), odd = FOLD(odd, x[i + 1]);
    return n & 1 ? FOLD(JOIN(even, odd), x[n - 1]) : JOIN(even, odd);
  }
  const int64_t lanes = n >= 512 ? 64 : 8, rows = n / lanes;
  for (int64_t j = 0; j < lanes; j++) lane[j] = INIT;
  if (lanes == 64) RED(fold_rows)(lane, x, 64, rows, 64);
  else RED(fold_rows)(lane, x, 8, rows, 8);
  for (int64_t j = 0; j < n - rows * lanes; j++) lane[j] = FOLD(lane[j], x[rows * lanes + j]);
  for (int64_t half = lanes / 2; half; half /= 2)
    for (int64_t j = 0; j < half; j++) lane[j] = JOIN(lane[j], lane[j + half]);
  return lane[0];
}

/* A pairwise tree over partials that come one by one: stack[k] holds the join of 2^k of them where bit k of `count`, the
   number so far, is set. */
static void RED(push)(E *stack, int64_t count, E partial) {
  int k = 0;
  for (; count >> k & 1; k++) partial = JOIN(stack[k], partial);
  stack[k] = partial;
}
static E RED(finish)(const E *stack, int64_t count) {
  if (count == 0) return INIT;
  int k = __builtin_ctzll((uint64_t)count);
  E total = stack[k];
  for (k++; count >> k; k++)
    if (count >> k & 1) total = JOIN(stack[k], total);
  return total;
}

static void RED(row)(const void *in, int64_t n, void *out) {
  const S *x = in;
  if (n <= PTB_REDUCE_BLOCK) {
    *(E *)out = RED(block)(x, n);
    return;
  }
  E stack[64];
  int64_t blocks = 0;
  for (int64_t at = 0; at < n; at += PTB_REDUCE_BLOCK, blocks++)
    RED(push)(stack, blocks, RED(block)(x + at, n - at < PTB_REDUCE_BLOCK ? n - at : PTB_REDUCE_BLOCK));
  *(E *)out = RED(finish)(stack, blocks);
}

static void RED(join)(const void *partials, int64_t count, void *out) {
  E stack[64];
  for (int64_t k = 0; k < count; k++) RED(push)(stack, k, ((const E *)partials)[k]);
  *(E *)out = RED(finish)(stack, count);
}

/* `width` neighbouring columns, at most COLUMNS: blocks of 64 rows, joined as the blocks of a row are. */
static void RED(columns)(const void *in, int64_t axis, int64_t inner, int64_t width, void *out) {
  enum { levels = 48 };
  E stack[levels][COLUMNS], block[COLUMNS], *total = out;
  const S *x = in;
  int64_t blocks = 0;
  for (int64_t at = 0; at < axis; at += 64, blocks++) {
    for (int64_t j = 0; j < width; j++) block[j] = INIT;
    RED(fold_rows)(block, x + at * inner, inner, axis - at < 64 ? axis - at : 64, width);
    int k = 0;
    for (; blocks >> k & 1; k++) EACH(j, width) block[j] = JOIN(stack[k][j], block[j]);
    memcpy(stack[k], block, (size_t)width * sizeof(E));
  }
  for (int64_t j = 0; j < width; j++) total[j] = INIT;
  if (blocks == 0) return;
  int k = __builtin_ctzll((uint64_t)blocks);
  memcpy(total, stack[k], (size_t)width * sizeof(E));
  for (k++; blocks >> k; k++)
    if (blocks >> k & 1) EACH(j, width) total[j] = JOIN(stack[k][j], total[j]);
}

static const ptb_reduction RED(reduction) = {RED(row), RED(columns), RED(join)};

#undef RED
#undef S
#undef E
#undef INIT
#undef FOLD
#undef JOIN

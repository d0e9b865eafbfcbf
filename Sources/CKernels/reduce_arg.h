/* Index of the greatest or least element, the first of equals: ARG(name) its names, S the element type, EXTREME the row
   kernel of the value, BETTER(x, y) whether x replaces an earlier y, SAME(x, y). */
static void ARG(row)(const void *in, int64_t n, void *out) {
  const S *x = in;
  S best;
  EXTREME(x, n, &best);
  int64_t i = 0;
  for (int found = 0; i + 256 <= n; i += 256) { /* whole blocks without it, by vectors */
    EACH(j, 256) found |= SAME(x[i + j], best);
    if (found) break;
  }
  while (i < n && !SAME(x[i], best)) i++;
  *(int64_t *)out = i < n ? i : 0;
}

static void ARG(columns)(const void *in, int64_t axis, int64_t inner, int64_t width, void *out) {
  const S *x = in;
  int64_t *index = out;
  S best[COLUMNS];
  for (int64_t j = 0; j < width; j++) index[j] = 0;
  if (axis > 0) memcpy(best, x, (size_t)width * sizeof(S));
  for (int64_t k = 1; k < axis; k++) {
    x += inner;
    EACH(j, width) {
      int better = BETTER(x[j], best[j]);
      best[j] = better ? x[j] : best[j];
      index[j] = better ? k : index[j];
    }
  }
}

static const ptb_reduction ARG(reduction) = {ARG(row), ARG(columns), 0};

#undef ARG
#undef S
#undef EXTREME
#undef BETTER
#undef SAME

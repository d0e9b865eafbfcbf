/* Reductions and scans of int64 (sums and products wrap) and of bool. */
#define WRAP_ADD(a, b) ((int64_t)((uint64_t)(a) + (uint64_t)(b)))

#define RED(name) sum_int_##name
#define S int64_t
#define E int64_t
#define INIT 0
#define FOLD WRAP_ADD
#define JOIN WRAP_ADD
#include "reduce_op.h"

#define RED(name) prod_int_##name
#define S int64_t
#define E int64_t
#define INIT 1
#define FOLD wrap_mul
#define JOIN wrap_mul
#include "reduce_op.h"

#define RED(name) max_int_##name
#define S int64_t
#define E int64_t
#define INIT INT64_MIN
#define FOLD(a, x) ((a) > (x) ? (a) : (x))
#define JOIN FOLD
#include "reduce_op.h"

#define RED(name) min_int_##name
#define S int64_t
#define E int64_t
#define INIT INT64_MAX
#define FOLD(a, x) ((a) < (x) ? (a) : (x))
#define JOIN FOLD
#include "reduce_op.h"

#define RED(name) sum_bool_##name
#define S uint8_t
#define E int64_t
#define INIT 0
#define FOLD(a, x) ((a) + (x))
#define JOIN FOLD
#include "reduce_op.h"

#define RED(name) max_bool_##name
#define S uint8_t
#define E uint8_t
#define INIT 0
#define FOLD(a, x) ((uint8_t)((a) | (x)))
#define JOIN FOLD
#include "reduce_op.h"

#define RED(name) min_bool_##name
#define S uint8_t
#define E uint8_t
#define INIT 1
#define FOLD(a, x) ((uint8_t)((a) & (x)))
#define JOIN FOLD
#include "reduce_op.h"

#define ARG(name) argmax_int_##name
#define S int64_t
#define EXTREME max_int_row
#define BETTER(x, y) ((x) > (y))
#define SAME(x, y) ((x) == (y))
#include "reduce_arg.h"

#define ARG(name) argmin_int_##name
#define S int64_t
#define EXTREME min_int_row
#define BETTER(x, y) ((x) < (y))
#define SAME(x, y) ((x) == (y))
#include "reduce_arg.h"

#define ARG(name) argmax_bool_##name
#define S uint8_t
#define EXTREME max_bool_row
#define BETTER(x, y) ((x) > (y))
#define SAME(x, y) ((x) == (y))
#include "reduce_arg.h"

#define ARG(name) argmin_bool_##name
#define S uint8_t
#define EXTREME min_bool_row
#define BETTER(x, y) ((x) < (y))
#define SAME(x, y) ((x) == (y))
#include "reduce_arg.h"

SCAN(cumsum_int, int64_t, WRAP_ADD(before, x))
SCAN(cumprod_int, int64_t, wrap_mul(before, x))

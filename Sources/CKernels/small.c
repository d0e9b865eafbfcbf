#include "ptb_small.h"
#include "isa.h"
#include <math.h>
#include <string.h>

enum {
  CALL, FILL, COPY,
  ADD_F64, SUB_F64, MUL_F64, DIV_F64, NEG_F64, LT_F64, LE_F64, GT_F64, GE_F64, SELECT_F64,
  ADD_F32, SUB_F32, MUL_F32, DIV_F32, NEG_F32, LT_F32, LE_F32, GT_F32, GE_F32, SELECT_F32,
  ADD_INT, SUB_INT, MUL_INT, LT_INT, GT_INT, EQ_INT, SELECT_INT, NOT, AND, OR, INT_TO_F64, INT_TO_F32
};

/* Whether the types of an op are those of its operands or of its result. */
static int takes_source(int micro) {
  switch (micro) {
  case PTB_EQ: case PTB_NE: case PTB_LT: case PTB_LE: case PTB_GT: case PTB_GE: case PTB_IS_FINITE:
  case PTB_RE: case PTB_IM: case PTB_CABS: case PTB_ARG:
    return 1;
  default:
    return 0;
  }
}

/* Ops whose one result is the same however it is computed. */
static int code_of(int micro, int type, int source) {
  int on = takes_source(micro) ? source : type;
  if (micro == PTB_CONVERT) return source == PTB_INT ? (type == PTB_F64 ? INT_TO_F64 : type == PTB_F32 ? INT_TO_F32 : CALL) : CALL;
  if (on == PTB_BOOL) return micro == PTB_NOT ? NOT : micro == PTB_AND ? AND : micro == PTB_OR ? OR : CALL;
  if (on != PTB_F64 && on != PTB_F32 && on != PTB_INT) return CALL;
#define BY_TYPE(op) (on == PTB_F64 ? op##_F64 : on == PTB_F32 ? op##_F32 : op##_INT)
#define REAL_ONLY(op) (on == PTB_F64 ? op##_F64 : on == PTB_F32 ? op##_F32 : CALL)
  switch (micro) {
  case PTB_ADD: return BY_TYPE(ADD);
  case PTB_SUB: return BY_TYPE(SUB);
  case PTB_MUL: return BY_TYPE(MUL);
  case PTB_DIV: return REAL_ONLY(DIV);
  case PTB_NEG: return REAL_ONLY(NEG);
  case PTB_LT: return BY_TYPE(LT);
  case PTB_GT: return BY_TYPE(GT);
  case PTB_LE: return REAL_ONLY(LE);
  case PTB_GE: return REAL_ONLY(GE);
  case PTB_EQ: return on == PTB_INT ? EQ_INT : CALL;
  case PTB_SELECT: return BY_TYPE(SELECT);
  default: return CALL;
  }
}

int ptb_small_prepare(ptb_small_op *op, int micro, int type, int source) {
  const ptb_kernel_table *table = ptb_kernels();
  op->kernel = micro == PTB_CONVERT ? table->convert[source][type] : table->micro[takes_source(micro) ? source : type][micro];
  op->code = code_of(micro, type, source);
  op->bytes = (int32_t)ptb_size(type);
  return op->kernel != 0;
}
void ptb_small_prepare_fill(ptb_small_op *op, int type) {
  *op = (ptb_small_op){.code = FILL, .bytes = (int32_t)ptb_size(type)};
}
void ptb_small_prepare_copy(ptb_small_op *op, int type) {
  *op = (ptb_small_op){.code = COPY, .bytes = (int32_t)ptb_size(type)};
}

static void fill(void *dst, const void *a, int64_t n, int64_t bytes) {
  for (int64_t i = 0; i < n; i++) memcpy((char *)dst + i * bytes, a, bytes);
}

#define OP2(name, D, A, expression)                                                                                   \
  case name: {                                                                                                        \
    A x = *(const A *)op->a, y = *(const A *)op->b;                                                                   \
    *(D *)op->dst = expression;                                                                                       \
    break;                                                                                                            \
  }
#define INT_OP(name, overflows)                                                                                       \
  case name:                                                                                                          \
    if (overflows(*(const int64_t *)op->a, *(const int64_t *)op->b, (int64_t *)op->dst)) FAULT(PTB_INT_OVERFLOW)      \
    break;
#define FAULT(code) return (int64_t)(op - ops) << 8 | (code);
#define SELECT_OP(name, D)                                                                                            \
  case name: *(D *)op->dst = *(const uint8_t *)op->a ? *(const D *)op->b : *(const D *)op->c; break;

static int64_t run_one(const ptb_small_op *ops, const ptb_small_op *end) {
  for (const ptb_small_op *op = ops; op != end; op++) {
    switch (op->code) {
    case FILL: case COPY: memcpy(op->dst, op->a, op->bytes); break;
    OP2(ADD_F64, double, double, x + y)
    OP2(SUB_F64, double, double, x - y)
    OP2(MUL_F64, double, double, x * y)
    OP2(DIV_F64, double, double, x / y)
    OP2(LT_F64, uint8_t, double, x < y)
    OP2(LE_F64, uint8_t, double, x <= y)
    OP2(GT_F64, uint8_t, double, x > y)
    OP2(GE_F64, uint8_t, double, x >= y)
    OP2(ADD_F32, float, float, x + y)
    OP2(SUB_F32, float, float, x - y)
    OP2(MUL_F32, float, float, x * y)
    OP2(DIV_F32, float, float, x / y)
    OP2(LT_F32, uint8_t, float, x < y)
    OP2(LE_F32, uint8_t, float, x <= y)
    OP2(GT_F32, uint8_t, float, x > y)
    OP2(GE_F32, uint8_t, float, x >= y)
    INT_OP(ADD_INT, __builtin_add_overflow)
    INT_OP(SUB_INT, __builtin_sub_overflow)
    INT_OP(MUL_INT, __builtin_mul_overflow)
    OP2(LT_INT, uint8_t, int64_t, x < y)
    OP2(GT_INT, uint8_t, int64_t, x > y)
    OP2(EQ_INT, uint8_t, int64_t, x == y)
    OP2(AND, uint8_t, uint8_t, x & y)
    OP2(OR, uint8_t, uint8_t, x | y)
    case NOT: *(uint8_t *)op->dst = !*(const uint8_t *)op->a; break;
    case NEG_F64: *(double *)op->dst = -*(const double *)op->a; break;
    case NEG_F32: *(float *)op->dst = -*(const float *)op->a; break;
    case INT_TO_F64: *(double *)op->dst = (double)*(const int64_t *)op->a; break;
    case INT_TO_F32: *(float *)op->dst = (float)*(const int64_t *)op->a; break;
    SELECT_OP(SELECT_F64, uint64_t)
    SELECT_OP(SELECT_INT, uint64_t)
    SELECT_OP(SELECT_F32, uint32_t)
    default: {
      int fault = op->kernel(op->dst, op->a, op->b, op->c, 1);
      if (fault) FAULT(fault)
    }
    }
  }
  return 0;
}

int64_t ptb_run_small(const ptb_small_op *ops, int64_t count, int64_t n) {
  const ptb_small_op *end = ops + count;
  if (n == 1) return run_one(ops, end);
  for (const ptb_small_op *op = ops; op != end; op++) {
    switch (op->code) {
    case FILL: fill(op->dst, op->a, n, op->bytes); break;
    case COPY: memcpy(op->dst, op->a, n * op->bytes); break;
    default: {
      int fault = op->kernel(op->dst, op->a, op->b, op->c, n);
      if (fault) FAULT(fault)
    }
    }
  }
  return 0;
}

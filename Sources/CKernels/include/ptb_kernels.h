#ifndef PTB_KERNELS_H
#define PTB_KERNELS_H
#include <stdint.h>
#include <stddef.h>

/* Element types of a tile register. Values equal Tensors.DType. */
enum ptb_type { PTB_F32 = 0, PTB_F64 = 1, PTB_INT = 2, PTB_BOOL = 3, PTB_C64 = 4, PTB_C128 = 5 };

/* Elementwise micro-operations: what a fused region is made of. dst = op(a, b, c). */
enum ptb_micro {
  /* arithmetic: f32 f64 int (complex: add sub mul div neg) */
  PTB_ADD, PTB_SUB, PTB_MUL, PTB_DIV, PTB_FLOORDIV, PTB_MOD, PTB_MIN, PTB_MAX, PTB_POW, PTB_ATAN2,
  PTB_MUL0,               /* product in which an exact zero wins over inf and nan */
  PTB_NEG, PTB_ABS, PTB_SIGN, PTB_FLOOR, PTB_CEIL, PTB_ROUND,
  /* comparison to bool, logic on bool */
  PTB_EQ, PTB_NE, PTB_LT, PTB_LE, PTB_GT, PTB_GE, PTB_AND, PTB_OR, PTB_NOT, PTB_IS_FINITE,
  PTB_SELECT,             /* a is bool: a ? b : c */
  /* functions of a real */
  PTB_EXP, PTB_EXPM1, PTB_LOG, PTB_LOG1P, PTB_SQRT, PTB_RSQRT, PTB_SIN, PTB_COS, PTB_TAN, PTB_ASIN, PTB_ACOS, PTB_ATAN,
  PTB_SINH, PTB_COSH, PTB_TANH, PTB_ASINH, PTB_ACOSH, PTB_ATANH, PTB_SIGMOID, PTB_SOFTPLUS, PTB_RELU, PTB_GELU, PTB_SILU,
  PTB_ERF, PTB_ERFC, PTB_ERFINV, PTB_LGAMMA, PTB_DIGAMMA, PTB_TRIGAMMA, PTB_POLYGAMMA, /* polygamma: a = order (real), b = x */
  /* complex: re im conj abs arg of a c64/c128, complex(a, b) from two reals */
  PTB_RE, PTB_IM, PTB_CONJ, PTB_CABS, PTB_ARG, PTB_COMPLEX,
  PTB_CONVERT,            /* between any two types; `type` is the result's, `source` the operand's */
  PTB_COPY,
  PTB_MICRO_COUNT
};

/* How a fused region reads an input at flat output index i. */
enum ptb_access {
  PTB_CONTIGUOUS,   /* in[i] */
  PTB_SCALAR,       /* in[0] */
  PTB_PERIODIC,     /* in[i % p]        : a row, repeated    (p = extent) */
  PTB_REPEAT,       /* in[i / q]        : a column, repeated (q = extent) */
  PTB_STRIDED       /* in[sum_k ((i / d_k) % n_k) * s_k], rank and tables in the region */
};

typedef struct {
  uint8_t access, type;
  uint16_t reg;           /* the register it is loaded into */
  int32_t rank;           /* of a strided access */
  int64_t extent;         /* p or q */
  const int64_t *shape;   /* strided: output shape, `rank` long */
  const int64_t *strides; /* strided: element strides of the input for each output dimension */
} ptb_load;

typedef struct {
  uint16_t op;            /* enum ptb_micro */
  uint8_t type, source;   /* type of the result; type of the operands where it differs (comparison, convert) */
  uint16_t dst, a, b, c;  /* registers */
} ptb_instr;

typedef struct { uint16_t reg; uint8_t type; } ptb_store;

/* One fused elementwise region, run tile by tile. Registers are tiles in L1; constants are scalar loads. */
typedef struct {
  int64_t count;          /* elements of the output */
  int32_t loads, instrs, stores, registers;
  const ptb_load *load;
  const ptb_instr *instr;
  const ptb_store *store;
} ptb_region;

/* Runs [begin, end) of a region. inputs[k] and outputs[k] are base addresses; an output may be an input
   (the same element is read before it is written). Thread-safe: registers live on the caller's stack. */
void ptb_run_region(const ptb_region *region, const void *const *inputs, void *const *outputs, int64_t begin, int64_t end);

#endif

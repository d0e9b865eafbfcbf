#ifndef PTB_KERNELS_H
#define PTB_KERNELS_H
#include <stdint.h>
#include <stddef.h>

#include "ptb_copy.h"
#include "ptb_overflow.h"
#include "ptb_pool.h"
#include "ptb_random.h"
#include "ptb_reduce.h"

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
  PTB_STRIDED,      /* in[sum_k ((i / d_k) % n_k) * s_k], rank and tables in the region */
  PTB_DRAWN         /* element i % n of the draw of the key in[i / n], made anew (n = extent, its kind = rank) */
};

enum { PTB_MAX_RANK = 32 }; /* of a strided access or copy */

typedef struct {
  uint8_t access, type;
  uint16_t reg;           /* the register it is loaded into */
  int32_t rank;           /* of a strided access; the enum ptb_draw_kind of a drawn one */
  int64_t extent;         /* p, q or n */
  const int64_t *shape;   /* strided: output shape, `rank` long */
  const int64_t *strides; /* strided: element strides of the input for each output dimension */
} ptb_load;

typedef struct {
  uint16_t op;            /* enum ptb_micro */
  uint8_t type, source;   /* type of the result; type of the operands where it differs (comparison, convert) */
  uint16_t dst, a, b, c;  /* registers, 0 where there is no operand; dst may be an operand of its size */
} ptb_instr;

typedef struct { uint16_t reg; uint8_t type; } ptb_store;

/* One fused elementwise region, run tile by tile. Registers are tiles in L1 (a few tens; 2048 at most); constants are
   scalar loads. A register that is stored and written by one instruction only is written straight to its output.
   Semantics: min and max propagate NaN; sign(0) is 0; round takes halves to even; mod and floordiv floor as Python
   (DIV of ints is floordiv); x / 0 and x mod 0 of ints are 0, as is a negative power; a conversion of a real to int
   truncates. An int that does not fit is a fault, but for MUL0, which wraps. Every element's bits depend on its operands only, not on the
   range, the tile or the instruction set (functions that call libm: on that libm). */
typedef struct {
  int64_t count;          /* elements of the output */
  int32_t loads, instrs, stores, registers;
  const ptb_load *load;
  const ptb_instr *instr;
  const ptb_store *store;
} ptb_region;

/* Why an element has no value. */
enum ptb_fault {
  PTB_NO_FAULT,
  PTB_INT_OVERFLOW, /* an int beyond 64 bits */
  PTB_NOT_AN_INT    /* a real that is NaN, or beyond 64 bits, as an int */
};

/* Runs [begin, end) of a region. Gives 0, or the first fault as (instruction << 8) + enum ptb_fault; outputs are then
   undefined. inputs[k] and outputs[k] are base addresses; an output may be an input
   with elements of its size (the same element is read before it is written). Thread-safe: registers live on the caller's
   stack. */
int64_t ptb_run_region(const ptb_region *region, const void *const *inputs, void *const *outputs, int64_t begin, int64_t end);

/* Whether there is a kernel for that micro-operation on those types (ptb_instr's). */
int ptb_micro_supported(int op, int type, int source);

#endif

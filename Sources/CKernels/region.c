#include "isa.h"
#include "load.h"
#include <string.h>

/* Tiles are as long as 32 KB of registers allow, so that they stay in L1 and are still worth their dispatch. */
enum { longest_tile = 512, shortest_tile = 16, register_bytes = 32 * 1024 };

/* What one run knows about a register. */
typedef struct {
  char *slot;            /* its tile on the stack */
  const void *at;        /* where its elements of the current tile are: the slot, an input or an output */
  int32_t writer, last_use; /* instructions; -1 where there is none, INT32_MAX as a last use where it is stored */
  uint8_t writers, loaded, constant;
  int16_t output;        /* the output it is written to without a copy, or -1 */
} reg_state;

/* The type a kernel is looked up by. */
static int kernel_type(const ptb_instr *i) {
  switch (i->op) {
  case PTB_EQ: case PTB_NE: case PTB_LT: case PTB_LE: case PTB_GT: case PTB_GE: case PTB_IS_FINITE:
  case PTB_RE: case PTB_IM: case PTB_CABS: case PTB_ARG: case PTB_CONVERT:
    return i->source;
  default:
    return i->type;
  }
}

static int operands(int op) {
  if (op == PTB_SELECT) return 3;
  return (op <= PTB_MUL0 || (op >= PTB_EQ && op <= PTB_OR) || op == PTB_POLYGAMMA || op == PTB_COMPLEX) ? 2 : 1;
}

int ptb_micro_supported(int op, int type, int source) {
  ptb_instr i = {.op = op, .type = type, .source = source};
  return op == PTB_CONVERT || ptb_kernels()->micro[kernel_type(&i)][op] != 0;
}

/* pow by a scalar that has a kernel of its own. */
static ptb_tile_fn constant_power(const ptb_kernel_table *table, int type, const void *exponent) {
  if (type != PTB_F32 && type != PTB_F64) return 0;
  double e = type == PTB_F32 ? *(const float *)exponent : *(const double *)exponent;
  int op = e == 2 ? PTB_SQUARE : e == 3 ? PTB_CUBE : e == -1 ? PTB_RECIPROCAL : e == 0.5 ? PTB_POW_HALF : 0;
  return op ? table->micro[type][op] : 0;
}

static int64_t widest_element(const ptb_region *r) {
  int64_t size = 1;
  for (int k = 0; k < r->loads; k++) size = ptb_size(r->load[k].type) > size ? ptb_size(r->load[k].type) : size;
  for (int k = 0; k < r->instrs; k++) size = ptb_size(r->instr[k].type) > size ? ptb_size(r->instr[k].type) : size;
  return size;
}
static int64_t tile_length(const ptb_region *r, int64_t size) {
  int64_t tile = register_bytes / (size * (r->registers + 1)) & -shortest_tile;
  return tile > longest_tile ? longest_tile : tile < shortest_tile ? shortest_tile : tile;
}

/* Where each register is written and last read. */
static void find_uses(const ptb_region *r, reg_state *regs) {
  for (int k = 0; k < r->registers; k++) regs[k] = (reg_state){.writer = -1, .last_use = -1, .output = -1};
  for (int k = 0; k < r->loads; k++) regs[r->load[k].reg].loaded = 1;
  for (int k = 0; k < r->instrs; k++) {
    const ptb_instr *i = &r->instr[k];
    const uint16_t read[3] = {i->a, i->b, i->c};
    for (int j = 0; j < operands(i->op); j++) regs[read[j]].last_use = k;
    regs[i->dst].writer = k;
    regs[i->dst].writers += regs[i->dst].writers < 2;
  }
  for (int k = 0; k < r->stores; k++) {
    reg_state *s = &regs[r->store[k].reg];
    if (s->writers == 1 && !s->loaded && s->output < 0) s->output = k;
    s->last_use = INT32_MAX;
  }
}

/* Whether a load may hand out the input's own memory: not if the region overwrites the register, or writes an output
   over that input before the input's last use. */
static int may_read_in_place(const ptb_region *r, const reg_state *regs, int k, const void *const *inputs,
                             void *const *outputs) {
  const reg_state *loaded = &regs[r->load[k].reg];
  for (int s = 0; s < r->stores; s++) {
    const reg_state *stored = &regs[r->store[s].reg];
    if (outputs[s] == inputs[k] && (stored->output != s || stored->writer < loaded->last_use)) return 0;
  }
  return 1;
}

int64_t ptb_run_region(const ptb_region *r, const void *const *inputs, void *const *outputs, int64_t begin, int64_t end) {
  if (begin >= end) return 0;
  const ptb_kernel_table *table = ptb_kernels();
  int64_t size = widest_element(r), tile = tile_length(r, size), slot_bytes = tile * size;
  int64_t longest = end - begin < tile ? end - begin : tile;
  reg_state regs[r->registers];
  find_uses(r, regs);
  _Alignas(64) char slots[r->registers * slot_bytes];
  for (int k = 0; k < r->registers; k++) regs[k].at = regs[k].slot = slots + k * slot_bytes;

  uint8_t in_place[r->loads + 1];
  for (int k = 0; k < r->loads; k++) {
    reg_state *s = &regs[r->load[k].reg];
    in_place[k] = may_read_in_place(r, regs, k, inputs, outputs);
    if (r->load[k].access != PTB_SCALAR || s->writers) continue;
    s->constant = 1;
    ptb_fill(s->slot, inputs[k], longest, ptb_size(r->load[k].type));
  }

  ptb_tile_fn kernels[r->instrs + 1];
  for (int k = 0; k < r->instrs; k++) {
    const ptb_instr *i = &r->instr[k];
    kernels[k] = i->op == PTB_CONVERT ? table->convert[i->source][i->type] : table->micro[kernel_type(i)][i->op];
    if (i->op == PTB_POW && regs[i->b].constant) {
      ptb_tile_fn power = constant_power(table, i->type, regs[i->b].slot);
      if (power) kernels[k] = power;
    }
  }

  for (int64_t at = begin; at < end; at += tile) {
    int64_t count = end - at < tile ? end - at : tile;
    for (int k = 0; k < r->loads; k++) {
      reg_state *s = &regs[r->load[k].reg];
      if (!s->constant) s->at = ptb_load_tile(&r->load[k], inputs[k], at, count, s->slot, in_place[k]);
    }
    for (int k = 0; k < r->instrs; k++) {
      const ptb_instr *i = &r->instr[k];
      reg_state *d = &regs[i->dst];
      char *to = d->output < 0 ? d->slot : (char *)outputs[d->output] + at * ptb_size(r->store[d->output].type);
      int fault = kernels[k](to, regs[i->a].at, regs[i->b].at, regs[i->c].at, count);
      if (fault) return (int64_t)k << 8 | fault;
      d->at = to;
    }
    for (int k = 0; k < r->stores; k++) {
      const reg_state *s = &regs[r->store[k].reg];
      int64_t size = ptb_size(r->store[k].type);
      if (s->output != k) memcpy((char *)outputs[k] + at * size, s->at, count * size);
    }
  }
  return 0;
}

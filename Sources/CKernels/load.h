/* Brings the elements [begin, begin + count) of one input of a region into a tile. */
#ifndef PTB_LOAD_H
#define PTB_LOAD_H
#include "ptb_kernels.h"

/* Returns the tile: `slot` filled, or an address inside the input where the elements already lie in order and
   `in_place` allows it. */
const void *ptb_load_tile(const ptb_load *load, const void *input, int64_t begin, int64_t count, void *slot, int in_place);
/* count copies of the element at `value`. */
void ptb_fill(void *slot, const void *value, int64_t count, int64_t size);
#endif

#include "load.h"
#include "by_size.h"
#include "isa.h"
#include <string.h>

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

void ptb_fill(void *slot, const void *value, int64_t count, int64_t size) {
  BY_SIZE(size, {
    E *d = slot, x = *(const E *)value;
    for (int64_t i = 0; i < count; i++) d[i] = x;
  })
}

static void copy_strided(void *slot, const char *input, int64_t count, int64_t stride, int64_t size) {
  if (stride == 1) {
    memcpy(slot, input, count * size);
  } else {
    BY_SIZE(size, {
      E *d = slot;
      const E *s = (const E *)input;
      for (int64_t i = 0; i < count; i++) d[i] = s[i * stride];
    })
  }
}

/* One period is copied as it lies; once a whole one is in the tile, the tile is copied onto itself, doubling. */
static void load_periodic(const char *input, int64_t period, int64_t begin, int64_t count, char *slot, int64_t size) {
  int64_t phase = begin % period, done = smaller(count, period - phase);
  memcpy(slot, input + phase * size, done * size);
  int64_t wrapped = smaller(count - done, phase);
  memcpy(slot + done * size, input, wrapped * size);
  done += wrapped;
  while (done < count) {
    int64_t more = smaller(count - done, done);
    memcpy(slot + done * size, slot, more * size);
    done += more;
  }
}

static void load_repeated(const char *input, int64_t repeat, int64_t begin, int64_t count, char *slot, int64_t size) {
  int64_t at = begin / repeat, run = smaller(count, repeat - begin % repeat);
  for (int64_t done = 0; done < count; run = smaller(repeat, count - done)) {
    ptb_fill(slot + done * size, input + at++ * size, run, size);
    done += run;
  }
}

/* Row by row of the last dimension; the index of the row is carried along like an odometer. */
static void load_strided(const ptb_load *load, const char *input, int64_t begin, int64_t count, char *slot, int64_t size) {
  int64_t index[PTB_MAX_RANK], offset = 0, rest = begin;
  int last = load->rank - 1;
  for (int k = last; k >= 0; k--) {
    index[k] = rest % load->shape[k];
    rest /= load->shape[k];
    offset += index[k] * load->strides[k];
  }
  for (int64_t done = 0; done < count;) {
    int64_t run = smaller(count - done, load->shape[last] - index[last]);
    copy_strided(slot + done * size, input + offset * size, run, load->strides[last], size);
    done += run;
    index[last] += run;
    offset += run * load->strides[last];
    for (int k = last; k > 0 && index[k] == load->shape[k]; k--) {
      offset += load->strides[k - 1] - index[k] * load->strides[k];
      index[k] = 0;
      index[k - 1]++;
    }
  }
}

/* Noise is an operand that is never stored. */
static void load_drawn(const ptb_load *load, const uint64_t *keys, int64_t begin, int64_t count, char *slot, int64_t size) {
  for (int64_t done = 0; done < count;) {
    int64_t row = (begin + done) / load->extent, column = (begin + done) % load->extent;
    int64_t run = smaller(count - done, load->extent - column);
    ptb_draw(load->rank, keys[row], column, run, 0, 0, slot + done * size);
    done += run;
  }
}

const void *ptb_load_tile(const ptb_load *load, const void *input, int64_t begin, int64_t count, void *slot, int in_place) {
  int64_t size = ptb_size(load->type);
  const char *base = input;
  switch (load->access) {
  case PTB_CONTIGUOUS:
    if (in_place) return base + begin * size;
    memcpy(slot, base + begin * size, count * size);
    break;
  case PTB_SCALAR: ptb_fill(slot, base, count, size); break;
  case PTB_PERIODIC: {
    int64_t phase = begin % load->extent;
    if (in_place && phase + count <= load->extent) return base + phase * size;
    load_periodic(base, load->extent, begin, count, slot, size);
    break;
  }
  case PTB_REPEAT: load_repeated(base, load->extent, begin, count, slot, size); break;
  case PTB_STRIDED: load_strided(load, base, begin, count, slot, size); break;
  case PTB_DRAWN: load_drawn(load, input, begin, count, slot, size); break;
  }
  return slot;
}

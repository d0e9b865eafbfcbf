#include "ptb_overflow.h"

static _Thread_local int overflowed;

void ptb_note_overflow(void) { overflowed = 1; }

int ptb_take_overflow(void) {
  int was = overflowed;
  overflowed = 0;
  return was;
}

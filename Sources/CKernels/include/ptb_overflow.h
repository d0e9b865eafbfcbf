#ifndef PTB_OVERFLOW_H
#define PTB_OVERFLOW_H

/* Whether an int of a kernel that runs on this thread was beyond 64 bits: noted by the arithmetic, asked for once at the kernel's end. */
void ptb_note_overflow(void);
int ptb_take_overflow(void);

#endif

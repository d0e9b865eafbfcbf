/* Elements that are only moved: BY_SIZE runs a statement with E the element type of `size` bytes. */
#ifndef PTB_BY_SIZE_H
#define PTB_BY_SIZE_H
#include <stdint.h>

typedef struct { uint64_t low, high; } ptb_pair;

#define BY_SIZE(size, ...)                                                                                            \
  switch (size) {                                                                                                     \
  case 1: { typedef uint8_t E; __VA_ARGS__; break; }                                                                  \
  case 4: { typedef uint32_t E; __VA_ARGS__; break; }                                                                 \
  case 8: { typedef uint64_t E; __VA_ARGS__; break; }                                                                 \
  default: { typedef ptb_pair E; __VA_ARGS__; break; }                                                                \
  }
#endif

/* The kernels for x86-64 with AVX2. */
#include "isa.h"
#include "philox.h"
#include "special.h"
#include <math.h>
#include <string.h>

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma,bmi,bmi2,lzcnt,popcnt"))), apply_to = function)
#define ISA_TABLE ptb_kernels_avx2
#include "kernels.h"
#pragma clang attribute pop
#endif

#include "isa.h"
#include <stdatomic.h>

static const ptb_kernel_table *choose(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2"))
    return &ptb_kernels_avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2"))
    return &ptb_kernels_avx2;
#endif
  return &ptb_kernels_base;
}

/* Threads that race here all find the same table. */
const ptb_kernel_table *ptb_kernels(void) {
  static _Atomic(const ptb_kernel_table *) chosen;
  const ptb_kernel_table *table = atomic_load_explicit(&chosen, memory_order_relaxed);
  if (!table) {
    table = choose();
    atomic_store_explicit(&chosen, table, memory_order_relaxed);
  }
  return table;
}

#ifndef PTB_POOL_H
#define PTB_POOL_H
#include <stdint.h>

/* A pool of threads that wait for work. One job at a time: `body(context, chunk)` for every chunk in [0, chunks), each once,
   by whichever thread is free. The caller works too and returns when all are done. */
typedef struct ptb_pool ptb_pool;
ptb_pool *ptb_pool_create(int threads); /* threads >= 1, the caller included */
void ptb_pool_destroy(ptb_pool *pool);  /* while no job runs */
/* Runs on the caller alone where the pool has one thread, is busy with another job, or the caller is in a job of any
   pool already. Allocates nothing. */
void ptb_pool_run(ptb_pool *pool, int64_t chunks, void (*body)(void *context, int64_t chunk), void *context);

#endif

#define _GNU_SOURCE
#include "ptb_pool.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

/* A job is announced by raising `epoch`. Workers look for that for a short while, as regions follow each other closely,
   then sleep. `members` counts the threads in the job, the caller first: a worker joins by raising it from at least 1, so one that
   wakes up late finds 0 and nobody waits for it. The job's fields are written while it is 0. */
struct ptb_pool {
  int workers, threads_wanted;
  /* The value of `forks` when the workers were started: in a forked child they are gone. */
  int generation;
  pthread_t *threads;
  pthread_mutex_t lock;
  pthread_cond_t wake;
  _Atomic uint64_t epoch;
  _Atomic int stop, busy, sleeping;
  _Atomic int members;
  _Atomic int64_t next;
  int64_t chunks;
  void (*body)(void *, int64_t);
  void *context;
};

static int forks;
static void note_fork(void) { forks++; }
static void watch_forks(void) { pthread_atfork(0, 0, note_fork); }

enum { looks_before_sleep = 4000, looks_before_yield = 200 };

static _Thread_local int inside_job;

static void pause_thread(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

static void take_chunks(ptb_pool *p) {
  inside_job = 1;
  for (;;) {
    int64_t chunk = atomic_fetch_add_explicit(&p->next, 1, memory_order_relaxed);
    if (chunk >= p->chunks) break;
    p->body(p->context, chunk);
  }
  inside_job = 0;
}

static uint64_t wait_for_epoch(ptb_pool *p, uint64_t seen) {
  uint64_t epoch;
  for (int look = 0; look < looks_before_sleep; look++) {
    if ((epoch = atomic_load(&p->epoch)) != seen) return epoch;
    pause_thread();
  }
  pthread_mutex_lock(&p->lock);
  atomic_fetch_add(&p->sleeping, 1);
  while ((epoch = atomic_load(&p->epoch)) == seen) pthread_cond_wait(&p->wake, &p->lock);
  atomic_fetch_sub(&p->sleeping, 1);
  pthread_mutex_unlock(&p->lock);
  return epoch;
}

static void announce(ptb_pool *p) {
  atomic_fetch_add(&p->epoch, 1);
  if (atomic_load(&p->sleeping) == 0) return;
  pthread_mutex_lock(&p->lock);
  pthread_cond_broadcast(&p->wake);
  pthread_mutex_unlock(&p->lock);
}

static int join(ptb_pool *p) {
  int members = atomic_load_explicit(&p->members, memory_order_relaxed);
  while (members > 0)
    if (atomic_compare_exchange_weak_explicit(&p->members, &members, members + 1, memory_order_acquire,
                                              memory_order_relaxed))
      return 1;
  return 0;
}
static void leave(ptb_pool *p) { atomic_fetch_sub_explicit(&p->members, 1, memory_order_release); }

static void *work(void *argument) {
  ptb_pool *p = argument;
  for (uint64_t seen = 0;;) {
    seen = wait_for_epoch(p, seen);
    if (atomic_load(&p->stop)) return 0;
    if (!join(p)) continue;
    take_chunks(p);
    leave(p);
  }
}

static void start_workers(ptb_pool *p) {
  p->generation = forks;
  p->workers = 0;
  pthread_mutex_init(&p->lock, 0);
  pthread_cond_init(&p->wake, 0);
  atomic_store(&p->sleeping, 0);
  for (int k = 0; k + 1 < p->threads_wanted; k++)
    if (pthread_create(&p->threads[p->workers], 0, work, p) == 0) p->workers++;
}

ptb_pool *ptb_pool_create(int threads) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, watch_forks);
  ptb_pool *p = calloc(1, sizeof *p);
  p->threads = calloc((size_t)threads, sizeof *p->threads);
  p->threads_wanted = threads;
  start_workers(p);
  return p;
}

void ptb_pool_destroy(ptb_pool *p) {
  if (p->generation == forks) { /* Else its threads stayed behind, and nobody ever signals what they wait for. */
    atomic_store(&p->stop, 1);
    announce(p);
    for (int k = 0; k < p->workers; k++) pthread_join(p->threads[k], 0);
    pthread_cond_destroy(&p->wake);
    pthread_mutex_destroy(&p->lock);
  }
  free(p->threads);
  free(p);
}

void ptb_pool_run(ptb_pool *p, int64_t chunks, void (*body)(void *, int64_t), void *context) {
  int idle = 0;
  if (p->generation != forks) start_workers(p);
  if (chunks <= 1 || p->workers == 0 || inside_job || !atomic_compare_exchange_strong(&p->busy, &idle, 1)) {
    for (int64_t k = 0; k < chunks; k++) body(context, k);
    return;
  }
  p->chunks = chunks;
  p->body = body;
  p->context = context;
  atomic_store_explicit(&p->next, 0, memory_order_relaxed);
  atomic_store_explicit(&p->members, 1, memory_order_release);
  announce(p);
  take_chunks(p);
  leave(p);
  for (int look = 0; atomic_load_explicit(&p->members, memory_order_acquire) != 0; look++)
    look < looks_before_yield ? pause_thread() : (void)sched_yield();
  atomic_store_explicit(&p->busy, 0, memory_order_release);
}

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

/* Swift withholds fork, since few programs may go on in the child. Ours may: its other threads hold nothing while it forks. */
static inline pid_t ptb_fork(void) { return fork(); }

/* Children of this process's children become its own where their parent ends first, so that it can wait for them. */
static inline void ptb_adopt_orphans(void) { prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

/* Whether this process is killed when its parent ends. */
static inline void ptb_die_with_parent(int dies) { prctl(PR_SET_PDEATHSIG, dies ? SIGKILL : 0, 0, 0, 0); }

/* Declared by poll.h under _GNU_SOURCE only, which Swift does not define. */
extern int ppoll(struct pollfd *, nfds_t, const struct timespec *, const sigset_t *);

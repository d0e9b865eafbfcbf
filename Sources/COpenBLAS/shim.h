#ifndef PTB_OPENBLAS_H
#define PTB_OPENBLAS_H
#include <cblas.h>
#include <stddef.h>

/* OpenBLAS contains LAPACK under its Fortran names, so no further library is needed. A Fortran routine takes everything by
   address and, after its arguments, the length of each character argument; the functions below take values and give `info`.
   T is the element type (void for the complex types, which Swift cannot import), R its real type. */

#define PTB_LU(p, T)                                                                                                      \
  void p##getrf_(const int *, const int *, T *, const int *, int *, int *);                                               \
  void p##getrs_(const char *, const int *, const int *, const T *, const int *, const int *, T *, const int *, int *,    \
                 size_t);                                                                                                 \
  void p##getri_(const int *, T *, const int *, const int *, T *, const int *, int *);                                    \
  static inline int ptb_##p##getrf(int m, int n, T *a, int lda, int *pivots) {                                            \
    int info;                                                                                                             \
    p##getrf_(&m, &n, a, &lda, pivots, &info);                                                                            \
    return info;                                                                                                          \
  }                                                                                                                       \
  static inline int ptb_##p##getrs(char trans, int n, int k, const T *lu, int lda, const int *pivots, T *b, int ldb) {    \
    int info;                                                                                                             \
    p##getrs_(&trans, &n, &k, lu, &lda, pivots, b, &ldb, &info, 1);                                                       \
    return info;                                                                                                          \
  }                                                                                                                       \
  static inline int ptb_##p##getri(int n, T *lu, int lda, const int *pivots, T *work, int lwork) {                        \
    int info;                                                                                                             \
    p##getri_(&n, lu, &lda, pivots, work, &lwork, &info);                                                                 \
    return info;                                                                                                          \
  }
PTB_LU(s, float)
PTB_LU(d, double)
PTB_LU(c, void)
PTB_LU(z, void)

#define PTB_REAL(p, T)                                                                                                    \
  void p##potrf_(const char *, const int *, T *, const int *, int *, size_t);                                             \
  void p##gelqf_(const int *, const int *, T *, const int *, T *, T *, const int *, int *);                               \
  void p##orglq_(const int *, const int *, const int *, T *, const int *, const T *, T *, const int *, int *);            \
  void p##gesdd_(const char *, const int *, const int *, T *, const int *, T *, T *, const int *, T *, const int *, T *,  \
                 const int *, int *, int *, size_t);                                                                      \
  void p##syevd_(const char *, const char *, const int *, T *, const int *, T *, T *, const int *, int *, const int *,    \
                 int *, size_t, size_t);                                                                                  \
  void p##geev_(const char *, const char *, const int *, T *, const int *, T *, T *, T *, const int *, T *, const int *,  \
                T *, const int *, int *, size_t, size_t);                                                                 \
  static inline int ptb_##p##potrf(char uplo, int n, T *a, int lda) {                                                     \
    int info;                                                                                                             \
    p##potrf_(&uplo, &n, a, &lda, &info, 1);                                                                              \
    return info;                                                                                                          \
  }                                                                                                                       \
  static inline int ptb_##p##gelqf(int m, int n, T *a, int lda, T *tau, T *work, int lwork) {                             \
    int info;                                                                                                             \
    p##gelqf_(&m, &n, a, &lda, tau, work, &lwork, &info);                                                                 \
    return info;                                                                                                          \
  }                                                                                                                       \
  static inline int ptb_##p##orglq(int m, int n, int k, T *a, int lda, const T *tau, T *work, int lwork) {                \
    int info;                                                                                                             \
    p##orglq_(&m, &n, &k, a, &lda, tau, work, &lwork, &info);                                                             \
    return info;                                                                                                          \
  }                                                                                                                       \
  static inline int ptb_##p##gesdd(int m, int n, T *a, int lda, T *s, T *u, int ldu, T *vt, int ldvt, T *work, int lwork, \
                                   int *iwork) {                                                                          \
    int info;                                                                                                             \
    char job = 'S';                                                                                                       \
    p##gesdd_(&job, &m, &n, a, &lda, s, u, &ldu, vt, &ldvt, work, &lwork, iwork, &info, 1);                               \
    return info;                                                                                                          \
  }                                                                                                                       \
  static inline int ptb_##p##syevd(char uplo, int n, T *a, int lda, T *w, T *work, int lwork, int *iwork, int liwork) {   \
    int info;                                                                                                             \
    char job = 'V';                                                                                                       \
    p##syevd_(&job, &uplo, &n, a, &lda, w, work, &lwork, iwork, &liwork, &info, 1, 1);                                    \
    return info;                                                                                                          \
  }                                                                                                                       \
  static inline int ptb_##p##geev(int n, T *a, int lda, T *wr, T *wi, T *vr, int ldv, T *work, int lwork) {               \
    int info, one = 1;                                                                                                    \
    char no = 'N', yes = 'V';                                                                                             \
    p##geev_(&no, &yes, &n, a, &lda, wr, wi, NULL, &one, vr, &ldv, work, &lwork, &info, 1, 1);                            \
    return info;                                                                                                          \
  }
PTB_REAL(s, float)
PTB_REAL(d, double)

#define PTB_COMPLEX(p, R)                                                                                                 \
  void p##geev_(const char *, const char *, const int *, void *, const int *, void *, void *, const int *, void *,        \
                const int *, void *, const int *, R *, int *, size_t, size_t);                                            \
  static inline int ptb_##p##geev(int n, void *a, int lda, void *w, void *vr, int ldv, void *work, int lwork, R *rwork) { \
    int info, one = 1;                                                                                                    \
    char no = 'N', yes = 'V';                                                                                             \
    p##geev_(&no, &yes, &n, a, &lda, w, NULL, &one, vr, &ldv, work, &lwork, rwork, &info, 1, 1);                          \
    return info;                                                                                                          \
  }
PTB_COMPLEX(c, float)
PTB_COMPLEX(z, double)

#endif

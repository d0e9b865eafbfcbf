/* Special functions of one f64, to about 1e-14 relative; the f32 kernels round their results. */
#ifndef PTB_SPECIAL_H
#define PTB_SPECIAL_H
/* x Phi(x). */
double ptb_gelu(double x);
/* y with erf(y) = x; ±inf at ±1, NaN beyond. */
double ptb_erfinv(double x);
/* log |Gamma(x)|; inf at the poles. */
double ptb_lgamma(double x);
/* (log Gamma)'; NaN at the poles 0, -1, -2, ... */
double ptb_digamma(double x);
/* (log Gamma)''; inf at the poles. */
double ptb_trigamma(double x);
/* (log Gamma)^(m + 1) for a whole order m >= 0, NaN for another order. */
double ptb_polygamma(double order, double x);
#endif

#define _DEFAULT_SOURCE
#include "special.h"
#include <math.h>

static const double pi = 3.14159265358979323846;

/* x / sqrt 2 is carried in two parts: for a large negative x, Phi(x) multiplies the rounding of x / sqrt 2 by x^2. */
double ptb_gelu(double x) {
  const double high = 0x1.6a09e667f3bcdp-1, low = -0x1.bdd3413b26456p-55, two_over_root_pi = 1.12837916709551257390;
  if (x < -40) return x != x ? x : -0.0;
  double z = x * high, rest = fma(x, high, -z) + x * low;
  double tail = erfc(-z) + two_over_root_pi * exp(-z * z) * rest;
  return 0.5 * x * tail;
}

static double ratio(const double *numerator, const double *denominator, double x) {
  double n = numerator[7], d = denominator[7];
  for (int k = 6; k >= 0; k--) n = n * x + numerator[k], d = d * x + denominator[k];
  return n / d;
}

/* M. J. Wichura 1988, algorithm AS 241 (PPND16), at (1 + x) / 2, over sqrt 2. */
double ptb_erfinv(double x) {
  static const double middle[2][8] = {
    {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
     4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3},
    {1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3, 2.1213794301586595867e4,
     3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3}};
  static const double outer[2][8] = {
    {1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
     1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4},
    {1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1, 1.48103976427480074590e-1,
     1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9}};
  static const double far[2][8] = {
    {6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
     2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7},
    {1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2, 7.86869131145613259100e-4,
     1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15}};
  const double half_root = 0.70710678118654752440;
  double a = fabs(x);
  if (!(a < 1)) return a == 1 ? copysign(INFINITY, x) : NAN;
  if (a <= 0.85) return 0.5 * half_root * x * ratio(middle[0], middle[1], 0.180625 - 0.25 * x * x);
  double r = sqrt(-log(0.5 * (1 - a)));
  double y = r <= 5 ? ratio(outer[0], outer[1], r - 1.6) : ratio(far[0], far[1], r - 5);
  return copysign(half_root * y, x);
}

double ptb_lgamma(double x) {
  int sign;
  return lgamma_r(x, &sign);
}

/* pi cot(pi x), with the argument reduced before it is multiplied by pi. */
static double pi_cot(double x) {
  double r = x - rint(x);
  return fabs(r) == 0.5 ? 0 : pi / tan(pi * r);
}

/* Recurrence to x >= 10, then the asymptotic series (DLMF 5.11.2); reflection (5.5.4) on the left; the Taylor series about
   the positive root, next to which the recurrence has no relative accuracy. */
double ptb_digamma(double x) {
  if (x != x || x == -INFINITY) return NAN;
  if (x == INFINITY) return x;
  if (x <= 0) return x == rint(x) ? NAN : ptb_digamma(1 - x) - pi_cot(x);
  const double root = 0x1.762d86356be3fp+0, root_low = 0x1.b86a722197829p-54;
  double d = (x - root) - root_low;
  if (fabs(d) < 0.1) {
    static const double taylor[] = {
      0.96767224544762117043, -0.44276316898359210609, 0.25849976095565101062, -0.1639427054424065275,
      0.10782405069126236576, -0.072199561256454710926, 0.048804288164143107225, -0.033161126474847359292,
      0.02259764823221810466, -0.015424765904948959139, 0.010538791616612175388, -0.007204534386356868241,
      0.0049267813957298534464, -0.0033698016554393280828, 0.0023051263267349278369};
    double sum = 0;
    for (int k = 14; k >= 0; k--) sum = sum * d + taylor[k];
    return d * sum;
  }
  double shift = 0;
  for (; x < 10; x += 1) shift += 1 / x;
  static const double series[] = {1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132, -691.0 / 32760, 1.0 / 12};
  double z = 1 / (x * x), sum = 0;
  for (int k = 6; k >= 0; k--) sum = sum * z + series[k];
  return log(x) - 0.5 / x - sum * z - shift;
}

/* x^-s for a whole s >= 1. */
static double inverse_power(double x, int s) {
  double p = x;
  for (int k = 1; k < s; k++) p *= x;
  return 1 / p;
}

/* The Hurwitz zeta function sum 1 / (x + k)^s for x > 0 and a whole s >= 2: terms up to x + k >= 10 + s, then
   Euler and Maclaurin (DLMF 25.11.28). */
static double hurwitz_zeta(int s, double x) {
  static const double bernoulli[] = {1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6};
  double sum = 0;
  for (; x < 10 + s; x += 1) sum += inverse_power(x, s);
  double power = inverse_power(x, s), tail = x * power / (s - 1) + 0.5 * power, factor = s * power / (2 * x);
  for (int k = 0; k < 7; k++) {
    tail += bernoulli[k] * factor;
    factor *= (s + 2 * k + 1.0) * (s + 2 * k + 2.0) / ((2 * k + 3.0) * (2 * k + 4.0) * x * x);
  }
  return sum + tail;
}

/* The m-th derivative of pi cot(pi x): a polynomial in cot, since cot' = -pi (1 + cot^2). */
enum { highest_reflected_order = 60 };
static double pi_cot_derivative(int m, double x) {
  double p[highest_reflected_order + 2] = {0, 1}, q[highest_reflected_order + 2], cot = pi_cot(x) / pi;
  for (int k = 0; k < m; k++) {
    for (int j = 0; j <= m + 1; j++) {
      double above = j < m + 1 ? (j + 1) * p[j + 1] : 0, below = j > 0 ? (j - 1) * p[j - 1] : 0;
      q[j] = -(above + below);
    }
    for (int j = 0; j <= m + 1; j++) p[j] = q[j];
  }
  double sum = 0;
  for (int j = m + 1; j >= 0; j--) sum = sum * cot + p[j];
  return pow(pi, m + 1) * sum;
}

double ptb_trigamma(double x) { return ptb_polygamma(1, x); }

/* (-1)^(m + 1) m! zeta(m + 1, x); reflection (DLMF 5.15.6) on the left. */
double ptb_polygamma(double order, double x) {
  if (order == 0) return ptb_digamma(x);
  if (!(order >= 1 && order <= 170) || order != rint(order) || x != x || x == -INFINITY) return NAN;
  int m = (int)order, odd = m & 1;
  if (x <= 0) {
    if (x == rint(x)) return odd ? INFINITY : NAN;
    if (m > highest_reflected_order) return NAN;
    double other = ptb_polygamma(order, 1 - x);
    return (odd ? -other : other) - pi_cot_derivative(m, x);
  }
  if (x == INFINITY) return 0;
  double value = tgamma(order + 1) * hurwitz_zeta(m + 1, x);
  return odd ? value : -value;
}

/* Conversions between any two element types: real to int truncates towards zero, and is a fault for NaN and what does not
   fit; anything to bool asks whether it is not 0; complex to real keeps the real part. */
#define TO_INT(name, A, real)                                                                                         \
  static int name(void *dst, const void *pa, const void *pb, const void *pc, int64_t n) {                             \
    int64_t *d = dst;                                                                                                 \
    const A *a = pa;                                                                                                  \
    int fits = 1;                                                                                                     \
    EACH(i, n) {                                                                                                      \
      A x = a[i];                                                                                                     \
      double v = real;                                                                                                \
      int in_range = (v >= -0x1p63) & (v < 0x1p63);                                                                   \
      d[i] = (int64_t)(in_range ? v : 0);                                                                             \
      fits &= in_range;                                                                                               \
    }                                                                                                                 \
    return fits ? PTB_NO_FAULT : PTB_NOT_AN_INT;                                                                      \
  }

#define CONVERTS_REAL(s, R)                                                                                           \
  UNARY(convert_##s##_f32, float, R, (float)x)                                                                        \
  UNARY(convert_##s##_f64, double, R, (double)x)                                                                      \
  TO_INT(convert_##s##_int, R, x)                                                                                     \
  UNARY(convert_##s##_bool, uint8_t, R, x != 0)                                                                       \
  UNARY(convert_##s##_c64, complex_f32, R, complex_of_f32((float)x, 0))                                               \
  UNARY(convert_##s##_c128, complex_f64, R, complex_of_f64((double)x, 0))
CONVERTS_REAL(f32, float)
CONVERTS_REAL(f64, double)

#define CONVERTS_WHOLE(s, I)                                                                                          \
  UNARY(convert_##s##_f32, float, I, (float)x)                                                                        \
  UNARY(convert_##s##_f64, double, I, (double)x)                                                                      \
  UNARY(convert_##s##_int, int64_t, I, x)                                                                             \
  UNARY(convert_##s##_bool, uint8_t, I, x != 0)                                                                       \
  UNARY(convert_##s##_c64, complex_f32, I, complex_of_f32((float)x, 0))                                               \
  UNARY(convert_##s##_c128, complex_f64, I, complex_of_f64((double)x, 0))
CONVERTS_WHOLE(int, int64_t)
CONVERTS_WHOLE(bool, uint8_t)

#define CONVERTS_COMPLEX(s, C)                                                                                        \
  UNARY(convert_##s##_f32, float, C, (float)x.re)                                                                     \
  UNARY(convert_##s##_f64, double, C, (double)x.re)                                                                   \
  TO_INT(convert_##s##_int, C, x.re)                                                                                  \
  UNARY(convert_##s##_bool, uint8_t, C, (x.re != 0) | (x.im != 0))                                                    \
  UNARY(convert_##s##_c64, complex_f32, C, complex_of_f32((float)x.re, (float)x.im))                                  \
  UNARY(convert_##s##_c128, complex_f64, C, complex_of_f64((double)x.re, (double)x.im))
CONVERTS_COMPLEX(c64, complex_f32)
CONVERTS_COMPLEX(c128, complex_f64)

#define CONVERT_ROW(s)                                                                                                \
  { convert_##s##_f32, convert_##s##_f64, convert_##s##_int, convert_##s##_bool, convert_##s##_c64, convert_##s##_c128 }

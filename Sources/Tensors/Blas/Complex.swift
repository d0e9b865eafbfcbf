/// A complex number as BLAS and the kernels lay it out: real part, imaginary part.
public struct Complex<Real: BinaryFloatingPoint & Sendable>: Equatable, Sendable {
  public var re, im: Real
  @inlinable public init(_ re: Real, _ im: Real) { (self.re, self.im) = (re, im) }
  @inlinable public static var zero: Self { Self(0, 0) }
  @inlinable public static func + (a: Self, b: Self) -> Self { Self(a.re + b.re, a.im + b.im) }
  @inlinable public static func - (a: Self, b: Self) -> Self { Self(a.re - b.re, a.im - b.im) }
  @inlinable public static func * (a: Self, b: Self) -> Self { Self(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re) }
  @inlinable public static func * (a: Self, b: Real) -> Self { Self(a.re * b, a.im * b) }
  @inlinable public var conjugate: Self { Self(re, -im) }
  /// −i times the number.
  @inlinable var timesMinusI: Self { Self(im, -re) }
}

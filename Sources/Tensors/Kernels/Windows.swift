/// The kernels of `windows` and `windowsAdd`: patches of images and their sum back.
///
/// Attributes, for two spatial axes (one axis is a height of 1): sizes, strides, low paddings (h, w each).
public enum WindowsKernel {
  public static let gather: Kernel = { call in
    // Patches are copied, whatever their elements mean.
    switch call.pointee.outputs[0].dtype.size {
    case 1: copy(call, UInt8.self)
    case 4: copy(call, UInt32.self)
    case 8: copy(call, UInt64.self)
    default: copy(call, SIMD2<UInt64>.self)
    }
    return .ok
  }
  public static let add: Kernel = { call in
    switch call.pointee.outputs[0].dtype {
    case .f32: sum(call, Float.self)
    case .f64: sum(call, Double.self)
    case .int:
      sum(call, CheckedInt.self)
      return .ofInts()
    case .c64: sum(call, Complex<Float>.self)
    case .c128: sum(call, Complex<Double>.self)
    case .bool, .string: break  // refused by the shape rule
    }
    return .ok
  }

  private static func copy<T>(_ call: UnsafePointer<KernelCall>, _: T.Type) {
    let (x, y) = (call.pointee.inputs[0].pointer.typed(T.self), call.pointee.outputs[0].pointer.typed(T.self))
    let padding = call.pointee.inputs[1].pointer.typed(T.self)[0]
    walk(call, image: call.pointee.inputs[0], patches: call.pointee.outputs[0]) { pixel, patch in
      y[patch] = pixel < 0 ? padding : x[pixel]
    }
  }
  private static func sum<T: BlasScalar>(_ call: UnsafePointer<KernelCall>, _: T.Type) {
    let (x, y) = (call.pointee.inputs[0].pointer.typed(T.self), call.pointee.outputs[0].pointer.typed(T.self))
    y.update(repeating: .zero, count: call.pointee.outputs[0].count)
    walk(call, image: call.pointee.outputs[0], patches: call.pointee.inputs[0]) { pixel, patch in
      if pixel >= 0 { y[pixel] = y[pixel] + x[patch] }
    }
  }

  /// Calls `body` with every element of every patch and the pixel it stands for, -1 outside the image.
  @inline(__always)
  private static func walk(
    _ call: UnsafePointer<KernelCall>, image: Operand, patches: Operand, _ body: (_ pixel: Int, _ patch: Int) -> Void
  ) {
    let a = call.pointee.attributes
    let flat = image.rank == 3
    let (height, width) = (flat ? 1 : image.shape[2], image.shape[image.rank - 1])
    let (outHeight, outWidth) = (flat ? 1 : patches.shape[2], patches.shape[patches.rank - 2])
    var patch = 0
    for plane in 0..<(image.shape[0] * image.shape[1]) {
      for row in 0..<outHeight {
        for column in 0..<outWidth {
          for kh in 0..<a[0] {
            let h = row * a[2] + kh - a[4]
            let line = h >= 0 && h < height ? (plane * height + h) * width : -1
            for kw in 0..<a[1] {
              let w = column * a[3] + kw - a[5]
              body(line >= 0 && w >= 0 && w < width ? line + w : -1, patch)
              patch += 1
            }
          }
        }
      }
    }
  }
}

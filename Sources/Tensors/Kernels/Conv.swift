/// The kernel of `conv`: columns of patches (im2col, Chellapilla et al. 2006), a block at a time, times the filters.
///
/// Attributes, for two spatial axes (one axis is a height of 1): strides, low paddings, lhs dilations, rhs dilations (h, w
/// each), groups.
public enum ConvKernel {
  public static let kernel: Kernel = { call in
    switch call.pointee.outputs[0].dtype {
    case .f32: run(call, Float.self)
    case .f64: run(call, Double.self)
    case .int:
      run(call, CheckedInt.self)
      return .ofInts()
    case .c64: run(call, Complex<Float>.self)
    case .c128: run(call, Complex<Double>.self)
    case .bool, .string: break  // refused by the shape rule
    }
    return .ok
  }

  /// Scratch bytes for filters [O, C] + kernel and a result [N, O] + out.
  public static func workspace(filters: [Int], result: [Int], dtype: DType) -> Int {
    let rows = filters.dropFirst().reduce(1, *)
    let columns = result.dropFirst(2).reduce(result[0], *)
    let block = blockColumns(rows, columns, dtype.size)
    return (rows + filters[0]) * block * dtype.size + 128
  }

  /// Patches multiplied at once: as many as keep their matrix in the second-level cache.
  private static func blockColumns(_ rows: Int, _ columns: Int, _ size: Int) -> Int {
    max(1, min(columns, max(64, (512 << 10) / max(1, rows * size) / 16 * 16)))
  }

  /// Extents and attributes of one call.
  private struct Plan {
    var channels, height, width, filterChannels, kernelHeight, kernelWidth, filters, outHeight, outWidth, images, groups: Int
    var strideH, strideW, lowH, lowW, inputDilationH, inputDilationW, kernelDilationH, kernelDilationW: Int
    var positions: Int { outHeight * outWidth }
    var rows: Int { filterChannels * kernelHeight * kernelWidth }

    init(_ call: UnsafePointer<KernelCall>) {
      let (x, w, y, a) = (call.pointee.inputs[0], call.pointee.inputs[1], call.pointee.outputs[0], call.pointee.attributes)
      let flat = x.rank == 3
      (images, channels, filters, filterChannels) = (x.shape[0], x.shape[1], w.shape[0], w.shape[1])
      (height, width) = (flat ? 1 : x.shape[2], x.shape[x.rank - 1])
      (kernelHeight, kernelWidth) = (flat ? 1 : w.shape[2], w.shape[w.rank - 1])
      (outHeight, outWidth) = (flat ? 1 : y.shape[2], y.shape[y.rank - 1])
      (strideH, strideW, lowH, lowW) = (a[0], a[1], a[2], a[3])
      (inputDilationH, inputDilationW, kernelDilationH, kernelDilationW, groups) = (a[4], a[5], a[6], a[7], a[8])
    }
    /// Patches are the pixels themselves.
    var isPointwise: Bool {
      kernelHeight == 1 && kernelWidth == 1 && strideH == 1 && strideW == 1 && lowH == 0 && lowW == 0
        && inputDilationH == 1 && inputDilationW == 1 && outHeight == height && outWidth == width
    }
  }

  private static func run<T: BlasScalar>(_ call: UnsafePointer<KernelCall>, _: T.Type) {
    _ = OpenBLAS.singleThreaded
    let plan = Plan(call)
    let x = call.pointee.inputs[0].pointer.typed(T.self)
    let w = call.pointee.inputs[1].pointer.typed(T.self)
    let y = call.pointee.outputs[0].pointer.typed(T.self)
    guard call.pointee.outputs[0].count > 0 else { return }
    let perGroup = plan.filters / plan.groups
    guard plan.rows > 0 else {
      y.update(repeating: .zero, count: call.pointee.outputs[0].count)
      return
    }
    let (pixels, positions, rows) = (plan.height * plan.width, plan.positions, plan.rows)
    let total = plan.images * positions
    let block = blockColumns(rows, total, MemoryLayout<T>.stride)
    var scratch = Workspace(call.pointee.workspace)
    let columns = scratch.take(T.self, rows * block)
    let product = scratch.take(T.self, perGroup * block)
    for group in 0..<plan.groups {
      let w = w + group * perGroup * rows
      if plan.isPointwise {
        for image in 0..<plan.images {
          let from = x + (image * plan.channels + group * plan.filterChannels) * pixels
          let to = y + (image * plan.filters + group * perGroup) * positions
          MatmulKernel.multiply(false, false, perGroup, positions, rows, w, from, to)
        }
        continue
      }
      var start = 0
      while start < total {
        let count = min(block, total - start)
        fill(plan, group, x, start, count, columns)
        MatmulKernel.multiply(false, false, perGroup, count, rows, w, columns, product)
        // The block's columns run over (image, position); the result has the filters between these two.
        var done = 0
        while done < count {
          let (image, position) = (start + done).quotientAndRemainder(dividingBy: positions)
          let run = min(count - done, positions - position)
          for filter in 0..<perGroup {
            let to = y + (image * plan.filters + group * perGroup + filter) * positions + position
            to.update(from: product + filter * count + done, count: run)
          }
          done += run
        }
        start += count
      }
    }
  }

  /// Writes the patches of columns `start..<start + count` as a [rows, count] matrix.
  private static func fill<T: BlasScalar>(
    _ plan: Plan, _ group: Int, _ x: UnsafePointer<T>, _ start: Int, _ count: Int, _ columns: UnsafeMutablePointer<T>
  ) {
    var to = columns
    let (dilatedHeight, dilatedWidth) = ((plan.height - 1) * plan.inputDilationH, (plan.width - 1) * plan.inputDilationW)
    for channel in 0..<plan.filterChannels {
      for kh in 0..<plan.kernelHeight {
        for kw in 0..<plan.kernelWidth {
          var done = 0
          while done < count {
            let (line, column) = (start + done).quotientAndRemainder(dividingBy: plan.outWidth)
            let (image, row) = line.quotientAndRemainder(dividingBy: plan.outHeight)
            let run = min(count - done, plan.outWidth - column)
            let h = row * plan.strideH + kh * plan.kernelDilationH - plan.lowH
            if h < 0 || h > dilatedHeight || h % plan.inputDilationH != 0 || plan.width == 0 {
              (to + done).update(repeating: .zero, count: run)
            } else {
              let plane = (image * plan.channels + group * plan.filterChannels + channel) * plan.height
              let from = x + (plane + h / plan.inputDilationH) * plan.width
              var w = column * plan.strideW + kw * plan.kernelDilationW - plan.lowW
              if plan.inputDilationW == 1 {
                for position in done..<(done + run) {
                  to[position] = w >= 0 && w <= dilatedWidth ? from[w] : .zero
                  w += plan.strideW
                }
              } else {
                for position in done..<(done + run) {
                  let inside = w >= 0 && w <= dilatedWidth && w % plan.inputDilationW == 0
                  to[position] = inside ? from[w / plan.inputDilationW] : .zero
                  w += plan.strideW
                }
              }
            }
            done += run
          }
          to += count
        }
      }
    }
  }
}

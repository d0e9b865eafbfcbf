import CKernels
import XCTest

@testable import Tensors

final class CopyTests: XCTestCase {
  /// Every permutation of a shape, contiguous to contiguous, against indices.
  private func checkTranspose<T: Element & Equatable>(_ values: [T], _ shape: [Int], _ order: [Int]) {
    var strides = [Int](repeating: 1, count: shape.count)
    for k in shape.indices.reversed().dropFirst() { strides[k] = strides[k + 1] * shape[k + 1] }
    let outShape = order.map { shape[$0] }
    let inStrides = order.map { strides[$0] }
    var outStrides = [Int](repeating: 1, count: shape.count)
    for k in shape.indices.reversed().dropFirst() { outStrides[k] = outStrides[k + 1] * outShape[k + 1] }
    let input = tensor(values)
    let out = Tensor(uninitialized: T.dtype, [values.count])
    withExtendedLifetime(input) {
      ptb_copy_strided(
        Int64(T.dtype.size), Int64(shape.count), outShape.map(Int64.init), input.pointer, inStrides.map(Int64.init),
        out.pointer, outStrides.map(Int64.init))
    }
    let expected = (0..<values.count).map { flat -> T in
      values[outShape.indices.reduce(0) { $0 + flat / outStrides[$1] % outShape[$1] * inStrides[$1] }]
    }
    XCTAssertEqual(out.values(T.self), expected, "\(shape) \(order)")
  }

  func testTransposes() {
    let shapes = [[5], [37, 50], [3, 17, 20], [2, 3, 4, 33], [1, 6, 1, 40]]
    func permutations(_ n: Int) -> [[Int]] {
      n == 0 ? [[]] : permutations(n - 1).flatMap { p in (0...p.count).map { p.prefix($0) + [n - 1] + p.dropFirst($0) } }
    }
    for shape in shapes {
      let count = shape.reduce(1, *)
      for order in permutations(shape.count) {
        checkTranspose((0..<count).map { Float($0) }, shape, order)
        checkTranspose((0..<count).map { UInt8(truncatingIfNeeded: $0) }, shape, order)
        checkTranspose((0..<count).map { Complex128(re: Double($0), im: 0) }, shape, order)
      }
    }
  }

  func testBroadcastReverseAndScalar() {
    let input = tensor([7, 8, 9] as [Int64])
    let out = Tensor(uninitialized: .int, [6])
    ptb_copy_strided(8, 2, [2, 3], input.pointer + 16, [0, -1], out.pointer, [3, 1])
    XCTAssertEqual(out.values(Int64.self), [9, 8, 7, 9, 8, 7])
    ptb_copy_strided(8, 0, [], input.pointer, [], out.pointer, [])
    XCTAssertEqual(out.values(Int64.self)[0], 7)
    withExtendedLifetime(input) {}
  }

  func testGatherAndScatter() {
    let table = tensor((0..<12).map { Float($0) })
    let index: [Int64] = [3, 0, 3]
    let out = Tensor(uninitialized: .f32, [9])
    XCTAssertEqual(ptb_gather_rows(table.pointer, 4, 12, index, 3, out.pointer), -1)
    XCTAssertEqual(out.values(Float.self), [9, 10, 11, 0, 1, 2, 9, 10, 11])
    XCTAssertEqual(ptb_gather_rows(table.pointer, 4, 12, [0, 4, -1], 3, out.pointer), 1)
    XCTAssertEqual(ptb_scatter_add_rows(0, out.pointer, index, 3, 3, table.pointer, 4), -1)
    XCTAssertEqual(table.values(Float.self), [0, 2, 4, 3, 4, 5, 6, 7, 8, 27, 30, 33])
    XCTAssertEqual(ptb_scatter_add_rows(0, out.pointer, [0, 1, -1], 3, 3, table.pointer, 4), 2)
    XCTAssertEqual(table.values(Float.self)[0], 0)
  }
}

import IR
import Ops
import XCTest

/// The arithmetic of graphs against the formulas of textbooks.
final class CostTests: XCTestCase {
  private func flops(_ types: [TensorType], _ make: (Builder, [Node]) -> [Node]) -> Double? {
    let b = Builder(name: "cost")
    let parameters = types.map { b.parameter($0) }
    return b.finish(make(b, parameters)).cost.flops.known
  }
  private func real(_ shape: Shape) -> TensorType { TensorType(.f64, shape) }

  func testProductsAndElementwiseOps() {
    XCTAssertEqual(flops([real([3, 4]), real([4, 5])]) { b, x in
      b.emit(.matmul, x, ["batch": .int(0), "transposeA": .bool(false), "transposeB": .bool(false)]) }, 2 * 3 * 4 * 5)
    XCTAssertEqual(flops([real([7, 4, 3]), real([7, 4, 5])]) { b, x in
      b.emit(.matmul, x, ["batch": .int(1), "transposeA": .bool(true), "transposeB": .bool(false)]) }, 7 * 2 * 3 * 4 * 5)
    XCTAssertEqual(flops([real([6, 5])]) { _, x in [Node.apply(.exp, x[0]) + x[0]] }, 60)
    XCTAssertEqual(flops([real([6, 5])]) { _, x in [x[0].sum([0])] }, 30)
    XCTAssertEqual(flops([real([6, 5])]) { _, x in [x[0].T.reshape([30])] }, 0)
    // N · O · T results, each of C · K products and sums.
    XCTAssertEqual(flops([real([2, 3, 10]), real([4, 3, 5])]) { b, x in b.emit(.conv, x, ConvAttributes(1).attributes) }, 2 * 2 * 4 * 6 * 3 * 5)
    XCTAssertEqual(flops([real([2, 6, 6])]) { b, x in b.emit(.cholesky, x) } ?? 0, 2 * 72, accuracy: 1e-9)
    XCTAssertEqual(flops([real([6, 6]), real([6, 2])]) { b, x in b.emit(.linearSolve, x) } ?? 0, 2 / 3.0 * 216 + 2 * 36 * 2, accuracy: 1e-9)
  }

  func testLoopsAndBranches() {
    func body(_ outer: Builder, _ exponentials: Int) -> Graph {
      let inner = Builder(parent: outer)
      let index = inner.parameter(TensorType(.int))
      _ = index
      var x = inner.parameter(real([10]))
      for _ in 0..<exponentials { x = Node.apply(.exp, x) }
      return inner.finish([x])
    }
    func loop(_ length: Dim, _ b: Builder, _ x: [Node]) -> [Node] {
      let count = length.isDynamic ? [b.int(3)] : []
      return b.place(
        .forLoop, count + x, ["consts": .int(0), "carries": .int(1), "reversed": .bool(false), "length": .dims([length])],
        regions: [body(b, 2)], types: [real([10])])
    }
    XCTAssertEqual(flops([real([10])]) { loop(100, $0, $1) }, 2000)
    let b = Builder(name: "open")
    let x = b.parameter(real([10]))
    let cost = b.finish(loop(.dynamic, b, [x])).cost
    XCTAssertEqual(cost.flops.known, 0)
    XCTAssertEqual(cost.perIteration.known, 20)
  }

  func testSymbolicSizesAndLargeOnes() {
    let n = Dim(Dim.Symbol(id: 1, name: "n"))
    let b = Builder(name: "symbolic")
    let x = b.parameter(real([n, n]))
    let graph = b.finish(b.emit(.matmul, [x, x], ["batch": .int(0), "transposeA": .bool(false), "transposeB": .bool(false)]) + [x + x])
    XCTAssertEqual(graph.cost.flops.description, "2 n n n + n n")
    XCTAssertEqual((Count(1e12) * Count(Dim(1 << 40))).description, "1.1e+24")
    XCTAssertEqual(Count(2_500_000.0).description, "2.5 million")
    XCTAssertEqual(Count(12_345.0).description, "12.3 thousand")
  }
}

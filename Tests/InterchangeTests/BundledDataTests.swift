import Tensors
import Testing

@testable import Interchange

/// The bundled data against sums that scikit-learn's copies give.
struct BundledDataTests {
  @Test(arguments: [
    (BundledData.digits, [1797, 64], 561718.0 / 16, 8070.0), (.iris, [150, 4], 2078.7, 150), (.wine, [178, 13], 159975.295999, 167),
    (.breastCancer, [569, 30], 1056474.4596356, 357), (.diabetes, [442, 10], 0, 67243),
  ])
  func sums(data: BundledData, shape: [Int], x: Double, y: Double) throws {
    let loaded = try data.load(from: bundled)
    #expect(loaded.x.dtype == .f64 && loaded.x.shape == shape && loaded.y.shape == [shape[0]])
    #expect(loaded.y.dtype == (data == .diabetes ? .f64 : .int))
    #expect(abs(loaded.x.reals.reduce(0, +) - x) < 1e-6 && loaded.y.reals.reduce(0, +) == y)
    let names = try data.names(from: bundled)
    #expect(names.features.count == shape[1])
    #expect(names.classes.count == (data == .diabetes ? 0 : Set(loaded.y.reals).count))
  }

  @Test func values() throws {
    let digits = try BundledData.digits.load(from: bundled).x.reals
    #expect(digits.min() == 0 && digits.max() == 1 && digits.allSatisfy { ($0 * 16).rounded() == $0 * 16 })
    let diabetes = try BundledData.diabetes.load(from: bundled).x.reals
    #expect(diabetes[17 * 10 + 2] == 0.012116851120166501 && diabetes[441 * 10 + 9] == 0.0030644094143684884)
    let column = (0..<442).map { diabetes[$0 * 10 + 3] }
    #expect(abs(column.reduce(0) { $0 + $1 * $1 } - 1) < 1e-12)
    #expect(try BundledData.breastCancer.load(from: bundled).x.reals.last == 0.07039)
    #expect(try BundledData.iris.names(from: bundled).classes == ["setosa", "versicolor", "virginica"])
  }

  @Test func damageIsNamed() throws {
    try withFolder { folder in
      #expect(failure { () throws(FileError) in try BundledData.iris.load(from: folder).y }?.message.contains("no such file") == true)
      try NPZ.write([("x", Tensor(.int, [2], copying: [1, 2]))], to: folder + "/iris.npz")
      #expect(failure { () throws(FileError) in try BundledData.iris.load(from: folder).y }?.message.contains("iris data") == true)
    }
  }
}

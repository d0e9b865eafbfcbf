import Tensors
import Testing

@testable import Interchange

struct RoundTripTests {
  private let tensors: [(name: String, values: Tensor)] = [
    ("a", Tensor(.f64, [2, 2], copying: [0.1, -.infinity, .nan, Double.leastNonzeroMagnitude])),
    ("b", Tensor(.f32, [3], copying: [0.1, -0.0, Float.greatestFiniteMagnitude])),
    ("c", Tensor(.int, [], copying: [Int.min])), ("d", Tensor(.bool, [2, 1, 1], copying: [1, 0] as [UInt8])),
    ("../../é", Tensor(.c128, [1], copying: [SIMD2(1.0, 2.0)])), ("empty", Tensor(.f64, [3, 0], copying: [Double]())),
  ]

  @Test func npyKeepsEveryBit() throws {
    try withFolder { folder in
      for (_, tensor) in tensors {
        try NPY.write(tensor, to: folder + "/a.npy")
        let back = try NPY.read(folder + "/a.npy")
        #expect(back.dtype == tensor.dtype && back.shape == tensor.shape && back.bytes == tensor.bytes)
      }
    }
  }

  @Test(arguments: [true, false])
  func npzKeepsEveryBit(compressed: Bool) throws {
    try withFolder { folder in
      try NPZ.write(tensors, to: folder + "/a.npz", compressed: compressed)
      let back = try NPZ.read(folder + "/a.npz")
      #expect(back.map(\.name) == tensors.map(\.name))
      for (one, other) in zip(back, tensors) {
        #expect(one.values.dtype == other.values.dtype && one.values.shape == other.values.shape)
        #expect(one.values.bytes == other.values.bytes)
      }
      // A name that climbs out of the folder names nothing but the array.
      #expect(try entries(of: folder) == ["a.npz"])
    }
  }

  @Test func largeArraysSpanManyChunks() throws {
    var generator = SeededGenerator(state: 1)
    let tensor = Tensor(.int, [200_000], copying: (0..<200_000).map { _ in Int(generator.next() % 1000) })
    try withFolder { folder in
      try NPZ.write([("x", tensor)], to: folder + "/a.npz")
      #expect(try NPZ.read(folder + "/a.npz")[0].values.bytes == tensor.bytes)
    }
  }

  @Test func csvKeepsEveryBitAndLevel() throws {
    let numbers = [0.1, -0.0, Double.leastNonzeroMagnitude, 1.7976931348623157e308, .nan, -.infinity, 123456789.123456789]
    let table = Table(
      columns: [
        .init("real, \"quoted\"", Tensor(.f64, [7], copying: numbers)),
        .init("whole", Tensor(.int, [7], copying: [Int.min, -1, 0, 1, 2, 3, Int.max])),
        .init("kind", Tensor(.int, [7], copying: [0, 1, 2, 3, 0, 0, 1]), levels: [" a ", "b\nb", "c\"", "NA"]),
      ], rows: 7)
    for delimiter in [",", ";", "\t"] as [Character] {
      try withFolder { folder in
        try CSV.write(table, to: folder + "/a.csv", delimiter: delimiter)
        var options = CSV.Options()
        options.delimiter = delimiter
        let back = try CSV.read(folder + "/a.csv", options)
        #expect(back.rows == 7)
        for (one, other) in zip(back.columns, table.columns) {
          #expect(one.name == other.name && one.levels == other.levels && one.values.bytes == other.values.bytes)
        }
      }
    }
  }

  @Test func csvOfAMatrix() throws {
    try withFolder { folder in
      try CSV.write(Tensor(.f32, [2, 2], copying: [0.1, 2, 3, 4] as [Float]), names: ["u", "v"], to: folder + "/a.csv")
      #expect(String(decoding: try readFile(folder + "/a.csv"), as: UTF8.self) == "u,v\n0.1,2.0\n3.0,4.0\n")
      #expect(try CSV.read(folder + "/a.csv").matrix().reals == [0.1, 2, 3, 4])
      let cube = Tensor(.f64, [1, 1, 1], copying: [1.0])
      #expect(failure { () throws(FileError) in try CSV.write(cube, to: folder + "/b.csv") } != nil)
      #expect(try entries(of: folder) == ["a.csv"])
    }
  }

  @Test func equalArraysGiveEqualBytes() throws {
    try withFolder { folder in
      try NPZ.write(tensors, to: folder + "/a.npz")
      try NPZ.write(tensors, to: folder + "/b.npz")
      #expect(try readFile(folder + "/a.npz") == readFile(folder + "/b.npz"))
    }
  }
}

import Tensors
import Testing

@testable import Interchange

/// Files as NumPy writes them.
struct NumPyFilesTests {
  @Test(arguments: [
    ("le_f4", DType.f32), ("le_f8", .f64), ("be_f4", .f32), ("be_f8", .f64), ("le_f2", .f32), ("le_c8", .c64), ("le_c16", .c128),
    ("be_c16", .c128), ("i1", .int), ("i2", .int), ("be_i2", .int), ("i4", .int), ("be_i4", .int), ("i8", .int), ("u1", .int),
    ("u2", .int), ("u4", .int), ("u8", .int), ("be_u8", .int), ("version2", .f64), ("version3", .f64), ("b1", .bool),
    ("fortran_i2", .int),
  ])
  func readsEachType(name: String, dtype: DType) throws {
    let tensor = try NPY.read(fixture(name + ".npy"))
    #expect(tensor.dtype == dtype)
    #expect(tensor.shape == [2, 3])
    let numbers = (0..<6).map(Double.init)
    switch dtype {
    case .bool: #expect(tensor.reals == [0, 1, 0, 1, 0, 1])
    case .int: #expect(tensor.reals == numbers)
    default: #expect(tensor.reals == numbers.map { $0 / 2 })
    }
    if dtype == .c128 { #expect(tensor.pointer.load(fromByteOffset: 5 * 16 + 8, as: Double.self) == -5) }
    if dtype == .c64 { #expect(tensor.pointer.load(fromByteOffset: 5 * 8 + 4, as: Float.self) == -5) }
  }

  @Test func readsColumnMajorOrder() throws {
    let tensor = try NPY.read(fixture("fortran.npy"))
    #expect(tensor.shape == [2, 3, 4])
    #expect(tensor.reals == (0..<24).map { Double($0) / 2 })
  }

  @Test func readsScalarsVectorsAndEmptyArrays() throws {
    let scalar = try NPY.read(fixture("scalar.npy"))
    #expect(scalar.shape == [] && scalar.reals == [2.5])
    #expect(try NPY.read(fixture("vector.npy")).shape == [5])
    #expect(try NPY.read(fixture("empty.npy")).shape == [0, 3])
  }

  @Test(arguments: [
    ("too_large_u8", "9223372036854775808 does not fit"), ("object", "pickled"), ("text", "type '<U2'"), ("fields", "named fields"),
  ])
  func refusesWhatIsNoTensor(name: String, message: String) throws {
    let error = try #require(failure { () throws(FileError) in try NPY.read(fixture(name + ".npy")) })
    #expect(error.message.contains(message))
    #expect(error.path == fixture(name + ".npy"))
  }

  @Test(arguments: ["stored.npz", "deflated.npz"])
  func readsArchives(name: String) throws {
    let arrays = try NPZ.read(fixture(name))
    #expect(arrays.map(\.name) == ["x", "labels", "ok"])
    #expect(arrays[0].values.shape == [4, 5] && arrays[0].values.reals == (0..<20).map { Double($0) / 2 })
    #expect(arrays[1].values.dtype == .int && arrays[1].values.reals == [0, 1, 2, 3])
    #expect(arrays[2].values.dtype == .bool && arrays[2].values.reals == [1])
  }

  @Test(arguments: [
    ("u1.idx", DType.int), ("i1.idx", .int), ("i2.idx", .int), ("i4.idx", .int), ("f4.idx", .f32), ("f8.idx", .f64),
    ("u1.idx.gz", .int),
  ])
  func readsIDX(name: String, dtype: DType) throws {
    let tensor = try IDX.read(fixture("idx_" + name))
    #expect(tensor.dtype == dtype && tensor.shape == [2, 3])
    #expect(tensor.reals == (0..<6).map { dtype == .int ? Double($0) : Double($0) / 2 })
  }

  @Test func writesWhatNumPyWrites() throws {
    try withFolder { folder in
      for name in ["le_f8.npy", "le_f4.npy", "i8.npy", "b1.npy", "le_c16.npy", "scalar.npy", "empty.npy", "vector.npy"] {
        try NPY.write(try NPY.read(fixture(name)), to: folder + "/a.npy")
        #expect(try readFile(folder + "/a.npy") == readFile(fixture(name)), "\(name)")
      }
    }
  }
}

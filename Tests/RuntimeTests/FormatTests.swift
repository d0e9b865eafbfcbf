import Testing

@testable import Runtime
import Tensors
import Passes

@Suite struct FormatTests {
  @Test func realsAsPython() throws {
    for (value, spec, text) in PythonFormats.reals {
      #expect(try format(Tensor(f64: [value], []), spec: spec) == text, "format(\(value), \"\(spec)\")")
    }
  }
  @Test func intsAsPython() throws {
    for (value, spec, text) in PythonFormats.ints {
      #expect(try format(Tensor(int: [value], []), spec: spec) == text, "format(\(value), \"\(spec)\")")
    }
  }
  @Test func textsAsPython() throws {
    for (value, spec, text) in PythonFormats.texts {
      #expect(try format(Tensor(text: value), spec: spec) == text, "format(\(value), \"\(spec)\")")
    }
  }
  @Test func boolsAsPython() throws {
    for (value, spec, text) in PythonFormats.bools {
      #expect(try format(Tensor(bool: [value], []), spec: spec) == text, "format(\(value), \"\(spec)\")")
    }
  }
  @Test func refusedAsPython() {
    let kinds: [String: DType] = ["f64": .f64, "int": .int, "string": .string]
    for (kind, spec) in PythonFormats.refused {
      #expect(throws: FormatError.self, "\(kind) \"\(spec)\"") { try validate(spec, kinds[kind]!) }
    }
  }

  @Test func tensors() throws {
    #expect(try format(Tensor(f64: [14, 32], [2])) == "[14.0, 32.0]")
    #expect(try format(Tensor(f64: [1, 2, 3, 4], [2, 2]), spec: ".1f") == "[[1.0, 2.0], [3.0, 4.0]]")
    #expect(try format(Tensor(int: [1, -2], [2])) == "[1, -2]")
    #expect(try format(Tensor(bool: [true, false], [2])) == "[true, false]")
    #expect(try format(Tensor(f64: [], [0])) == "[]")
    #expect(try format(Tensor(f64: [], [2, 0])) == "[[], []]")
    #expect(try format(Tensor(f32: [0.1, 123456789], [2])) == "[0.1, 123456790.0]")
    let large = Tensor(int: Array(0..<2000), [2000])
    #expect(try format(large) == "[0, 1, 2, …, 1997, 1998, 1999]")
  }
}

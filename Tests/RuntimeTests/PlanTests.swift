import Ops
import Passes
import Testing

@testable import Runtime

/// Plans against the reference, on random programs.
@Suite struct PlanTests {
  static let options: [PlanOptions] = {
    var plain = PlanOptions()
    (plain.fuses, plain.reusesMemory) = (false, false)
    var fused = PlanOptions()
    fused.reusesMemory = false
    var packed = PlanOptions()
    packed.fuses = false
    var threaded = PlanOptions()
    threaded.threads = 2
    var traced = PlanOptions()
    traced.tracesNaN = true
    return [plain, fused, packed, PlanOptions(), threaded]
  }()

  static func check(seeds: Range<Int>, real: DType = .f64, extents: [Int], length: Int) throws {
    for seed in seeds {
      var random = RandomGraph(seed: seed, real: real, extents: extents, length: length)
      let (graph, inputs) = random.graph()
      let problems = graph.allProblems(constantDims: true)
      #expect(problems.isEmpty, "seed \(seed): \(problems)")
      let expected = try evaluate(graph, inputs)
      for option in options {
        let plan = try Plan(graph, option)
        // Twice: a plan keeps its memory.
        for _ in 0..<2 {
          let results = try plan.run(inputs)
          #expect(zip(results, expected).allSatisfy { $0.sameBits(as: $1) }, "seed \(seed), \(option)")
        }
      }
      let optimised = [Pass].standard.run(graph, verifying: true)
      let reference = try evaluate(optimised, inputs)
      #expect(zip(reference, expected).allSatisfy { $0.isClose(to: $1) }, "seed \(seed): passes change the results")
      let results = try Plan(optimised).run(inputs)
      #expect(zip(results, reference).allSatisfy { $0.sameBits(as: $1) }, "seed \(seed): plan after passes")
      let text = graph.text()
      if !text.contains("…") {
        #expect(try Graph.parse(text, op: OpDecl.named).text() == text, "seed \(seed): round trip")
      }
    }
  }

  @Test func smallPrograms() throws { try Self.check(seeds: 0..<150, extents: [1, 2, 3, 5], length: 12) }
  @Test func longPrograms() throws { try Self.check(seeds: 1000..<1030, extents: [1, 2, 3], length: 80) }
  @Test func largeExtents() throws { try Self.check(seeds: 2000..<2060, extents: [1, 3, 24], length: 20) }
  @Test func singlePrecision() throws { try Self.check(seeds: 3000..<3040, real: .f32, extents: [1, 2, 3, 5], length: 20) }
}

extension Tensor {
  /// Equal bit for bit, but for the bits of NaN.
  func sameBits(as other: Tensor) -> Bool {
    if dtype != other.dtype || shape != other.shape { return false }
    if !dtype.isReal {
      return (0..<(count * dtype.size)).allSatisfy {
        pointer.load(fromByteOffset: $0, as: UInt8.self) == other.pointer.load(fromByteOffset: $0, as: UInt8.self)
      }
    }
    return (0..<count).allSatisfy { real($0).bitPattern == other.real($0).bitPattern || (real($0).isNaN && other.real($0).isNaN) }
  }
  func isClose(to other: Tensor) -> Bool {
    if dtype != other.dtype || shape != other.shape { return false }
    if !dtype.isReal { return sameBits(as: other) }
    let tolerance = dtype == .f32 ? 1e-4 : 1e-9
    return (0..<count).allSatisfy {
      let (a, b) = (real($0), other.real($0))
      return a == b || (a.isNaN && b.isNaN) || abs(a - b) <= tolerance * (1 + abs(a))
    }
  }
}

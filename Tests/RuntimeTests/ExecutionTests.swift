import Diagnostics
import Ops
import Passes
import Testing

@testable import Runtime

#if canImport(Glibc)
  import Glibc
#endif

/// How runs end, report and fail.
@Suite struct ExecutionTests {
  let real = TensorType(.f64)

  /// `x = step(x)` for ever, or `count` times.
  func loop(_ type: TensorType, count: Int?, _ attributes: Attributes = [:], step: (Builder, Node) -> Node) -> Graph {
    let b = Builder(name: "loop")
    let x = b.parameter(type)
    let body = Builder(name: "body")
    if count != nil { _ = body.parameter(TensorType(.int)) }
    let inner = body.parameter(type)
    let next = body.finish([step(body, inner)])
    var all: Attributes = ["consts": .int(0), "carries": .int(1)]
    for entry in attributes.entries { all[entry.name] = entry.value }
    if let count {
      all["reversed"] = .bool(false)
      all["length"] = .dims([Dim(count)])
      return b.finish(b.place(.forLoop, [x], all, regions: [next], types: [type]))
    }
    let test = Builder(name: "test")
    _ = test.parameter(type)
    let condition = test.finish([test.bool(true)])
    return b.finish([b.place(.whileLoop, [x], all, regions: [condition, next], types: [type, TensorType(.int)])[0]])
  }

  @Test func cancellationStopsWithinTenthOfSecond() throws {
    // Tiny steps, large elementwise steps, kernels.
    let graphs = [
      loop(real, count: nil) { $1 * 0.999 }, loop(TensorType(.f64, [1_000_000]), count: nil) { Node.apply(.tanh, $1) },
      loop(TensorType(.f64, [100_000]), count: nil) {
        Node.apply(.cumsum, $1, attributes: ["axis": .int(0), "reverse": .bool(false)]) * 1e-6
      },
    ]
    for graph in graphs {
      #expect(try latency(graph) < 0.1)
    }
  }

  /// Seconds of the running thread's own time from the wish to stop until it has stopped; other processes do not count.
  private func latency(_ graph: Graph) throws -> Double {
    let plan = try Plan(graph)
    let flag = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    flag.initialize(to: 0)
    defer { flag.deallocate() }
    nonisolated(unsafe) let shared = flag
    nonisolated(unsafe) var askedAt = 0.0
    var own = clockid_t()
    pthread_getcpuclockid(pthread_self(), &own)
    let clock = own
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Job {
      usleep(30_000)
      askedAt = monotonicSeconds()
      shared.pointee = 1
    })
    pthread_create(&thread, nil, { Unmanaged<Job>.fromOpaque($0!).takeRetainedValue().body(); return nil }, box.toOpaque())
    var options = ExecutionOptions()
    options.cancellation = UnsafePointer(flag)
    let shape = graph.parameterTypes[0].shape.constants!
    #expect(throws: RuntimeFailure.self) { _ = try plan.run([.filled(.real(0.5), .f64, shape)], options) }
    let stopped = seconds(clock)
    pthread_join(thread, nil)
    return stopped - askedAt
  }

  @Test func progressTellsIterationsAndMonitor() throws {
    let graph = loop(real, count: 50, ["progress": .text("descent"), "monitor": .int(0)]) { $1 + 1 }
    nonisolated(unsafe) var reports: [[LoopProgress]] = []
    var options = ExecutionOptions()
    options.progress = { reports.append($0) }
    options.reportInterval = 0
    _ = try Plan(graph).run([Tensor(f64: [0], [])], options)
    #expect(reports.last == [], "the end is told")
    let first = reports[0]
    #expect(first.map(\.label) == ["descent"])
    #expect(first[0].total == 50)
    #expect(first[0].value == Double(first[0].done))
  }

  @Test func firstNaNIsFound() throws {
    let b = Builder(name: "nan")
    let x = b.parameter(TensorType(.f64, [3]))
    b.origin = SourceSpan(file: FileID(0), start: 5, end: 9)
    let y = Node.apply(.log, x)
    b.origin = .none
    let graph = b.finish([y * 2 + 1])
    var options = PlanOptions()
    options.tracesNaN = true
    let plan = try Plan(graph, options)
    #expect(try plan.run([Tensor(f64: [1, 2, 3], [3])])[0].real(0) == 1)
    let failure = #expect(throws: RuntimeFailure.self) { try plan.run([Tensor(f64: [1, -2, 3], [3])]) }
    #expect(failure?.kind == .notANumber)
    #expect(failure?.origin == SourceSpan(file: FileID(0), start: 5, end: 9))
    #expect(failure?.message.contains("log") == true)
  }

  @Test func kernelsFailAtTheirPlace() throws {
    let b = Builder(name: "index")
    let i = b.parameter(TensorType(.int))
    b.origin = SourceSpan(file: FileID(0), start: 1, end: 2)
    let wrapped = Node.apply(.wrapIndex, i, attributes: ["extent": .dims([4])])
    let graph = b.finish([wrapped])
    #expect(try Plan(graph).run([Tensor(int: [-1], [])])[0].integer == 3)
    for run in [{ try evaluate(graph, [Tensor(int: [7], [])]) }, { try Plan(graph).run([Tensor(int: [7], [])]) }] {
      let failure = #expect(throws: RuntimeFailure.self) { try run() }
      #expect(failure?.kind == .indexOutOfRange)
      #expect(failure?.detail == 7)
      #expect(failure?.origin == SourceSpan(file: FileID(0), start: 1, end: 2))
    }
  }

  @Test func memoryIsLimited() throws {
    let graph = loop(TensorType(.f64, [1000]), count: 3) { $1.sum([0]).broadcast(to: [1000]) + Node.apply(.reverse, $1, attributes: ["axes": .ints([0])]) }
    var options = PlanOptions()
    options.memoryLimit = 100
    let failure = #expect(throws: RuntimeFailure.self) { _ = try Plan(graph, options) }
    #expect(failure?.kind == .outOfMemory)

    // A loop that records without end.
    let b = Builder(name: "records")
    let x = b.parameter(real)
    let (test, body) = (Builder(name: "test"), Builder(name: "body"))
    _ = test.parameter(real)
    let inner = body.parameter(real)
    let condition = test.finish([test.bool(true)])
    let next = body.finish([inner + 1, inner.broadcast(to: [100])])
    let results = b.place(
      .whileLoop, [x], ["consts": .int(0), "carries": .int(1)], regions: [condition, next],
      types: [real, TensorType(.int), TensorType(.f64, [.dynamic, 100])])
    options.memoryLimit = 1 << 20
    let plan = try Plan(b.finish([results[0]]), options)
    let second = #expect(throws: RuntimeFailure.self) { _ = try plan.run([Tensor(f64: [0], [])]) }
    #expect(second?.kind == .outOfMemory)
  }

  @Test func effectsInOrderAndAssertionsShowValues() throws {
    let b = Builder(name: "effects")
    let x = b.parameter(TensorType(.f64, [2]))
    let s = b.parameter(TensorType(.string))
    _ = b.emit(.print, [x, s], ["pieces": .texts(["x = ", " of ", ""]), "formats": .texts([".2f", ""])])
    let y = b.emit1(.debug, [x * 2], ["label": .text("y")])
    let equal = b.emit1(
      .formatEqual, [s],
      ["piecesA": .texts(["", ""]), "formatsA": .texts([""]), "piecesB": .texts(["net"]), "formatsB": .texts([])])
    _ = b.emit(.print, [equal], ["pieces": .texts(["", ""]), "formats": .texts([""])])
    let least = y.sum([0])
    _ = b.emit(
      .assert, [Node.apply(.lt, least, b.fill(10, real)), least],
      ["message": .text("sum(y) < 10"), "labels": .texts(["sum(y)"]), "pieces": .texts([""]), "formats": .texts([])])
    let graph = [Pass].standard.run(b.finish([y, s]))
    for isPlan in [false, true] {
      func run(_ values: [Double]) throws -> (lines: [String], results: [Tensor]) {
        nonisolated(unsafe) var lines: [String] = []
        var options = ExecutionOptions()
        options.output = { lines.append($0) }
        let inputs = [Tensor(f64: values, [2]), Tensor(text: "net")]
        let results = isPlan ? try Plan(graph).run(inputs, options) : try evaluate(graph, inputs, options)
        return (lines, results)
      }
      let (lines, results) = try run([1, 2])
      #expect(lines == ["x = [1.00, 2.00] of net", "y = [2.0, 4.0]", "true"])
      #expect(results[1].text == "net")
      let failure = #expect(throws: RuntimeFailure.self) { _ = try run([5, 6]) }
      #expect(failure?.kind == .assertionFailed)
      #expect(failure?.notes == ["sum(y) is 22.0"])
    }
  }

  @Test func sameBitsForAnyNumberOfThreads() throws {
    let b = Builder(name: "threads")
    let x = b.parameter(TensorType(.f32, [600, 500]))
    let y = Node.apply(.tanh, x * 0.7 + 0.1) * Node.apply(.exp, -(x * x))
    let z = Node.apply(.softmax, y)
    let rows = z.sum([1]) + Node.apply(.cumsum, y, attributes: ["axis": .int(1), "reverse": .bool(false)]).sum([1])
    let graph = b.finish([z, rows, y.sum([0, 1])])
    let input = try evaluate(draw([600, 500]), [Tensor(int: [3], [])])[0]
    let expected = try evaluate(graph, [input])
    for threads in [1, 2, 4] {
      var options = PlanOptions()
      options.threads = threads
      let plan = try Plan(graph, options)
      for _ in 0..<3 { #expect(zip(try plan.run([input]), expected).allSatisfy { $0.sameBits(as: $1) }) }
    }
  }

  @Test func matrixProductsAreSplitAlike() throws {
    let b = Builder(name: "product")
    let x = b.parameter(TensorType(.f32, [400, 300]))
    let graph = b.finish([
      Node.apply(.matmul, x, x, attributes: ["batch": .int(0), "transposeA": .bool(false), "transposeB": .bool(true)])
    ])
    let input = try evaluate(draw([400, 300]), [Tensor(int: [3], [])])[0]
    let expected = try evaluate(graph, [input])[0]
    var results: [Tensor] = []
    for threads in [1, 2, 4] {
      var options = PlanOptions()
      options.threads = threads
      results.append(try Plan(graph, options).run([input])[0])
    }
    #expect(results[0].isClose(to: expected))
    #expect(results.allSatisfy { $0.sameBits(as: results[0]) })
  }

  private func draw(_ shape: Shape) -> Graph {
    let b = Builder(name: "draw")
    let key = b.parameter(TensorType(.int))
    return b.finish([Node.apply(.randomNormal, key, attributes: ["shape": .dims(shape), "dtype": .dtype(.f32)])])
  }

  /// A thousand rows, more than a stack starts with, each too large to be copied by value.
  @Test func dynamicRecordsGrow() throws {
    let b = Builder(name: "grow")
    let x = b.parameter(TensorType(.f64, [20]))
    let limit = b.parameter(real)
    let (test, body) = (Builder(name: "test"), Builder(name: "body"))
    let (_, l1, n1) = (test.parameter(real), test.parameter(TensorType(.f64, [20])), test.parameter(real))
    _ = l1
    let condition = test.finish([Node.apply(.lt, n1, test.fill(1000, real))])
    let (l2, x2, n2) = (body.parameter(real), body.parameter(TensorType(.f64, [20])), body.parameter(real))
    let next = body.finish([x2 * 0.5 + l2.broadcast(to: [20]), n2 + 1, x2 + n2.broadcast(to: [20])])
    let results = b.place(
      .whileLoop, [limit, x, b.fill(0, real)], ["consts": .int(1), "carries": .int(2)], regions: [condition, next],
      types: [TensorType(.f64, [20]), real, TensorType(.int), TensorType(.f64, [.dynamic, 20])])
    let reader = Builder(name: "reader")
    _ = reader.parameter(TensorType(.int))
    let (sum, row) = (reader.parameter(TensorType(.f64, [20])), reader.parameter(TensorType(.f64, [20])))
    let add = reader.finish([sum + row])
    let total = b.place(
      .forLoop, [results[2], b.fill(0, TensorType(.f64, [20])), results[3]],
      ["consts": .int(0), "carries": .int(1), "reversed": .bool(true), "length": .dims([.dynamic])], regions: [add],
      types: [TensorType(.f64, [20])])
    let graph = b.finish([total[0], results[0], results[2]])
    let inputs = [Tensor(f64: (0..<20).map(Double.init), [20]), Tensor(f64: [0.25], [])]
    let expected = try evaluate(graph, inputs)
    let plan = try Plan(graph)
    for _ in 0..<2 { #expect(zip(try plan.run(inputs), expected).allSatisfy { $0.sameBits(as: $1) }) }
    #expect(expected[2].integer == 1000)
  }
}

private func seconds(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

private final class Job {
  let body: () -> Void
  init(_ body: @escaping () -> Void) { self.body = body }
}

#if arch(x86_64)
  import IR
  import Ops
  import Testing
  @testable import Transforms

  /// Enclosures hold the exact values of ops, as an x87 number judges them, without any tolerance.
  @Suite struct EnclosureLawTests {
    /// All samples of ops that have an enclosure, over f64.
    static let cases = OpCase.all.filter { c in
      if case .refused = c.decl.interval { return false }
      return c.types.contains(where: \.dtype.isReal) && !c.types.contains { $0.dtype.isComplex || $0.dtype == .f32 }
        && c.sample.attributes["dtype"] != .dtype(.c128) && c.types.allSatisfy { $0.partCount > 0 }
        // The shapes of elementwise samples are all replaced by one.
        && !(c.index > 0 && c.hasRanges && c.decl.traits.contains(.elementwise) && c.decl !== OpDecl.convert)
    }
    static let plain = cases.filter { $0.decl.traits.contains(.elementwise) && $0.hasRanges }

    /// Ends and values at many points of many boxes, all elements at once.
    @Test(arguments: plain) func elementwise(_ c: OpCase) throws {
      let types = c.types.map { $0.with(shape: [300]) }
      let graph = try c.graph(types)
      let bounds = try encloseGraph(graph, varying: types.map(\.isOrdered))
      var numbers = Numbers(41)
      for round in 0..<3 {
        let boxes = zip(types, c.sample.operands).map { EndPair($0, $1.values, &numbers, wild: round == 2) }
        let ends = try run(bounds, flat(boxes, types))
        for k in 0..<12 {
          let point = boxes.map { $0.point(k, &numbers) }
          let exact = try #require(try Wide.values(c.decl, c.sample.attributes, point, like: graph), "no reference for \(c.decl.name)")
          for (r, values) in exact.enumerated() { expectInside(values, ends[2 * r], ends[2 * r + 1], "\(c)") { i in boxes.map { $0.text(i) } } }
        }
      }
    }

    @Test(arguments: cases.filter { !$0.decl.traits.contains(.elementwise) }) func others(_ c: OpCase) throws {
      let graph = try c.graph()
      var numbers = Numbers(43)
      for varying in subsets(c.types.count).map({ zip($0, c.types).map { $0 && $1.isOrdered } }) where varying.contains(true) {
        let bounds = try encloseGraph(graph, varying: varying)
        for _ in 0..<4 {
          let fixed = c.inputs()
          let boxes = fixed.indices.map { varying[$0] ? EndPair(around: fixed[$0], &numbers) : EndPair(fixed[$0], fixed[$0]) }
          let ends = try run(bounds, flat(boxes, c.types, varying))
          for k in 0..<6 {
            let point = boxes.map { $0.point(k, &numbers) }
            let exact = try #require(try Wide.values(c.decl, c.sample.attributes, point, like: graph), "no reference for \(c.decl.name)")
            for (r, values) in exact.enumerated() { expectInside(values, ends[2 * r], ends[2 * r + 1], "\(c)") { i in ["element \(i)"] } }
          }
        }
      }
    }

    /// Boxes of one point, and operands that are exact: the value is inside, and the width is what rounding may do.
    @Test(arguments: cases) func points(_ c: OpCase) throws {
      let types = c.decl.traits.contains(.elementwise) && c.hasRanges ? c.types.map { $0.with(shape: [300]) } : c.types
      let graph = try c.graph(types)
      var numbers = Numbers(47)
      for varying in [false, true] {
        let marks = types.map { varying && $0.isOrdered }
        let bounds = try encloseGraph(graph, varying: marks)
        for _ in 0..<4 {
          let point = zip(types, c.sample.operands).map { $1.values.draw($0, &numbers) }
          let ends = try run(bounds, flat(point.map { EndPair($0, $0) }, types, marks))
          let exact = try #require(try Wide.values(c.decl, c.sample.attributes, point, like: graph), "no reference for \(c.decl.name)")
          for (r, values) in exact.enumerated() {
            expectInside(values, ends[2 * r], ends[2 * r + 1], "\(c)") { i in point.map { i < $0.values.count ? "\($0.values[i])" : "" } }
            // Sums may cancel: their terms tell the scale.
            let terms = c.decl.traits.contains(.elementwise) ? 1 : point.map { $0.values.map(abs).reduce(1, +) }.reduce(1, *)
            for (i, v) in values.enumerated() where v.isFinite && abs(v) < 1e300 && graph.resultTypes[r].dtype.isReal {
              let (l, u) = (ends[2 * r].values[i], ends[2 * r + 1].values[i])
              if !c.decl.traits.contains(.elementwise) || (l.isFinite && u.isFinite) {
                #expect(u - l <= 1e-12 * max(terms, abs(Double(v))), "\(c): \(l)…\(u) around \(v)")
              }
            }
          }
        }
      }
    }

    /// The bounds over a part of a box lie in those over the box; where centres are rounded, up to that. (Enclosures of linear algebra
    /// start from an inverse or factors of the centre, and are not monotone.)
    @Test(arguments: cases.filter { c in !c.types.isEmpty && ![OpDecl.linearSolve, .triangularSolve, .inv, .eigh, .svd].contains { $0 === c.decl } })
    func inclusions(_ c: OpCase) throws {
      let types = c.decl.traits.contains(.elementwise) && c.hasRanges ? c.types.map { $0.with(shape: [300]) } : c.types
      let graph = try c.graph(types)
      let marks = types.map(\.isOrdered)
      let bounds = try encloseGraph(graph, varying: marks)
      var numbers = Numbers(53)
      for _ in 0..<4 {
        let outer = zip(types, c.sample.operands).map { type, operand in
          type.dtype.isReal ? EndPair(around: operand.values.draw(type, &numbers), &numbers) : EndPair(type, operand.values, &numbers, wild: false)
        }
        let inner = outer.map { $0.part(&numbers) }
        let (wide, narrow) = (try run(bounds, flat(outer, types, marks)), try run(bounds, flat(inner, types, marks)))
        for k in stride(from: 0, to: wide.count, by: 2) {
          for i in wide[k].values.indices {
            let (l, u) = (wide[k].values[i], wide[k + 1].values[i])
            // A part outside of the domain has no values, and one at its end infinite ones.
            if !narrow[k].values[i].isFinite || !narrow[k + 1].values[i].isFinite { continue }
            let slack = c.decl.traits.contains(.multilinear) && !c.decl.traits.contains(.elementwise) ? 1e-13 * max(1, abs(l), abs(u)) : 0
            #expect(l - slack <= narrow[k].values[i] && narrow[k + 1].values[i] <= u + slack, "\(c), element \(i)")
          }
        }
      }
    }

    /// Infinite, huge and tiny ends give ends that are numbers, and hold what is inside.
    @Test(arguments: plain) func hostile(_ c: OpCase) throws {
      let hostile: [Double] = [
        -.infinity, -1.7e308, -1e155, -3, -1, -0x1p-1074, -0.0, 0, 0x1p-1074, 0x1p-1030, 1e-160, 0.5, 1, 2, 700, 1e19, 1e155, 1.7e308, .infinity,
      ]
      let pairs = hostile.indices.flatMap { i in hostile.indices.filter { $0 >= i }.map { (hostile[i], hostile[$0]) } }
      let n = pairs.count * (c.types.count == 1 ? 1 : 7)
      let types = c.types.map { $0.with(shape: [Dim(n)]) }
      let graph = try c.graph(types)
      let bounds = try encloseGraph(graph, varying: types.map(\.isOrdered))
      var numbers = Numbers(59)
      let boxes = types.enumerated().map { k, type in
        let chosen = (0..<n).map { i in type.dtype.isReal ? pairs[(i * (k == 0 ? 1 : 37) + k * (i / pairs.count)) % pairs.count] : (0, 1) }
        return EndPair(Dense(chosen.map(\.0), [n], type.dtype), Dense(chosen.map(\.1), [n], type.dtype))
      }
      let ends = try run(bounds, flat(boxes, types))
      for end in ends where end.values.contains(where: { $0.isNaN }) { Issue.record("\(c): an end is nan") }
      for k in 0..<12 {
        let point = boxes.map { $0.finitePoint(k, &numbers) }
        let exact = try #require(try Wide.values(c.decl, c.sample.attributes, point, like: graph))
        for (r, values) in exact.enumerated() { expectInside(values, ends[2 * r], ends[2 * r + 1], "\(c)") { i in boxes.map { $0.text(i) } } }
      }
    }

    /// The same body in f32: the stored numbers are what they are, and what is computed of them is exact.
    @Test func mixedPrecision() throws {
      let graph = build([TensorType(.f32, [3]), TensorType(.f32, [3]), TensorType(.f64, [3])]) { b, p in
        [((p[0] * p[1] + p[0]).convert(.f64) + p[2]).sum([0]), b.emit1(.exp, [p[0]])]
      }
      let bounds = try encloseGraph(graph, varying: [true, false, false])
      let (l, u): ([Float], [Float]) = ([0.1, -0.3, 1e-3], [0.2, 0.7, 2e-3])
      let w: [Float] = [0.3, -1.7, 3e7]
      let z = [0.1, 0.2, -0.7]
      let inputs = [Dense(l.map(Double.init), [3], .f32), Dense(u.map(Double.init), [3], .f32), Dense(w.map(Double.init), [3], .f32), Dense(z, [3], .f64)]
      let ends = try run(bounds, inputs)
      #expect(ends.allSatisfy { (end: Dense) in end.dtype == DType.f64 })
      for corner in 0..<8 {
        let x = (0..<3).map { Float80(corner >> $0 & 1 == 0 ? l[$0] : u[$0]) }
        let value = (0..<3).map { x[$0] * Float80(w[$0]) + x[$0] + Float80(z[$0]) }.reduce(0, +)
        #expect(Float80(ends[0].values[0]) <= value && value <= Float80(ends[1].values[0]))
      }
    }

    private func expectInside(_ values: [Float80], _ lower: Dense, _ upper: Dense, _ what: String, _ box: (Int) -> [String]) {
      guard values.count == lower.values.count, values.count == upper.values.count else {
        Issue.record("\(what): the enclosure has another shape")
        return
      }
      // At a pole there is no value.
      for (i, v) in values.enumerated() where v.isFinite {
        let (l, u) = (Float80(lower.values[i]), Float80(upper.values[i]))
        if !(l <= v && v <= u) {
          Issue.record("\(what): \(v) is not in \(lower.values[i])…\(upper.values[i]), on \(box(i))")
          return
        }
      }
    }
  }

  extension TensorType {
    /// Whether values of the type may lie between others.
    var isOrdered: Bool { dtype.isReal || dtype == .bool }
  }

  /// `(lower and upper end of each operand that varies, others as they are) → lower and upper end of each result`
  func encloseGraph(_ graph: Graph, varying: [Bool]) throws -> Graph {
    let b = Builder()
    let inputs = zip(graph.parameterTypes, varying).map { type, varies in
      varies ? Enclosed.between(lower: b.parameter(type), upper: b.parameter(type)) : .exact(b.parameter(type))
    }
    return b.finish(try enclose(graph, into: b, inputs).results.flatMap { [$0.lower, $0.upper] })
  }
  private func flat(_ boxes: [EndPair], _ types: [TensorType], _ varying: [Bool]? = nil) -> [Dense] {
    let marks = varying ?? types.map(\.isOrdered)
    return zip(boxes, marks).flatMap { $1 ? [$0.lower, $0.upper] : [$0.lower] }
  }

  /// Lower and upper ends of an operand.
  struct EndPair {
    let lower, upper: Dense
    init(_ lower: Dense, _ upper: Dense) { (self.lower, self.upper) = (lower, upper) }

    init(around x: Dense, _ numbers: inout Numbers) {
      if x.dtype == .bool { (lower, upper) = (Dense(x.values.map { _ in 0 }, x.shape, x.dtype), x); return }
      let radii = x.values.map { _ in numbers.unit() < 0.3 ? 0.0 : numbers.unit() }
      lower = Dense(zip(x.values, radii).map { $0 - $1 }, x.shape, x.dtype)
      upper = Dense(zip(x.values, radii).map { $0 + $1 * 0.7 }, x.shape, x.dtype)
    }
    /// Boxes in a range three times as wide as the sample's; `wild`: of all exponents.
    init(_ type: TensorType, _ values: OpSample.Values, _ numbers: inout Numbers, wild: Bool) {
      var range = values
      if case .uniform(let r) = values, type.dtype.isReal {
        let width = r.upperBound - r.lowerBound
        range = .uniform((r.lowerBound - width)...(r.upperBound + width))
      }
      var (a, b) = (range.draw(type, &numbers), range.draw(type, &numbers))
      if type.dtype.isReal {
        for i in a.values.indices {
          if wild {
            a.values[i] *= Double(sign: .plus, exponent: Int(numbers.uniform(-60...60)), significand: 1)
            b.values[i] *= Double(sign: .plus, exponent: Int(numbers.uniform(-60...60)), significand: 1)
          }
          let width = numbers.unit() < 0.25 ? 0.0 : numbers.unit() < 0.5 ? 1e-3 : 1
          b.values[i] = a.values[i] + width * (b.values[i] - a.values[i])
        }
      }
      lower = Dense(zip(a.values, b.values).map { min($0, $1) }, a.shape, a.dtype)
      upper = Dense(zip(a.values, b.values).map { max($0, $1) }, a.shape, a.dtype)
      if !type.isOrdered { b = a }
    }

    func point(_ k: Int, _ numbers: inout Numbers) -> Dense {
      Dense(
        zip(lower.values, upper.values).map { l, u in
          if k < 4 || !lower.dtype.isReal { return numbers.unit() < 0.5 ? l : u }
          return min(u, max(l, l + numbers.unit() * (u - l)))
        }, lower.shape, lower.dtype)
    }
    func finitePoint(_ k: Int, _ numbers: inout Numbers) -> Dense {
      let candidates = [0, 1, -1, 0.3, -0x1p-1060, 1e300, -1e300, 0x1p-1074, 17, -0.7, 1.2e308]
      return Dense(
        zip(lower.values, upper.values).map { l, u in
          if !lower.dtype.isReal { return numbers.unit() < 0.5 ? l : u }
          let inside = candidates.filter { l <= $0 && $0 <= u } + [l, u].filter(\.isFinite)
          if inside.isEmpty { return l }
          return inside[Int(numbers.unit() * Double(inside.count))]
        }, lower.shape, lower.dtype)
    }
    func part(_ numbers: inout Numbers) -> EndPair {
      if !lower.dtype.isReal { return self }
      let (a, b) = (point(9, &numbers), point(9, &numbers))
      return EndPair(
        Dense(zip(a.values, b.values).map { min($0, $1) }, a.shape, a.dtype), Dense(zip(a.values, b.values).map { max($0, $1) }, a.shape, a.dtype))
    }
    func text(_ i: Int) -> String { "\(lower.values[i])…\(upper.values[i])" }
  }
#endif

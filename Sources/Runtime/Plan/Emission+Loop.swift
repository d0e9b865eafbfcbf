import Ops

/// What a loop reports while it runs.
struct Report {
  var label: String
  /// The loop, and the report of the loop around it (-1: there is none).
  var loop: Int32
  var parent: Int32
  /// The carry that is shown, and its type.
  var monitor: Cell?
  var monitorName: String
  var dtype: DType
}

extension Emission {
  mutating func emit(_ loop: LoopStep) {
    _ = tick()
    for carry in loop.carries { emitCopy(from: carry.initial.value, offset: carry.initial.offset, to: carry.parameter) }
    let none = storage.cells(1)
    var entry = LoopEntry(
      index: loop.index.map { cell($0) } ?? none, count: loop.count.map { cell($0) } ?? none, length: loop.length ?? 0,
      isFor: loop.isFor, hasCount: loop.count != nil, reversed: loop.reversed, xs: emit(loop.xs), ys: emit(loop.ys),
      copies: Range32(start: 0, end: 0), swaps: Range32(start: 0, end: 0),
      iterations: loop.iterations.map { cell($0) } ?? none, hasIterations: loop.iterations != nil, report: -1, checkpoint: -1)
    let index = Int32(loops.count)
    let outerReport = currentReport
    defer { currentReport = outerReport }
    if let label = loop.label {
      entry.report = Int32(reports.count)
      let monitor = loop.monitor.map { loop.carries[$0].parameter }
      reports.append(
        Report(label: label, loop: index, parent: currentReport, monitor: monitor.map { cell($0) }, monitorName: loop.monitorName,
          dtype: monitor.map { values[$0].dtype } ?? .f64))
      currentReport = entry.report
    }
    if let request = loop.checkpoint { entry.checkpoint = emit(request, loop) }
    loops.append(entry)
    let begin = add(Instruction(code: .loopBegin, a: index))
    let top = Int32(code.count)
    _ = tick()
    var test: Int?
    if let block = loop.conditionBlock, let condition = loop.condition {
      let here = current
      emit(block)
      current = here
      _ = tick()
      conditions.append(cell(condition))
      test = add(Instruction(code: .jumpIfFalse, a: Int32(conditions.count - 1)))
    }
    if !loop.xs.isEmpty || !loop.ys.isEmpty { add(Instruction(code: .loopRows, a: index)) }
    let here = current
    emit(loop.body)
    current = here
    _ = tick()
    (loops[Int(index)].copies, loops[Int(index)].swaps) = emitNext(loop.carries)
    add(Instruction(code: .loopNext, a: index, b: top))
    let end = Int32(code.count)
    code[begin].b = end
    if let test { code[test].b = end }
    if loop.iterations != nil { add(Instruction(code: .loopEnd, a: index)) }
  }

  /// How each carry becomes the next.
  private mutating func emitNext(_ carries: [LoopStep.Carry]) -> (copies: Range32, swaps: Range32) {
    let (firstCopy, firstSwap) = (copies.count, swaps.count)
    for carry in carries {
      if memory.swapped.contains(carry.parameter) {
        guard case .base(let a) = memory.places[carry.parameter], case .base(let b) = memory.places[carry.next] else {
          fatalError("internal error: a swapped carry has no base")
        }
        swaps.append(SwapEntry(first: Int32(a), second: Int32(b)))
      } else if let copy = copyEntry(from: carry.next, to: carry.parameter) {
        copies.append(copy)
      }
    }
    return (
      Range32(start: Int32(firstCopy), end: Int32(copies.count)), Range32(start: Int32(firstSwap), end: Int32(swaps.count))
    )
  }

  private mutating func emit(_ loopRows: [LoopStep.Row]) -> Range32 {
    let first = rows.count
    for row in loopRows {
      var entry = RowEntry(
        stack: storage.cells(1), growing: -1, base: -1, row: storage.cells(1), bytes: values[row.row].bytes)
      if case .stack(let k) = values[row.stack].kind { entry.growing = Int32(k) } else { place(entry.stack, row.stack, offset: row.offset) }
      if row.inPlace {
        guard case .base(let base) = memory.places[row.row] else { fatalError("internal error: a row has no base") }
        entry.base = Int32(base)
      } else {
        place(entry.row, row.row)
      }
      rows.append(entry)
    }
    return Range32(start: Int32(first), end: Int32(rows.count))
  }
}

/// How formulas are written.
public enum NotationStyle: Sendable { case unicode, latex }

/// Arranges a formula on as many lines as it needs.
struct Layout {
  let style: NotationStyle
  let width: Int

  struct Line {
    var indent: Int
    var text: String
  }

  /// `left = right`, or the formula alone.
  func lines(_ left: Formula?, _ right: Formula) -> [Line] {
    let head = left.map { write($0) + " = " } ?? ""
    if fits(left, right) { return [Line(indent: 0, text: head + write(right))] }
    guard let left else { return broken(right, 0) }
    return [Line(indent: 0, text: write(left) + " =")] + broken(right, 1)
  }

  private func fits(_ left: Formula?, _ right: Formula) -> Bool {
    if case .with(_, let definitions) = right, style == .latex || definitions.count > 1 { return false }
    if case .cases(let cases) = right, style == .unicode, cases.count > 2 { return false }
    return (left.map { Unicode.text($0).count + 3 } ?? 0) + Unicode.text(right).count <= width
  }
  private func write(_ formula: Formula) -> String { style == .unicode ? Unicode.text(formula) : Latex.text(formula) }

  private func broken(_ formula: Formula, _ indent: Int) -> [Line] {
    func whole() -> [Line] { [Line(indent: indent, text: write(formula))] }
    if 2 * indent + Unicode.text(formula).count <= width, fits(nil, formula) { return whole() }
    switch formula {
    case .big(let big, let below, let above, let body):
      let head = style == .unicode ? Unicode.big(big, below, above) : Latex.big(big, below, above)
      // A delimiter that grows cannot be broken over lines.
      let (open, close) = big.style == .bracketed ? ("[", "]") : big.style == .plain && body.tightness < .product && !body.isBig ? ("(", ")") : ("", "")
      return wrapped(trimmed(head) + open, broken(body, indent + 1), close, indent)
    case .infix(.juxtaposed, let operands) where operands.last?.isBig == true:
      let head = operands.dropLast().enumerated().map { k, x in style == .unicode ? Unicode.operandText(x, .juxtaposed, at: k, of: operands.count) : Latex.operandText(x, .juxtaposed, at: k, of: operands.count) }
      var lines = broken(operands[operands.count - 1], indent)
      lines[0].text = head.joined(separator: " ") + " " + lines[0].text
      return lines
    case .infix(let op, let operands):
      var lines: [Line] = []
      for (k, operand) in operands.enumerated() {
        let text = style == .unicode ? Unicode.operandText(operand, op, at: k, of: operands.count) : Latex.operandText(operand, op, at: k, of: operands.count)
        lines.append(Line(indent: k == 0 ? indent : indent + 1, text: (k == 0 ? "" : trimmed(op.sign, front: true) + " ") + text))
      }
      return lines
    case .apply(let f, let arguments) where arguments.count > 0: return wrapped(write(f) + "(", list(arguments, indent + 1), ")", indent)
    case .fenced(let fence, let parts) where parts.count > 1:
      let (open, close) = style == .unicode ? (fence.open.unicode, fence.close.unicode) : (fence.open.latex, fence.close.latex)
      return wrapped(open, list(parts, indent + 1), close, indent)
    case .with(let value, let definitions):
      var lines = broken(value, indent)
      for (k, definition) in definitions.enumerated() {
        let keyword = style == .unicode ? (k == 0 ? "where " : "      ") : (k == 0 ? "\\text{where } " : "\\phantom{\\text{where } }")
        var part = if case .infix(.equal, let sides) = definition { self.lines(sides[0], sides[1]) } else { broken(definition, 0) }
        for at in part.indices { part[at].indent += indent }
        part[0].text = keyword + part[0].text
        for at in part.indices.dropFirst() { part[at].indent += 3 }
        lines += part
      }
      return lines
    case .cases(let cases) where style == .unicode:
      return cases.enumerated().map { k, item in
        let condition = item.1.map { "if \(write($0))" } ?? "otherwise"
        let brace = cases.count == 1 ? "{" : k == 0 ? "⎧" : k + 1 == cases.count ? "⎩" : "⎨"
        return Line(indent: indent, text: "\(brace) \(write(item.0))  \(condition)")
      }
    case .lambda(let parameters, let body):
      return wrapped(write(parameters) + (style == .unicode ? " ↦" : " \\mapsto"), broken(body, indent + 1), "", indent)
    default: return whole()
    }
  }
  private func list(_ parts: [Formula], _ indent: Int) -> [Line] {
    parts.enumerated().flatMap { k, part in
      var lines = if case .infix(.equal, let sides) = part { self.lines(sides[0], sides[1]).map { Line(indent: $0.indent + indent, text: $0.text) } } else { broken(part, indent) }
      if k + 1 < parts.count { lines[lines.count - 1].text += "," }
      return lines
    }
  }
  private func wrapped(_ head: String, _ inner: [Line], _ close: String, _ indent: Int) -> [Line] {
    var lines = [Line(indent: indent, text: head)] + inner
    lines[lines.count - 1].text += close
    return lines
  }
  private func trimmed(_ sign: Sign, front: Bool) -> String {
    let text = style == .unicode ? sign.unicode : sign.latex
    return String(text.drop { $0 == " " }).reversed().drop { $0 == " " }.reversed().map(String.init).joined()
  }
  private func trimmed(_ text: String) -> String {
    var text = Substring(text)
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}

extension Formula {
  /// The formula, with what it defines on its left, on lines of about `width` columns; LaTeX as one display.
  public func written(defining left: Formula? = nil, as style: NotationStyle, width: Int = 88) -> String {
    let lines = Layout(style: style, width: width).lines(left, self)
    switch style {
    case .unicode: return lines.map { String(repeating: "  ", count: $0.indent) + $0.text }.joined(separator: "\n")
    case .latex:
      if lines.count == 1 { return lines[0].text }
      let rows = lines.map { "&" + String(repeating: "\\quad ", count: $0.indent) + $0.text }
      return "\\begin{aligned}\n" + rows.joined(separator: " \\\\\n") + "\n\\end{aligned}"
    }
  }
}

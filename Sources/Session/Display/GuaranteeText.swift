import Elaboration
import Ops
import Tensors

/// Bounds as `≥ 3.98`, `≤ 4.10`, `3.98 … 4.10`, estimates as `0.412 ± 0.006 (95 %)`, verdicts with their witness.
extension ValueText {
  func lines(_ g: GuaranteeView) -> [String] {
    switch g.kind {
    case .lower: return ["≥ " + ends(g["value"], .down) + tail(g)]
    case .upper: return ["≤ " + ends(g["value"], .up) + tail(g)]
    case .bounds:
      if let lo = g.number("lo"), let hi = g.number("hi") {
        let shown = Digits.interval(lo, hi)
        return ["\(shown.lo) … \(shown.hi)" + tail(g)]
      }
      return [ends(g["lo"], .down), "… " + ends(g["hi"], .up) + tail(g)].fitting(width)
    case .estimate:
      if let value = g.number("value"), let error = g.number("error") {
        let shown = Digits.estimate(value, error)
        return ["\(shown.value) ± \(shown.error)" + tail(g)]
      }
      return [ends(g["value"], .nearest), "± " + ends(g["error"], .up) + tail(g)].fitting(width)
    case .solution:
      return fields(g.parts.filter { ["value", "point", "converged", "cost", "history"].contains($0.name) })
    case .verdict: return verdict(g)
    }
  }

  /// How sure it is, where that is not certain, and what it assumes.
  private func tail(_ g: GuaranteeView) -> String {
    var text = ""
    if let confidence = g.number("confidence") { text = " (\(Digits.significant(confidence * 100, 6).wholeNumber) %)" } else if g.kind == .estimate {
      text = g.basis == "sampled" ? " (95 %)" : " (\(g.basis))"
    }
    return g.basis.hasPrefix("assuming ") ? text + ", \(g.basis)" : text
  }

  private func ends(_ view: ValueView?, _ direction: Digits.Direction) -> String {
    guard let view else { return "?" }
    guard case .tensor(let tensor) = view, tensor.dtype.isReal, tensor.count > 0 else { return line(view) }
    if tensor.rank == 0 { return Digits.significant(tensor.double(0), 6, direction) }
    guard tensor.rank == 1 else { return line(view) }
    let shown: [Int?] = tensor.count <= 8 ? Array(0..<tensor.count) : [0, 1, 2, nil, tensor.count - 2, tensor.count - 1]
    return "[" + shown.map { $0.map { Digits.significant(tensor.double($0), 6, direction) } ?? "…" }.joined(separator: ", ") + "]"
  }

  // MARK: Verdicts

  private func verdict(_ g: GuaranteeView) -> [String] {
    guard let proved = g.truth("proved"), let refuted = g.truth("refuted") else { return manyVerdicts(g) }
    let assumption = g.basis.hasPrefix("assuming ") ? ", \(g.basis)" : ""
    if proved || refuted {
      let word = proved ? "Proved" : "Refuted"
      guard g.exists == proved, let witness = g["witness"] else { return [word + assumption] }
      return ["\(word) at \(variable) = " + line(witness) + assumption]
    }
    return ["Unknown: " + whyUnknown(g)]
  }

  /// Why a verdict is open: what the search found, and what the certificate could not exclude.
  public func whyUnknown(_ g: GuaranteeView) -> String {
    var reasons: [String] = []
    let witness = g["witness"].map(line) ?? "?"
    switch g.number("why").flatMap({ UnknownReason(rawValue: Int($0)) }) {
    case .notANumber: return "the body is NaN at \(variable) = \(witness)"
    case .nearTie: reasons.append("a near tie at \(variable) = \(witness), where rounding decides the predicate")
    case .open:
      let (open, rounds, seconds) = (g.number("open") ?? 0, g.number("rounds") ?? 0, g.number("seconds") ?? 0)
      reasons.append("parts of the domain left: \(Int(open)), after \(Int(rounds)) rounds and \(Digits.significant(seconds, 3)) s")
    default: break
    }
    if g.exists ? g.proves : g.refutes {
      let nearest = g.number("found").map { $0.isFinite ? " (the nearest misses by \(Digits.significant(-$0, 3)))" : "" } ?? ""
      reasons.append("no point that \(g.exists ? "satisfies" : "violates") it was found\(nearest)")
    }
    if g.exists ? g.refutes : g.proves {
      let bound = g.number("bound").flatMap { $0.isFinite ? " by up to \(Digits.significant($0, 3, .up))" : nil } ?? ""
      reasons.append("that it is \(g.exists ? "satisfied" : "violated")\(bound) is not excluded")
    } else { reasons.append("a search alone never \(g.exists ? "refutes" : "proves")") }
    return reasons.joined(separator: "; ")
  }

  private func manyVerdicts(_ g: GuaranteeView) -> [String] {
    guard case .tensor(let proved)? = g["proved"], case .tensor(let refuted)? = g["refuted"] else { return ["?"] }
    let count = max(proved.count, refuted.count)
    func flag(_ tensor: Tensor, _ k: Int) -> Bool { tensor.double(tensor.count == 1 ? 0 : k) != 0 }
    let words = (0..<count).map { flag(proved, $0) ? "Proved" : flag(refuted, $0) ? "Refuted" : "Unknown" }
    if count <= 8 { return ["[" + words.joined(separator: ", ") + "]"] }
    return [["Proved", "Refuted", "Unknown"].map { word in "\(words.count { $0 == word }) \(word)" }.joined(separator: ", ") + " of \(count)"]
  }
}

extension String {
  /// `95` of `95.0`.
  fileprivate var wholeNumber: String { hasSuffix(".0") ? String(dropLast(2)) : self }
}
extension [String] {
  /// On one line where that fits.
  fileprivate func fitting(_ width: Int) -> [String] {
    let line = joined(separator: " ")
    return line.count <= width ? [line] : self
  }
}

import Elaboration
import Interchange

extension Session {
  /// What a name is: signature and documentation of code; of a value its type, itself, and what it proves. Nil if it is not known.
  public func page(of name: String, width: Int) -> String? {
    guard let text = context.describe(name) else { return nil }
    guard let (view, type) = context.view(of: name) else { return text }
    let shown = ValueText(width: width)
    switch view {
    case .guarantee(let guarantee):
      let lines = shown.lines(.guarantee(guarantee)) + guarantee.meaning
      return "\(name): \(type)\n" + lines.map { "  \($0)" }.joined(separator: "\n")
    case .tensor, .text, .tuple, .record, .model: return "\(name): \(type)\n" + shown.lines(view).map { "  \($0)" }.joined(separator: "\n")
    case .instance, .other: return text
    }
  }

  /// The page about an error; nil if there is no such code.
  public func errorPage(_ code: String) -> String? {
    allCodes.contains { $0.id == code } ? (try? readFile("\(home.errors)/\(code).md")).map { String(decoding: $0, as: UTF8.self) } : nil
  }
}

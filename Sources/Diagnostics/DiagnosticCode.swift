/// The identity of a kind of mistake: a code that never changes meaning, and the title of its page `lang/errors/<id>.md`.
///
/// Each stage declares its codes in one file (`DiagnosticCode+Syntax.swift`, …) and lists them there.
public struct DiagnosticCode: Hashable, Sendable {
  public let id: String
  public let title: String
  public init(_ id: String, _ title: String) { (self.id, self.title) = (id, title) }
}

/// The severity of a diagnostic.
public enum Severity: String, Sendable { case error, warning, note }

/// One thing a user is told: what is wrong, where, what disagrees with what, and what would mend it.
///
/// Every code is declared once, in `DiagnosticCode.swift`, with the title of its page in `lang/errors/`.
public struct Diagnostic: Sendable, Error {
  /// A marked place in the source, with what is to be known about it.
  public struct Label: Sendable, Equatable {
    public var span: SourceSpan
    public var text: String
    public init(_ span: SourceSpan, _ text: String) { (self.span, self.text) = (span, text) }
  }
  /// A change that would mend the mistake; `edits` can be applied as they stand.
  public struct Fix: Sendable {
    public struct Edit: Sendable {
      public var span: SourceSpan
      public var text: String
      public init(_ span: SourceSpan, _ text: String) { (self.span, self.text) = (span, text) }
    }
    public var title: String
    public var edits: [Edit]
    public init(_ title: String, edits: [Edit] = []) { (self.title, self.edits) = (title, edits) }
  }

  public var code: DiagnosticCode
  public var severity: Severity
  /// What is wrong, in a sentence without a full stop.
  public var message: String
  /// The place the user is sent to.
  public var span: SourceSpan
  /// What stands at `span`; may be empty.
  public var label: String
  /// The other places that matter: the other side of the conflict, the declaration it came from.
  public var labels: [Label]
  public var notes: [String]
  public var fixes: [Fix]

  public init(
    _ code: DiagnosticCode, _ message: String, at span: SourceSpan, label: String = "", labels: [Label] = [],
    notes: [String] = [], fixes: [Fix] = [], severity: Severity = .error
  ) {
    (self.code, self.message, self.span, self.label) = (code, message, span, label)
    (self.labels, self.notes, self.fixes, self.severity) = (labels, notes, fixes, severity)
  }
}

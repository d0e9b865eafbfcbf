import Diagnostics

/// The mistakes of writing, E01xx: found by the lexer, the pairing of brackets, or the parser.
extension DiagnosticCode {
  // Characters, numbers, strings
  public static let invalidUTF8 = DiagnosticCode("E0101", "The file is not UTF-8")
  static let invalidCharacter = DiagnosticCode("E0102", "A character that means nothing")
  static let singleQuotes = DiagnosticCode("E0103", "A string in single quotes")
  static let malformedNumber = DiagnosticCode("E0104", "A malformed number")
  static let numberTooLarge = DiagnosticCode("E0105", "A number too large for its type")
  static let unterminatedString = DiagnosticCode("E0106", "A string that is not closed")
  static let unterminatedInterpolation = DiagnosticCode("E0107", "A string that ends inside an interpolation")
  static let unknownEscape = DiagnosticCode("E0108", "An unknown escape in a string")
  static let badInterpolation = DiagnosticCode("E0109", "A brace in a string that begins no interpolation")

  // Brackets
  static let missingCloser = DiagnosticCode("E0110", "A bracket that is not closed")
  static let unexpectedCloser = DiagnosticCode("E0111", "A bracket that closes nothing")
  static let tooDeep = DiagnosticCode("E0112", "Nesting too deep")

  // Statements
  static let expectedStatementEnd = DiagnosticCode("E0113", "Two things on one line")
  static let expectedExpression = DiagnosticCode("E0114", "An expression is missing")
  static let expectedName = DiagnosticCode("E0115", "A name is missing")
  static let reservedName = DiagnosticCode("E0116", "A reserved word used as a name")
  static let missingValue = DiagnosticCode("E0117", "A binding without a value")
  static let missingBody = DiagnosticCode("E0118", "A body is missing")
  static let missingEquals = DiagnosticCode("E0119", "A function without `=` or `{`")
  static let assignmentInCondition = DiagnosticCode("E0120", "`=` where `==` is meant")
  static let notAssignable = DiagnosticCode("E0121", "An assignment to something that cannot change")
  static let elseWithoutIf = DiagnosticCode("E0122", "An `else` without an `if`")
  static let strayTrailer = DiagnosticCode("E0123", "A trailing word with nothing to belong to")
  static let misplacedDeclaration = DiagnosticCode("E0124", "A declaration in the wrong place")

  // Expressions
  static let inAsOperator = DiagnosticCode("E0125", "`in` used as an operator")
  static let chainedComparison = DiagnosticCode("E0126", "A chain of comparisons")
  static let needsParentheses = DiagnosticCode("E0127", "An operand that needs parentheses")
  static let expectedSeparator = DiagnosticCode("E0128", "A comma is missing")
  static let labelWithEquals = DiagnosticCode("E0129", "A named argument written with `=`")
  static let badSlice = DiagnosticCode("E0130", "A slice written with `:`")
  static let unaryPlus = DiagnosticCode("E0131", "A plus sign before an operand")

  // Binders
  static let missingDomain = DiagnosticCode("E0132", "A binder without a domain")
  static let missingSolver = DiagnosticCode("E0133", "`by` without a solver")
  static let badClause = DiagnosticCode("E0134", "A malformed clause of a binder")
  static let notAConstraint = DiagnosticCode("E0135", "A statement among constraints")
  static let playUnsupported = DiagnosticCode("E0136", "`play` is not supported")

  // Patterns, types, declarations
  static let expectedPattern = DiagnosticCode("E0137", "A pattern is missing")
  static let expectedType = DiagnosticCode("E0138", "A type is missing")
  static let badDeclaration = DiagnosticCode("E0139", "A malformed declaration")

  // What other languages write
  static let foreignKeyword = DiagnosticCode("E0140", "A keyword of another language")
  static let foreignOperator = DiagnosticCode("E0141", "An operator of another language")
  static let colonBody = DiagnosticCode("E0142", "A body opened with `:`")
  static let ternary = DiagnosticCode("E0143", "A conditional written with `?`")
  static let foreignConstant = DiagnosticCode("E0144", "A constant of another language")
  static let foreignComment = DiagnosticCode("E0145", "A comment written with `//`")
  static let arrowLambda = DiagnosticCode("E0146", "A function written with `->`")
  static let foreignEnd = DiagnosticCode("E0147", "A body closed with `end`")

  public static let allSyntax: [DiagnosticCode] = [
    .invalidUTF8, .invalidCharacter, .singleQuotes, .malformedNumber, .numberTooLarge, .unterminatedString,
    .unterminatedInterpolation, .unknownEscape, .badInterpolation, .missingCloser, .unexpectedCloser, .tooDeep,
    .expectedStatementEnd, .expectedExpression, .expectedName, .reservedName, .missingValue, .missingBody, .missingEquals,
    .assignmentInCondition, .notAssignable, .elseWithoutIf, .strayTrailer, .misplacedDeclaration, .inAsOperator,
    .chainedComparison, .needsParentheses, .expectedSeparator, .labelWithEquals, .badSlice, .unaryPlus, .missingDomain,
    .missingSolver, .badClause, .notAConstraint, .playUnsupported, .expectedPattern, .expectedType, .badDeclaration,
    .foreignKeyword, .foreignOperator, .colonBody, .ternary, .foreignConstant, .foreignComment, .arrowLambda, .foreignEnd,
  ]
}

import Diagnostics
import Elaboration
import Syntax

/// Every diagnostic there is.
public let allCodes: [DiagnosticCode] = DiagnosticCode.allSyntax + DiagnosticCode.checking + [.badPrecision, .badPropertyDomain] + DiagnosticCode.allRunning

import Ops

/// The operations with regions, for which the rules are written here.
enum ControlKind {
  case ifThenElse, forLoop, whileLoop, custom, solve
}

extension Operation {
  var control: ControlKind? {
    if regions.isEmpty { return nil }
    if decl === OpDecl.ifThenElse { return .ifThenElse }
    if decl === OpDecl.forLoop { return .forLoop }
    if decl === OpDecl.whileLoop { return .whileLoop }
    if decl === OpDecl.custom { return .custom }
    if decl === OpDecl.solve { return .solve }
    fatalError("internal error: `\(decl.name)` has regions that no transform knows")
  }
}

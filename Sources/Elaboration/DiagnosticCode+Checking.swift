import Diagnostics

/// What the checker refuses. Each code has a page `lang/errors/<id>.md`.
extension DiagnosticCode {
  // Shapes
  static let shapesDoNotFit = DiagnosticCode("E0203", "these shapes do not fit")
  static let dimensionMismatch = DiagnosticCode("E0204", "a dimension differs from what the type says")
  static let wrongRank = DiagnosticCode("E0205", "the number of dimensions differs")
  static let matrixProductOfScalar = DiagnosticCode("E0206", "`@` with a scalar")
  static let badDimension = DiagnosticCode("E0207", "this is no dimension")
  static let sizeNotKnown = DiagnosticCode("E0208", "a size must be known before the run")
  static let lengthsDiffer = DiagnosticCode("E0209", "the parts of a domain differ in length")
  static let shapeOfSetUnknown = DiagnosticCode("E0210", "the shape of a set is not known")
  static let tooManyIndices = DiagnosticCode("E0211", "more indices than dimensions")
  static let indexOutOfRange = DiagnosticCode("E0212", "an index is out of range")
  static let badIndex = DiagnosticCode("E0213", "this cannot be an index")
  static let badAxis = DiagnosticCode("E0214", "there is no such axis")

  // Names
  static let unknownName = DiagnosticCode("E0301", "unknown name")
  static let unknownField = DiagnosticCode("E0302", "unknown field")
  static let unknownType = DiagnosticCode("E0303", "unknown type")
  static let unknownSolver = DiagnosticCode("E0304", "unknown solver")
  static let unknownModule = DiagnosticCode("E0305", "unknown module")
  static let definedTwice = DiagnosticCode("E0306", "a name is defined twice")
  static let assignToLet = DiagnosticCode("E0307", "a `let` cannot change")
  static let assignToOuter = DiagnosticCode("E0308", "a function cannot change what stands outside it")
  static let cannotAssign = DiagnosticCode("E0309", "this cannot be assigned")
  static let patternDoesNotFit = DiagnosticCode("E0310", "a pattern does not fit its value")
  static let onlyAtTop = DiagnosticCode("E0311", "this stands only at the top level")
  static let returnOutside = DiagnosticCode("E0312", "`return` outside a function")
  public static let moduleFailed = DiagnosticCode("E0313", "a module cannot be loaded")

  // Types
  static let typeMismatch = DiagnosticCode("E0401", "a value has another type than was declared")
  static let typesDoNotFit = DiagnosticCode("E0402", "an operator does not take these types")
  static let intIsNotReal = DiagnosticCode("E0403", "an Int where a Real is needed")
  static let boolIsNotReal = DiagnosticCode("E0404", "a truth value where a number is needed")
  static let intDivision = DiagnosticCode("E0405", "`/` of two Ints")
  static let needsBool = DiagnosticCode("E0406", "a truth value is needed")
  static let needsScalarBool = DiagnosticCode("E0407", "one truth value is needed")
  static let branchesDiffer = DiagnosticCode("E0408", "the branches differ in type")
  static let typeChanges = DiagnosticCode("E0409", "a variable cannot change its type")
  static let structuresDiffer = DiagnosticCode("E0410", "two structures differ")
  static let notAVector = DiagnosticCode("E0411", "this is no vector")
  static let rangeNeedsInt = DiagnosticCode("E0412", "a range runs between Ints")
  static let rangeNotAValue = DiagnosticCode("E0413", "a range is no value")
  static let functionInArray = DiagnosticCode("E0414", "a function in an array")
  static let integerOverflow = DiagnosticCode("E0415", "an Int does not fit in 64 bits")
  static let divisionByZero = DiagnosticCode("E0416", "division by zero")
  static let noValue = DiagnosticCode("E0417", "this has no value")
  static let badFormat = DiagnosticCode("E0418", "a format does not fit")
  static let noArmMatches = DiagnosticCode("E0419", "no arm of a `match` fits")
  static let badPattern = DiagnosticCode("E0420", "this pattern cannot fit")
  static let badKey = DiagnosticCode("E0421", "`keyed by` needs an Int")

  // Calls
  static let notCallable = DiagnosticCode("E0501", "this cannot be called")
  static let missingArgument = DiagnosticCode("E0502", "an argument is missing")
  static let tooManyArguments = DiagnosticCode("E0503", "too many arguments")
  static let unknownArgument = DiagnosticCode("E0504", "no parameter has this name")
  static let argumentTwice = DiagnosticCode("E0505", "an argument is given twice")
  static let recursion = DiagnosticCode("E0506", "recursion")
  static let tooDeep = DiagnosticCode("E0507", "calls are nested too deep")
  public static let badOption = DiagnosticCode("E0508", "an option is outside its range")
  static let returnInRegion = DiagnosticCode("E0509", "`return` inside a loop or branch of the run")
  static let effectInPure = DiagnosticCode("E0510", "an effect where none is allowed")
  static let notAModel = DiagnosticCode("E0511", "this is no model")
  static let missingMethod = DiagnosticCode("E0512", "a method is missing")
  static let badArgument = DiagnosticCode("E0513", "an argument has the wrong kind")

  // Binders and solvers
  static let notADomain = DiagnosticCode("E0601", "nothing to run over")
  static let binderDoesNotFit = DiagnosticCode("E0602", "a binder does not fit its domain")
  static let objectiveNotScalar = DiagnosticCode("E0603", "the body must be one Real")
  static let solverCannot = DiagnosticCode("E0604", "a solver cannot solve this problem")
  static let notASolver = DiagnosticCode("E0605", "this is no solver")
  static let notADistribution = DiagnosticCode("E0606", "this is no distribution")
  static let setWanted = DiagnosticCode("E0607", "a set is wanted here")
  static let mixedDomains = DiagnosticCode("E0608", "domains of different kinds")
  static let guardInComprehension = DiagnosticCode("E0609", "a condition in a comprehension")
  static let solverBroken = DiagnosticCode("E0610", "a solver broke its contract")
  static let transformRefused = DiagnosticCode("E0611", "this cannot be differentiated or batched")
  static let notDifferentiable = DiagnosticCode("E0612", "this has no derivative")
  static let jacobianOfStructure = DiagnosticCode("E0613", "a jacobian needs tensors")
  static let badDerivative = DiagnosticCode("E0614", "a derivative rule does not fit its function")
  static let notYet = DiagnosticCode("E0615", "not in this edition")

  // Guarantees
  static let wrongGuarantee = DiagnosticCode("E0701", "a bound in the wrong direction")
  static let boundNotReal = DiagnosticCode("E0702", "a bound where a Real is needed")
  static let boundInCondition = DiagnosticCode("E0703", "a decision on a bound")
  static let notAnEstimate = DiagnosticCode("E0704", "an Estimate is needed")
  static let provesNothing = DiagnosticCode("E0705", "this comparison proves nothing")
  static let sumBoundsNothing = DiagnosticCode("E0706", "these bounds do not combine")
  static let statedBound = DiagnosticCode("E0707", "a bound that nothing proves")
  static let contradiction = DiagnosticCode("E0708", "two bounds contradict each other")

  // Answers that say nothing
  static let infiniteBound = DiagnosticCode("E0990", "a bound is infinite")

  // Remarks
  static let solverNotFunction = DiagnosticCode("E1040", "a function has the name of a solver")

  // Data
  static let cannotRead = DiagnosticCode("E0801", "a file cannot be read")
  static let cannotWrite = DiagnosticCode("E0802", "a file cannot be written")
  static let badPath = DiagnosticCode("E0803", "a path must be a known text")

  // Long runs and limits
  static let checkpointMisplaced = DiagnosticCode("E0983", "a checkpoint of something that does not stand alone")
  public static let accessRefused = DiagnosticCode("E0984", "a file outside the allowed folders")

  // Pictures
  static let notPlotted = DiagnosticCode("E0975", "this cannot be plotted")
  static let marksDoNotFit = DiagnosticCode("E0976", "the parts of a mark do not fit together")
  static let pictureFormat = DiagnosticCode("E0977", "there is no such format of pictures")

  public static let checking: [DiagnosticCode] = [
    .shapesDoNotFit, .dimensionMismatch, .wrongRank, .matrixProductOfScalar, .badDimension, .sizeNotKnown, .lengthsDiffer,
    .shapeOfSetUnknown, .tooManyIndices, .indexOutOfRange, .badIndex, .badAxis, .unknownName, .unknownField, .unknownType,
    .unknownSolver, .unknownModule, .definedTwice, .assignToLet, .assignToOuter, .cannotAssign, .patternDoesNotFit, .onlyAtTop,
    .returnOutside, .moduleFailed, .typeMismatch, .typesDoNotFit, .intIsNotReal, .boolIsNotReal, .intDivision, .needsBool,
    .needsScalarBool, .branchesDiffer, .typeChanges, .structuresDiffer, .notAVector, .rangeNeedsInt, .rangeNotAValue,
    .functionInArray, .integerOverflow, .divisionByZero, .noValue, .badFormat, .noArmMatches, .badPattern, .badKey, .notCallable,
    .missingArgument, .tooManyArguments, .unknownArgument, .argumentTwice, .recursion, .tooDeep, .badOption, .returnInRegion,
    .effectInPure, .notAModel, .missingMethod, .badArgument, .notADomain, .binderDoesNotFit, .objectiveNotScalar, .solverCannot,
    .notASolver, .notADistribution, .setWanted, .mixedDomains, .guardInComprehension, .solverBroken, .transformRefused,
    .notDifferentiable, .jacobianOfStructure, .badDerivative, .notYet, .wrongGuarantee, .boundNotReal, .boundInCondition,
    .notAnEstimate, .provesNothing, .sumBoundsNothing, .statedBound, .contradiction, .infiniteBound, .solverNotFunction, .cannotRead, .cannotWrite,
    .badPath, .checkpointMisplaced, .accessRefused, .notPlotted, .marksDoNotFit, .pictureFormat,
  ]
}

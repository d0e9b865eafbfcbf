// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// One library target of the pipeline, in `Sources/<name>`, with its test target in `Tests/<name>Tests` where there is one.
func stage(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
  name: "Perturb",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .systemLibrary(name: "COpenBLAS"),
    .systemLibrary(name: "CProcess"),
    .systemLibrary(name: "CReadline"),
    .systemLibrary(name: "CZlib"),
    .target(
      name: "CKernels",
      cSettings: [.unsafeFlags(["-O3", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off"])]),
    stage("Diagnostics"),
    stage("Syntax", ["Diagnostics"]),
    stage("Format", ["Syntax", "Diagnostics"]),
    stage("Notation", ["Syntax", "Diagnostics"]),
    stage("Tensors", ["CKernels", "COpenBLAS"]),
    stage("IR", ["Diagnostics", "Tensors"]),
    stage("Ops", ["IR", "Tensors", "CKernels"]),
    stage("Transforms", ["Ops"]),
    stage("Passes", ["Ops"]),
    stage("Runtime", ["Passes", "Tensors", "CKernels"]),
    stage("Interchange", ["Tensors", "CZlib"]),
    stage("Pictures", ["Diagnostics"]),
    stage("Elaboration", ["Syntax", "Transforms", "Passes"]),
    stage("Session", ["Elaboration", "Notation", "Runtime", "Interchange", "Pictures"]),
    stage(
      "CommandLine",
      ["Session", "Runtime", "Format", "Pictures", "Interchange", "Notation", "CProcess", "CReadline", .product(name: "ArgumentParser", package: "swift-argument-parser")]),
    .executableTarget(name: "ptb", dependencies: ["CommandLine"], swiftSettings: strict),
    tests("SyntaxTests", ["Syntax"]),
    tests("FormatTests", ["Format"]),
    tests("TensorsTests", ["Tensors"]),
    tests("IRTests", ["IR", "Ops"]),
    tests("OpLawTests", ["Ops", "Transforms", "Runtime"]),
    tests("TransformsTests", ["Transforms", "Runtime"]),
    tests("RuntimeTests", ["Runtime"]),
    tests("InterchangeTests", ["Interchange"]),
    tests("PicturesTests", ["Pictures"]),
    tests("SessionTests", ["Session", "Notation"]),
  ],
  swiftLanguageModes: [.v5]
)

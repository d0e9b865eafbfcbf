import IR
import Tensors

// How declarations hand their attributes to kernels.

extension Attributes {
  /// Extents as numbers: a plan is made of constant ones only.
  func constants(_ name: String) -> [Int] { extents(name).map { $0.constant ?? 0 } }
}

extension OpDecl {
  static let noWorkspace: @Sendable ([TensorType], [TensorType]) -> Int = { _, _ in 0 }
  /// A kernel without scratch memory.
  static func kernel(_ kernel: @escaping Kernel, _ work: Work, _ pack: @escaping @Sendable (Attributes) -> [Int] = { _ in [] }) -> KernelForm {
    .function(kernel, pack: pack, workspace: noWorkspace, work: work)
  }
}

/// A list for a kernel, with its length in front.
func counted(_ list: [Int]) -> [Int] { [list.count] + list }

/// Positions of axes after a leading one has been added.
func shifted(_ axes: [Int]) -> [Int] { axes.map { $0 + 1 } }

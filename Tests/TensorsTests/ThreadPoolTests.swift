import CKernels
import Foundation
import XCTest

@testable import Tensors

final class ThreadPoolTests: XCTestCase {
  func testEveryElementOnceAndTheSameChunksForAnyCount() {
    var chunks: [Int: Set<Range<Int>>] = [:]
    for threads in [1, 2, 4] {
      let pool = ThreadPool(threads: threads)
      for count in [0, 1, 99, 100, 101, 5000] {
        let visits = UnsafeMutablePointer<Int>.allocate(capacity: count + 1)
        defer { visits.deallocate() }
        visits.initialize(repeating: 0, count: count + 1)
        for _ in 0..<20 { pool.parallelFor(count: count, grain: 100) { for i in $0 { visits[i] += 1 } } }
        XCTAssertTrue((0..<count).allSatisfy { visits[$0] == 20 })
      }
      let lock = NSLock()
      var seen = Set<Range<Int>>()
      pool.parallelFor(count: 1050, grain: 100) { range in
        lock.lock()
        seen.insert(range)
        lock.unlock()
      }
      chunks[threads] = seen
    }
    XCTAssertEqual(chunks[2]!.count, 11)
    XCTAssertEqual(chunks[2], chunks[4])
    XCTAssertEqual(chunks[1], chunks[4])
  }

  func testNestedAndConcurrentLoops() {
    let pool = ThreadPool(threads: 3)
    let sums = UnsafeMutablePointer<Int>.allocate(capacity: 64)
    defer { sums.deallocate() }
    sums.initialize(repeating: 0, count: 64)
    pool.parallelFor(count: 64, grain: 1) { outer in
      for i in outer { pool.parallelFor(count: 10, grain: 1) { for j in $0 { sums[i] += j } } }
    }
    XCTAssertTrue((0..<64).allSatisfy { sums[$0] == 45 })
    DispatchQueue.concurrentPerform(iterations: 4) { caller in
      for _ in 0..<200 { pool.parallelFor(count: 16, grain: 1) { for i in $0 { sums[caller * 16 + i] += 1 } } }
    }
    XCTAssertTrue((0..<64).allSatisfy { sums[$0] == 245 })
  }

  func testTheCountCanBeChanged() {
    let pool = ThreadPool(threads: 1)
    pool.threadCount = 3
    XCTAssertEqual(pool.threadCount, 3)
    var random = TestRandom(1)
    let x = tensor((0..<100_000).map { _ in Float.random(in: -3...3, using: &random) })
    var builder = RegionBuilder(count: 100_000)
    builder.store(builder.emit(PTB_TANH, .f32, builder.contiguous(.f32)))
    let region = builder.finish()
    let alone = Tensor(uninitialized: .f32, [100_000])
    let shared = Tensor(uninitialized: .f32, [100_000])
    region([x], into: [alone])
    pool.parallelFor(count: 100_000, grain: 777) { region([x], into: [shared], ranges: [$0]) }
    XCTAssertEqual(alone.bytes, shared.bytes)
  }
}

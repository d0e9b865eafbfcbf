import Tensors
import Testing

@testable import Interchange

struct CSVTests {
  private func table(_ text: String, _ change: (inout CSV.Options) -> Void = { _ in }) throws(FileError) -> Table {
    var options = CSV.Options()
    change(&options)
    return try CSV.decode(Array(text.utf8), path: "t.csv", options)
  }
  private func error(_ text: String, _ change: (inout CSV.Options) -> Void = { _ in }) throws -> FileError {
    try #require(failure { () throws(FileError) in try table(text, change) })
  }

  @Test func integersStayInt() throws {
    let table = try table("n,x\n1,1\n-2,2.5\n+3,1e3\n")
    #expect(table.columns.map(\.name) == ["n", "x"])
    #expect(table["n"]?.values.dtype == .int && table["n"]?.values.reals == [1, -2, 3])
    #expect(table["x"]?.values.dtype == .f64 && table["x"]?.values.reals == [1, 2.5, 1000])
    #expect(try table.matrix().shape == [3, 2])
    #expect(try table.matrix().reals == [1, 1, -2, 2.5, 3, 1000])
  }

  @Test(arguments: ["a,b\r\n1,2\r\n", "\u{FEFF}a,b\n1,2", "a,b\r1,2\r", "\n\na,b\n\n1,2\n\n", "\"a\",\"b\"\n\"1\", 2 \n"])
  func lineEndsAndMarksAreNotData(text: String) throws {
    let table = try table(text)
    #expect(table.columns.map(\.name) == ["a", "b"])
    #expect(table.rows == 1 && table.columns.map { $0.values.reals } == [[1], [2]])
    #expect(table.columns.allSatisfy { $0.values.dtype == .int })
  }

  @Test func headersAreTold() throws {
    #expect(try table("1,2\n3,4").columns.map(\.name) == ["c0", "c1"])
    #expect(try table("1,2\n3,4").rows == 2)
    #expect(try table("5.1,setosa\n4.9,setosa").rows == 2)
    #expect(try table("id,2019,2020\n7,1,2").columns.map(\.name) == ["id", "2019", "2020"])
    #expect(try table(",x\n0,5").columns.map(\.name) == ["c0", "x"])
    #expect(try table("1,2\n3,4") { $0.header = true }.columns.map(\.name) == ["1", "2"])
    #expect(try table("a\nb") { $0.header = false }.rows == 2)
    #expect(try table("a,b\n").rows == 0)
    #expect(try table("").columns.isEmpty)
  }

  @Test func missingValuesAreNaN() throws {
    let table = try table("a,b,c\n,1,x\nNA,,NA\n3,nan,y\n")
    #expect(table["a"]?.values.dtype == .f64)
    #expect(try #require(table["a"]).values.reals.map(\.isNaN) == [true, true, false])
    #expect(try #require(table["b"]).values.reals.map(\.isNaN) == [false, true, true])
    #expect(table["c"]?.levels == ["x", "y", "NA"] && table["c"]?.values.reals == [0, 2, 1])
    #expect(try self.table("a\n1\n\n3\n\n\n").columns[0].values.reals.map(\.isNaN) == [false, true, false])
  }

  @Test func textIsCategories() throws {
    let table = try table("kind,n\nb,1\n\"a, \"\"b\"\"\",2\nb,3\n")
    #expect(table["kind"]?.levels == ["a, \"b\"", "b"])
    #expect(table["kind"]?.values.reals == [1, 0, 1])
    #expect(failure { () throws(FileError) in try table.matrix() }?.message.contains("column 'kind' holds text") == true)
    let zip = try self.table("zip\n00501\nA1\n") { $0.text = ["zip"] }
    #expect(zip["zip"]?.levels == ["00501", "A1"])
  }

  @Test func raggedRowsNameTheLineAndBothCounts() throws {
    let error = try error("a,b\n\"x\ny\",2\n\n3\n")
    #expect(error.line == 5)
    #expect(error.message == "this line has 1 fields, but there are 2 columns")
    #expect(try self.error("a,b\n1;2\n").hint?.contains("separated by ';'") == true)
  }

  @Test func wrongCellsNameTheLineColumnAndText() throws {
    let numeric = try error("a,b\n1,2\n3,four\n")
    #expect(numeric.line == 3 && numeric.message == "\"four\" in column 'b' is not a number")
    let text = try error("a,b\n1,x\n3,4\n")
    #expect(text.line == 3 && text.message.contains("text from line 2") && text.message.contains("\"4\" is a number"))
    #expect(text.description.hasPrefix("t.csv:3: "))
  }

  @Test(arguments: ["a,b\n\"1,2\n", "a\n\"1\"2\n", "a,a\n1,2\n", "\u{0}\u{FFFD}\"\n\"", "a,b,c\n1\n"])
  func malformedTextIsAnError(text: String) throws { _ = try error(text) }

  @Test func otherEncodingsAreNamed() throws {
    let error = failure { () throws(FileError) in try CSV.decode([0xff, 0xfe, 0x31, 0], path: "t.csv") }
    #expect(error?.message.contains("UTF-16") == true)
    #expect(try self.error("a") { $0.delimiter = "é" }.message.contains("cannot separate"))
  }

  @Test func numbersAreCorrectlyRounded() throws {
    var generator = SeededGenerator(state: 7)
    for _ in 0..<20_000 {
      let value = Double(bitPattern: generator.next())
      guard value.isFinite else { continue }
      #expect(CSVCell(Array(value.description.utf8)[...]) == .real(value))
      let short = "\(Int.random(in: -99999...99999, using: &generator)).\(UInt32.random(in: 0...99999, using: &generator))"
      #expect(CSVCell(Array(short.utf8)[...]) == .real(Double(short)!))
    }
  }

  @Test(arguments: [
    ("9223372036854775807", CSVCell.int(.max)), ("-9223372036854775808", .int(.min)), ("9223372036854775808", .real(0x1p63)),
    ("1.", .real(1)), (".5", .real(0.5)), ("1.00000000000000000000000", .real(1)), ("1e400", .real(.infinity)), ("1e-400", .real(0)),
    ("-0", .real(-0.0)), ("-inf", .real(-.infinity)), (".", .text), ("e5", .text), ("1e", .text), ("0x10", .text), ("1_000", .text),
    ("--1", .text), ("1 2", .text), ("", .missing), ("NA", .missing), ("na", .text), ("NaN", .missing),
    ("12345678901234567890123.", .real(1.2345678901234568e22)),
    ("0e99999999999999999999", .real(0)),
  ])
  func cells(text: String, cell: CSVCell) { #expect(CSVCell(Array(text.utf8)[...]) == cell) }
}

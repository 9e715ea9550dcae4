import Evaluation
import Testing

@Suite("CSV table") struct CSVTableTests {
    @Test("reads quotes, commas, line ends of every kind and a byte order mark")
    func reads() throws {
        let text =
            "\u{FEFF}file,note,box\r\n\"a,b.jpg\",\"said \"\"hi\"\"\nand left\",1 2 3 4\n\nc.jpg,,\rd.jpg\r\n"
        let table = try CSVTable(reading: text)
        #expect(table.columns == ["file", "note", "box"])
        #expect(
            table.rows == [
                ["a,b.jpg", "said \"hi\"\nand left", "1 2 3 4"], ["c.jpg", "", ""], ["d.jpg"],
            ])
        #expect(CSVTable.field(try table.column("box"), of: table.rows[2]) == "")
    }

    @Test("keeps a quoted empty line, drops a bare one")
    func emptyLines() throws {
        #expect(try CSVTable(reading: "a\n\"\"\n\nx").rows == [[""], ["x"]])
    }

    @Test("says what is wrong")
    func refuses() {
        #expect(throws: CSVError.empty) { try CSVTable(reading: "\n\n") }
        #expect(throws: CSVError.openQuote) { try CSVTable(reading: "a,b\n\"x,1") }
        #expect(throws: CSVError.tooManyFields(row: 2)) { try CSVTable(reading: "a,b\n1,2\n1,2,3") }
        #expect(throws: CSVError.noColumn("box")) { try CSVTable(reading: "a,b").column("box") }
    }
}

import Domain
import Evaluation
import Testing

@testable import Darkroom

private let groups = Product.root + "/../shared/groups"

@Suite("Group photos counted by eye", .serialized) struct GroupPhotoTests {
    @Test(
        "standard finds every clear face, and nothing that is none",
        .enabled(
            if: RealLab.isReady && RealLab.exists(groups + "/truth.csv"),
            "needs the open pack and ../shared/groups"))
    func counts() throws {
        let table = try CSVTable(
            reading: String(decoding: try RealLab.bytes(of: groups + "/truth.csv"), as: UTF8.self))
        let (file, clear, most) = (
            try table.column("file"), try table.column("clear"), try table.column("at_most")
        )
        let lab = try RealLab()
        #expect(table.rows.count >= 9)
        for row in table.rows {
            let name = CSVTable.field(file, of: row)
            let count = try lab.develop(file: "\(groups)/\(name)").faces.count
            let least = try #require(Int(CSVTable.field(clear, of: row)))
            let limit = try #require(Int(CSVTable.field(most, of: row)))
            #expect((least...limit).contains(count), "\(name): \(count) faces")
        }
    }
}

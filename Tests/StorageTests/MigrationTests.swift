import Domain
import Storage
import TestSupport
import Testing

@Suite("Migrations", .timeLimit(.minutes(1))) struct MigrationTests {
    private let scratch: ScratchFolder
    private var path: DiskPath { DiskPath(scratch.path(of: "base.sqlite")) }

    private let first = Migration(1, "things", ["CREATE TABLE things (number BIGINT)"])
    private let second = Migration(
        2, "names", ["ALTER TABLE things ADD COLUMN name TEXT", "UPDATE things SET name = 'n' || number"])

    init() throws { scratch = try ScratchFolder() }

    @Test("run once each, in their order, and are written down with their moment")
    func order() async throws {
        let database = try await SQLiteDatabase.open(path)
        try await database.migrate(through: [first], at: 5)
        try await database.migrate(through: [first, second], at: 6)
        try await database.migrate(through: [first, second], at: 7)
        #expect(try await steps(of: database) == ["1 things 5", "2 names 6"])
    }

    @Test("of a database with data in it leave a copy of its earlier state, for its owner only")
    func copy() async throws {
        let database = try await SQLiteDatabase.open(path)
        try await database.migrate(through: [first], at: 5)
        #expect(try scratch.names().filter { $0.contains("version") } == [])
        try await database.write { session throws(StorageError) in
            try session.execute("INSERT INTO things VALUES (42)")
        }
        try await database.migrate(through: [first, second], at: 6)
        #expect(try scratch.names().filter { $0.contains("version") } == ["base.sqlite.version-1"])
        #expect(scratch.permissions(of: "base.sqlite.version-1") == 0o600)
        let copy = try await SQLiteDatabase.open(path.with(ending: ".version-1"))
        #expect(try await steps(of: copy) == ["1 things 5"])
        let numbers = try await copy.read { session throws(StorageError) in
            try session.rows("SELECT * FROM things") { row throws(StorageError) in row.value(0) }
        }
        #expect(numbers == [.integer(42)])
        let names = try await database.read { session throws(StorageError) in
            try session.rows("SELECT name FROM things") { row throws(StorageError) in try row.text(0) }
        }
        #expect(names == ["n42"])
    }

    @Test("that fail change nothing, and can be tried again after a half-finished copy")
    func failure() async throws {
        let database = try await SQLiteDatabase.open(path)
        try await database.migrate(through: [first], at: 5)
        let broken = Migration(
            2, "broken", ["CREATE TABLE more (number BIGINT)", "CREATE TABLE more (number BIGINT)"])
        await #expect(throws: StorageError.self) {
            try await database.migrate(through: [first, broken], at: 6)
        }
        #expect(try await steps(of: database) == ["1 things 5"])
        try scratch.write("base.sqlite.version-1.unfinished", "half a copy")
        try await database.migrate(through: [first, second], at: 6)
        #expect(try await steps(of: database) == ["1 things 5", "2 names 6"])
        #expect(!(try scratch.names().contains { $0.contains("unfinished") }))
    }

    @Test("of two programs that start at once run once")
    func together() async throws {
        let path = path
        try await withThrowingDiscardingTaskGroup { group in
            for _ in 0..<6 {
                group.addTask {
                    let database = try await SQLiteDatabase.open(path)
                    try await database.migrate(through: [first, second], at: 5)
                }
            }
        }
        #expect(try await steps(of: SQLiteDatabase.open(path)) == ["1 things 5", "2 names 5"])
    }

    private func steps(of database: any Database) async throws(StorageError) -> [String] {
        try await database.read { session throws(StorageError) in
            try session.rows("SELECT number, name, applied_at FROM migrations ORDER BY number") {
                row throws(StorageError) in
                "\(try row.integer(0)) \(try row.text(1)) \(try row.integer(2))"
            }
        }
    }
}

import Domain
import Storage
import TestSupport
import Testing

@Suite("Migrations", .timeLimit(.minutes(10))) struct MigrationTests {
    private let first = Migration(1, "things", ["CREATE TABLE things (number BIGINT)"])
    private let second = Migration(
        2, "names", ["ALTER TABLE things ADD COLUMN name TEXT", "UPDATE things SET name = 'n' || number"])

    @Test(
        "run once each, in their order, and are written down with their moment",
        arguments: DatabaseKind.available)
    func order(kind: DatabaseKind) async throws {
        let base = try await TestDatabase(kind)
        let database = base.database
        try await database.migrate(through: [first], at: 5)
        try await database.migrate(through: [first, second], at: 6)
        try await database.migrate(through: [first, second], at: 7)
        #expect(try await steps(of: database) == ["1 things 5", "2 names 6"])
    }

    @Test("of a database with data in it leave a copy of its earlier state, for its owner only")
    func copy() async throws {
        let base = try await TestDatabase(.sqlite)
        let (database, scratch) = (base.database, base.scratch)
        try await database.migrate(through: [first], at: 5)
        #expect(try scratch.names().filter { $0.contains("version") } == [])
        try await database.write { session throws(StorageError) in
            try session.execute("INSERT INTO things VALUES (42)")
        }
        try await database.migrate(through: [first, second], at: 6)
        #expect(try scratch.names().filter { $0.contains("version") } == ["pool.sqlite.version-1"])
        #expect(scratch.permissions(of: "pool.sqlite.version-1") == 0o600)
        let copy = try await SQLiteDatabase.open(DiskPath(base.address + ".version-1"))
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

    @Test(
        "that fail change nothing, and can be tried again after a half-finished copy",
        arguments: DatabaseKind.available)
    func failure(kind: DatabaseKind) async throws {
        let base = try await TestDatabase(kind)
        let (database, scratch) = (base.database, base.scratch)
        try await database.migrate(through: [first], at: 5)
        let broken = Migration(
            2, "broken", ["CREATE TABLE more (number BIGINT)", "CREATE TABLE more (number BIGINT)"])
        await #expect(throws: StorageError.self) {
            try await database.migrate(through: [first, broken], at: 6)
        }
        #expect(try await steps(of: database) == ["1 things 5"])
        if kind == .sqlite { try scratch.write("pool.sqlite.version-1.unfinished", "half a copy") }
        try await database.migrate(through: [first, second], at: 6)
        #expect(try await steps(of: database) == ["1 things 5", "2 names 6"])
        #expect(!(try scratch.names().contains { $0.contains("unfinished") }))
    }

    @Test("of a newer program are left alone", arguments: DatabaseKind.available)
    func newer(kind: DatabaseKind) async throws {
        let base = try await TestDatabase(kind)
        try await base.database.migrate(through: [first], at: 5)
        try await base.database.write { session throws(StorageError) in
            try session.execute("INSERT INTO migrations VALUES (99, 'of tomorrow', 6)")
        }
        await #expect(throws: StorageError.newerThanProgram(version: 99, known: 2)) {
            try await base.database.migrate(through: [first, second], at: 7)
        }
        let newer = PoolError.storage(.newerThanProgram(version: 99, known: Int64(Schema.steps.count)))
        await #expect(throws: newer) {
            _ = try await Pool.open(base.database, vault: MemoryVault())
        }
        #expect(try await steps(of: base.database) == ["1 things 5", "99 of tomorrow 6"])
        #expect(try !base.scratch.names().contains { $0.contains("version") })
    }

    @Test("of programs that start at once run once", arguments: DatabaseKind.available)
    func together(kind: DatabaseKind) async throws {
        let base = try await TestDatabase(kind)
        try await withThrowingDiscardingTaskGroup { group in
            for _ in 0..<6 {
                group.addTask {
                    try await base.open().migrate(through: [first, second], at: 5)
                }
            }
        }
        #expect(try await steps(of: base.database) == ["1 things 5", "2 names 5"])
    }

    @Test("of programs that find an old database at once run once", arguments: DatabaseKind.available)
    func togetherOnOld(kind: DatabaseKind) async throws {
        let base = try await TestDatabase(kind)
        try await base.database.migrate(through: [first], at: 5)
        try await withThrowingDiscardingTaskGroup { group in
            for _ in 0..<4 {
                group.addTask { try await base.open().migrate(through: [first, second], at: 6) }
            }
        }
        #expect(try await steps(of: base.database) == ["1 things 5", "2 names 6"])
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

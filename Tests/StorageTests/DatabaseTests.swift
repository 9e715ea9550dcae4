import Domain
import Storage
import TestSupport
import Testing

@Suite("Database", .timeLimit(.minutes(1))) struct DatabaseTests {
    private let scratch: ScratchFolder
    private let database: any Database

    init() async throws {
        scratch = try ScratchFolder()
        database = try await SQLiteDatabase.open(DiskPath(scratch.path(of: "test.sqlite")))
        try await database.write { session throws(StorageError) in
            try session.execute(
                "CREATE TABLE things (number BIGINT PRIMARY KEY, word TEXT, bytes BYTEA, size DOUBLE PRECISION)"
            )
        }
    }

    @Test("binds parameters by their number, in whatever order they stand")
    func parameters() async throws {
        let answer = try await database.read { session throws(StorageError) in
            try session.firstRow("SELECT $2, $1, $2, $3", [.text("one"), .text("two"), .integer(3)]) {
                row throws(StorageError) in
                [row.value(0), row.value(1), row.value(2), row.value(3)]
            }
        }
        #expect(answer == [.text("two"), .text("one"), .text("two"), .integer(3)])
    }

    @Test(
        "gives back what it was given",
        arguments: [
            .null, .integer(Int64.min), .integer(Int64.max), .integer(0), .text(""), .text("a\u{0}b 写"),
            .blob([]), .blob([0, 255, 7]), .real(0.1), .real(-0.0), .real(5),
        ] as [DatabaseValue])
    func values(value: DatabaseValue) async throws {
        let answer = try await database.read { session throws(StorageError) in
            try session.firstRow("SELECT $1", [value]) { row throws(StorageError) in row.value(0) }
        }
        #expect(answer == value)
    }

    @Test("keeps a column's kind through its table")
    func columns() async throws {
        let values: [DatabaseValue] = [.integer(1), .text("5"), .blob(Array("5".utf8)), .real(5)]
        let answer = try await database.write { session throws(StorageError) in
            try session.execute("INSERT INTO things VALUES ($1, $2, $3, $4)", values)
            return try session.firstRow("SELECT * FROM things") { row throws(StorageError) in
                (0..<4).map { row.value($0) }
            }
        }
        #expect(answer == values)
    }

    @Test("calls a column of another kind damaged")
    func wrongKind() async throws {
        await #expect(throws: StorageError.damaged) {
            try await database.read { session throws(StorageError) in
                _ = try session.rows("SELECT 'word'") { row throws(StorageError) in try row.integer(0) }
            }
        }
    }

    @Test("undoes a unit of work that fails, and works on")
    func rollback() async throws {
        await #expect(throws: StorageError.conflict) {
            try await database.write { session throws(StorageError) in
                try session.execute("INSERT INTO things (number) VALUES (1)")
                try session.execute("INSERT INTO things (number) VALUES (1)")
            }
        }
        #expect(try await count() == 0)
        try await database.write { session throws(StorageError) in
            #expect(try session.execute("INSERT INTO things (number) VALUES (1), (2)") == 2)
        }
        #expect(try await count() == 2)
    }

    @Test("holds rows to what they refer to")
    func foreignKeys() async throws {
        try await database.write { session throws(StorageError) in
            try session.execute("CREATE TABLE parts (thing BIGINT REFERENCES things (number))")
        }
        await #expect(throws: StorageError.conflict) {
            try await database.write { session throws(StorageError) in
                try session.execute("INSERT INTO parts VALUES (77)")
            }
        }
    }

    @Test("shows readers the state before a write that goes on, and does not make them wait")
    func readersBesideWriter() async throws {
        let database = database
        // The write cannot end before two reads have: each waits for the other's turn.
        let (signal, written) = AsyncStream.makeStream(of: Void.self)
        let seen = Gate()
        async let write: Void = database.write { session throws(StorageError) in
            try session.execute("INSERT INTO things (number) VALUES (1)")
            written.finish()
            seen.wait()
        }
        for await _ in signal {}
        async let first = count()
        async let second = count()
        let counts = try await [first, second]
        seen.open()
        try await write
        #expect(counts == [0, 0])
        #expect(try await count() == 1)
    }

    @Test("does not let a reader write")
    func readersOnlyRead() async throws {
        await #expect(throws: StorageError.readOnly) {
            try await database.read { session throws(StorageError) in
                try session.execute("INSERT INTO things (number) VALUES (1)")
            }
        }
    }

    @Test("overwrites what is deleted")
    func forgets() async throws {
        let secret = Array("a very secret face".utf8)
        // Closing moves everything from the log into the file, so each step has a database of its own.
        try await alone("secret.sqlite") { database in
            try await database.write { session throws(StorageError) in
                try session.execute("CREATE TABLE secrets (bytes BYTEA)")
                try session.execute("INSERT INTO secrets VALUES ($1)", [.blob(secret)])
            }
        }
        #expect(contains(try scratch.read("secret.sqlite"), secret), "it was in the file")
        try await alone("secret.sqlite") { database in
            _ = try await database.write { session throws(StorageError) in
                try session.execute("DELETE FROM secrets")
            }
        }
        #expect(!contains(try scratch.read("secret.sqlite"), secret))
    }

    @Test("lets two programs read and then write in turn, and loses no step of either")
    func twoWriters() async throws {
        let path = DiskPath(scratch.path(of: "test.sqlite"))
        try await database.write { session throws(StorageError) in
            try session.execute("INSERT INTO things (number, size) VALUES (1, 0)")
        }
        try await withThrowingDiscardingTaskGroup { group in
            for _ in 0..<2 {
                group.addTask {
                    let database = try await SQLiteDatabase.open(path)
                    for _ in 0..<100 {
                        try await database.write { session throws(StorageError) in
                            let size = try session.firstRow("SELECT size FROM things") {
                                row throws(StorageError) in
                                try row.real(0)
                            }
                            try session.execute("UPDATE things SET size = $1", [.real((size ?? 0) + 1)])
                        }
                    }
                }
            }
        }
        let size = try await database.read { session throws(StorageError) in
            try session.firstRow("SELECT size FROM things") { row throws(StorageError) in try row.real(0) }
        }
        #expect(size == 200)
    }

    /// Lends a database and waits until it is closed, which takes its log away.
    private func alone(_ name: String, _ work: (SQLiteDatabase) async throws -> Void) async throws {
        try await work(SQLiteDatabase.open(DiskPath(scratch.path(of: name))))
        while try scratch.names().contains(name + "-wal") { await Task.yield() }
    }

    private func count() async throws(StorageError) -> Int64? {
        try await database.read { session throws(StorageError) in
            try session.firstRow("SELECT count(*) FROM things") { row throws(StorageError) in
                try row.integer(0)
            }
        }
    }
}

func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
    bytes.indices.contains { bytes[$0...].starts(with: part) }
}

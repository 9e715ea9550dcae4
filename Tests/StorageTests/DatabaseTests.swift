import Domain
import Glibc
import Storage
import TestSupport
import Testing

@Suite("Database", .timeLimit(.minutes(10))) struct DatabaseTests {
    @Test("binds parameters by their number, in whatever order they stand", arguments: DatabaseKind.available)
    func parameters(kind: DatabaseKind) async throws {
        let answer = try await TestDatabase(kind).database.read { session throws(StorageError) in
            try session.firstRow("SELECT $2, $1, $2, $3", [.text("one"), .text("two"), .integer(3)]) {
                row throws(StorageError) in
                [row.value(0), row.value(1), row.value(2), row.value(3)]
            }
        }
        #expect(answer == [.text("two"), .text("one"), .text("two"), .integer(3)])
    }

    @Test("gives back what it was given", arguments: DatabaseKind.available)
    func values(kind: DatabaseKind) async throws {
        let values: [DatabaseValue] = [
            .null, .integer(Int64.min), .integer(Int64.max), .integer(0), .integer(-1), .text(""),
            .text("a 写 e\u{301}"),
            .blob([]), .blob([0, 255, 7]), .real(0.1), .real(-0.0), .real(5), .real(.infinity),
            .real(.leastNonzeroMagnitude), .real(.greatestFiniteMagnitude),
        ]
        let base = try await TestDatabase(kind)
        for value in values {
            let answer = try await base.database.read { session throws(StorageError) in
                try session.firstRow("SELECT $1", [value]) { row throws(StorageError) in row.value(0) }
            }
            #expect(answer == value)
        }
    }

    @Test("keeps a column's kind through its table", arguments: DatabaseKind.available)
    func columns(kind: DatabaseKind) async throws {
        let values: [DatabaseValue] = [.integer(1), .text("5"), .blob(Array("5".utf8)), .real(5)]
        let base = try await things(kind)
        let answer = try await base.database.write { session throws(StorageError) in
            try session.execute("INSERT INTO things VALUES ($1, $2, $3, $4)", values)
            return try session.firstRow("SELECT * FROM things") { row throws(StorageError) in
                (0..<4).map { row.value($0) }
            }
        }
        #expect(answer == values)
    }

    @Test("keeps the whole range of numbers, and adds up across it", arguments: DatabaseKind.available)
    func extremes(kind: DatabaseKind) async throws {
        let base = try await things(kind)
        let answer = try await base.database.write { session throws(StorageError) in
            for number in [Int64.min, Int64.max, 0] {
                try session.execute("INSERT INTO things (number) VALUES ($1)", [.integer(number)])
            }
            return try session.rows("SELECT number FROM things ORDER BY number") { row throws(StorageError) in
                try row.integer(0)
            }
        }
        #expect(answer == [.min, 0, .max])
    }

    @Test("calls a column of another kind damaged", arguments: DatabaseKind.available)
    func wrongKind(kind: DatabaseKind) async throws {
        let base = try await TestDatabase(kind)
        await #expect(throws: StorageError.damaged) {
            try await base.database.read { session throws(StorageError) in
                _ = try session.rows("SELECT 'word'") { row throws(StorageError) in try row.integer(0) }
            }
        }
    }

    @Test("undoes a unit of work that fails, and works on", arguments: DatabaseKind.available)
    func rollback(kind: DatabaseKind) async throws {
        let base = try await things(kind)
        await #expect(throws: StorageError.conflict) {
            try await base.database.write { session throws(StorageError) in
                try session.execute("INSERT INTO things (number) VALUES (1)")
                try session.execute("INSERT INTO things (number) VALUES (1)")
            }
        }
        #expect(try await count(base.database) == 0)
        try await base.database.write { session throws(StorageError) in
            #expect(try session.execute("INSERT INTO things (number) VALUES (1), (2)") == 2)
            #expect(try session.execute("UPDATE things SET size = 1 WHERE number > 5") == 0)
            #expect(try session.execute("DELETE FROM things WHERE number = 2") == 1)
        }
        #expect(try await count(base.database) == 1)
    }

    @Test("holds rows to what they refer to", arguments: DatabaseKind.available)
    func foreignKeys(kind: DatabaseKind) async throws {
        let base = try await things(kind)
        try await base.database.write { session throws(StorageError) in
            try session.execute("CREATE TABLE parts (thing BIGINT REFERENCES things (number))")
        }
        await #expect(throws: StorageError.conflict) {
            try await base.database.write { session throws(StorageError) in
                try session.execute("INSERT INTO parts VALUES (77)")
            }
        }
    }

    @Test(
        "shows readers the state before a write that goes on, and does not make them wait",
        arguments: DatabaseKind.available)
    func readersBesideWriter(kind: DatabaseKind) async throws {
        let base = try await things(kind)
        let database = base.database
        // The write cannot end before two reads have: each waits for the other's turn.
        let (signal, written) = AsyncStream.makeStream(of: Void.self)
        let seen = Gate()
        async let write: Void = database.write { session throws(StorageError) in
            try session.execute("INSERT INTO things (number) VALUES (1)")
            written.finish()
            seen.wait()
        }
        for await _ in signal {}
        async let first = count(database)
        async let second = count(database)
        let counts = try await [first, second]
        seen.open()
        try await write
        #expect(counts == [0, 0])
        #expect(try await count(database) == 1)
    }

    @Test("shows a reader one state, whatever is committed beside it", arguments: DatabaseKind.available)
    func oneState(kind: DatabaseKind) async throws {
        let base = try await things(kind)
        let database = base.database
        let (signal, looked) = AsyncStream.makeStream(of: Void.self)
        let committed = Gate()
        async let counts = database.read { session throws(StorageError) in
            let before = try session.firstRow(Self.counting) { row throws(StorageError) in try row.integer(0)
            }
            looked.finish()
            committed.wait()
            let after = try session.firstRow(Self.counting) { row throws(StorageError) in try row.integer(0) }
            return [before, after]
        }
        for await _ in signal {}
        try await database.write { session throws(StorageError) in
            try session.execute("INSERT INTO things (number) VALUES (1)")
        }
        committed.open()
        #expect(try await counts == [0, 0])
    }

    @Test("does not let a reader write", arguments: DatabaseKind.available)
    func readersOnlyRead(kind: DatabaseKind) async throws {
        let base = try await things(kind)
        await #expect(throws: StorageError.readOnly) {
            try await base.database.read { session throws(StorageError) in
                try session.execute("INSERT INTO things (number) VALUES (1)")
            }
        }
    }

    @Test(
        "lets two programs lock a row, read and then write in turn, and loses no step of either",
        arguments: DatabaseKind.available)
    func twoWriters(kind: DatabaseKind) async throws {
        let base = try await things(kind)
        try await base.database.write { session throws(StorageError) in
            try session.execute("INSERT INTO things (number, size) VALUES (1, 0)")
        }
        try await withThrowingDiscardingTaskGroup { group in
            for _ in 0..<2 {
                group.addTask {
                    let database = try await base.open()
                    for _ in 0..<100 {
                        try await database.write { session throws(StorageError) in
                            let size = try session.firstRow("SELECT size FROM things FOR UPDATE") {
                                row throws(StorageError) in
                                try row.real(0)
                            }
                            try session.execute("UPDATE things SET size = $1", [.real((size ?? 0) + 1)])
                        }
                    }
                }
            }
        }
        let size = try await base.database.read { session throws(StorageError) in
            try session.firstRow("SELECT size FROM things") { row throws(StorageError) in try row.real(0) }
        }
        #expect(size == 200)
    }

    private static let counting = "SELECT count(*) FROM things"

    private func count(_ database: any Database) async throws(StorageError) -> Int64? {
        try await database.read { session throws(StorageError) in
            try session.firstRow(Self.counting) { row throws(StorageError) in try row.integer(0) }
        }
    }
}

/// A database with one table of every kind of column.
func things(_ kind: DatabaseKind) async throws -> TestDatabase {
    let base = try await TestDatabase(kind)
    try await base.database.write { session throws(StorageError) in
        try session.execute(
            "CREATE TABLE things (number BIGINT PRIMARY KEY, word TEXT, bytes BYTEA, size DOUBLE PRECISION)")
    }
    return base
}

func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { bytes in
        part.withUnsafeBytes { part in
            guard let start = bytes.baseAddress, let wanted = part.baseAddress else { return part.isEmpty }
            var place = 0
            while place + part.count <= bytes.count,
                let found = memchr(start + place, Int32(part[0]), bytes.count - part.count - place + 1)
            {
                if memcmp(found, wanted, part.count) == 0 { return true }
                place = UnsafeRawPointer(found) - start + 1
            }
            return false
        }
    }
}

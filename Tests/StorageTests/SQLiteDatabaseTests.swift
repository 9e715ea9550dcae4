import Domain
import TestSupport
import Testing

@testable import Storage

/// What only the driver of files promises.
@Suite("SQLite's database", .timeLimit(.minutes(10))) struct SQLiteDatabaseTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

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

    @Test("keeps a zero byte inside a text")
    func zeroByte() async throws {
        let database = try await SQLiteDatabase.open(DiskPath(scratch.path(of: "zero.sqlite")))
        let answer = try await database.read { session throws(StorageError) in
            try session.firstRow("SELECT $1", [.text("a\u{0}b")]) { row throws(StorageError) in
                try row.text(0)
            }
        }
        #expect(answer == "a\u{0}b")
    }

    @Test("waits for the disk at a commit that is promised, and not at one that can be worked out again")
    func durability() async throws {
        let database = try await SQLiteDatabase.open(DiskPath(scratch.path(of: "promise.sqlite")))
        for (durability, level) in [
            (.promised, 2), (.repeatable, 1), (.repeatable, 1), (.promised, 2),
        ] as [(Durability, Int64)] {
            let found = try await database.write(durability) { session throws(StorageError) in
                try session.firstRow("PRAGMA synchronous") { row throws(StorageError) in try row.integer(0) }
            }
            #expect(found == level)
        }
    }

    @Test("glances at what was written a moment ago, from many sides at once, and changes nothing")
    func glances() async throws {
        let database = try await SQLiteDatabase.open(DiskPath(scratch.path(of: "glance.sqlite")))
        try await database.write { session throws(StorageError) in
            try session.execute("CREATE TABLE numbers (number INTEGER NOT NULL)")
            try session.execute("INSERT INTO numbers VALUES (0)")
        }
        let query = "SELECT number FROM numbers"
        for number in 1...20 {
            try await database.write { session throws(StorageError) in
                try session.execute("UPDATE numbers SET number = $1", [.integer(number)])
            }
            try await withThrowingTaskGroup(of: Int64?.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await database.glance { session throws(StorageError) in
                            try session.firstRow(query) { row throws(StorageError) in try row.integer(0) }
                        }
                    }
                }
                for try await found in group { #expect(found == Int64(number)) }
            }
        }
        await #expect(throws: StorageError.self) {
            try await database.glance { session throws(StorageError) in
                try session.execute("UPDATE numbers SET number = 0")
            }
        }
    }

    @Test("glances by nobody's turn but its own")
    func glanceTaken() throws {
        let path = DiskPath(scratch.path(of: "taken.sqlite"))
        try SQLiteFile.createIfMissing(path)
        let glance = SQLiteGlance(try SQLiteSession(opening: path, flags: 2))
        var inner = true
        let outer = try glance.read { _ throws(StorageError) in inner = try glance.read { _ in } }
        #expect(outer && !inner, "it is taken")
        #expect(try glance.read { _ in })
        glance.close()
        #expect(try !glance.read { _ in })
    }

    @Test(
        "holds its look at a file while nobody commits, and lets go of it for whoever writes, or after a moment"
    )
    func glanceHeld() async throws {
        let path = DiskPath(scratch.path(of: "held.sqlite"))
        let database = try await SQLiteDatabase.open(path)
        try await database.write { session throws(StorageError) in
            try session.execute("CREATE TABLE numbers (number INTEGER NOT NULL)")
            try session.execute("INSERT INTO numbers VALUES (0)")
        }
        let writes = WritesInHand()
        let glance = SQLiteGlance(try SQLiteSession(opening: path, flags: 2), writes)
        func number() throws -> Int64? {
            var number: Int64?
            func look() throws -> Bool {
                try glance.read { session throws(StorageError) in
                    number = try session.firstRow("SELECT number FROM numbers") {
                        row throws(StorageError) in try row.integer(0)
                    }
                }
            }
            // Whoever comes by to end a look has the glance for an instant.
            while try !look() {}
            return number
        }
        func write(_ number: Int64) async throws {
            try await database.write { session throws(StorageError) in
                try session.execute("UPDATE numbers SET number = $1", [.integer(number)])
            }
        }
        #expect(try number() == 0)
        // As another program would: this database knows nothing of that glance.
        for next in 1...20 as ClosedRange<Int64> {
            #expect(try number() == next - 1)
            #expect(try number() == next - 1)
            try await write(next)
        }
        #expect(try number() == 20)
        // Whoever empties the log has to wait for those who hold a look at it.
        let writer = try SQLiteSession(opening: path, flags: 2)
        func isEmptied() throws -> Bool {
            try writer.firstRow("PRAGMA wal_checkpoint(TRUNCATE)") { row throws(StorageError) in
                try row.integer(0) == 0
            } ?? false
        }
        // On a busy machine the moment may be over before that.
        func isHeld() async throws -> Bool {
            for next in 21...120 as ClosedRange<Int64> {
                try await write(next)
                #expect(try number() == next)
                if try !isEmptied() { return true }
            }
            return false
        }
        #expect(try await isHeld())
        glance.letGo()
        #expect(try isEmptied())
        #expect(try await isHeld())
        var isEnded = false
        for _ in 0..<600 where !isEnded {
            try await Task.sleep(for: .milliseconds(50))
            isEnded = try isEmptied()
        }
        #expect(isEnded, "nobody has asked for a while")
        writes.begin()
        try await write(200)
        #expect(try number() == 200 && number() == 200 && isEmptied(), "somebody is about to write")
        writes.end()
        glance.close()
    }

    @Test("keeps its log short, however many glance at it meanwhile")
    func glancedLog() async throws {
        let path = DiskPath(scratch.path(of: "busy.sqlite"))
        let database = try await SQLiteDatabase.open(path)
        try await database.write { session throws(StorageError) in
            try session.execute("CREATE TABLE texts (number INTEGER PRIMARY KEY, text TEXT NOT NULL)")
            try session.execute("INSERT INTO texts VALUES (1, '')")
        }
        let text = String(repeating: "a", count: 12_000)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while !Task.isCancelled {
                    try await database.glance { session throws(StorageError) in
                        _ = try session.firstRow("SELECT number FROM texts") { _ in true }
                    }
                    await Task.yield()
                }
            }
            for number in 0..<2000 {
                try await database.write(.repeatable) { session throws(StorageError) in
                    try session.execute("UPDATE texts SET text = $1", [.text(text + String(number))])
                }
            }
            group.cancelAll()
            try await group.waitForAll()
        }
        // Some 2000 times four pages of four kilobytes went through it.
        let log = try scratch.read("busy.sqlite-wal").count
        #expect(log < 16 << 20, "\(log)")
    }

    @Test("removes the file of a dispatcher that is dead")
    func staleOwner() async throws {
        let database = try await SQLiteDatabase.open(DiskPath(scratch.path(of: "base.sqlite")))
        let owner = OwnerID(at: 1)
        let path = "base.sqlite.owners/" + owner.text
        try scratch.write(path, "")
        #expect(try await !database.isAlive(owner))
        #expect(try scratch.names(in: "base.sqlite.owners") == [])
    }

    /// Lends a database and waits until it is closed, which takes its log away.
    private func alone(_ name: String, _ work: (SQLiteDatabase) async throws -> Void) async throws {
        try await work(SQLiteDatabase.open(DiskPath(scratch.path(of: name))))
        while try scratch.names().contains(name + "-wal") { await Task.yield() }
    }
}

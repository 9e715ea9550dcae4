import Domain
import Storage
import Synchronization
import TestSupport
import Testing

@Suite(
    "A connection to PostgreSQL",
    .enabled(if: DatabaseKind.server != nil, "LIKENESS_TEST_POSTGRES names no server"),
    .timeLimit(.minutes(10)))
struct PostgresConnectionTests {
    @Test("that was ended between two units of work is made anew")
    func endedBetween() async throws {
        let base = try await things(.postgres)
        let alone = try await PostgresDatabase.open(base.address, one)
        for number in 1...3 {
            let backend = try await alone.write { session throws(StorageError) in
                try session.execute("INSERT INTO things (number) VALUES ($1)", [.integer(number)])
                return try session.firstRow(Self.ownBackend) { row throws(StorageError) in try row.integer(0)
                }
            }
            try await end(backend, from: base.database)
        }
        #expect(try await numbers(base.database) == [1, 2, 3])
    }

    @Test("that is ended inside a unit of work has it run anew once, with one effect")
    func endedInside() async throws {
        let base = try await things(.postgres)
        let alone = try await PostgresDatabase.open(base.address, one)
        let runs = Mutex(0)
        try await alone.write { session throws(StorageError) in
            let run = runs.withLock { runs in
                runs += 1
                return runs
            }
            try session.execute("INSERT INTO things (number) VALUES (1)")
            if run == 1 { try session.execute("SELECT pg_terminate_backend(pg_backend_pid())") }
            try session.execute("INSERT INTO things (number) VALUES (2)")
        }
        #expect(runs.withLock { $0 } == 2)
        #expect(try await numbers(base.database) == [1, 2])
    }

    @Test("that every run of a unit of work ends is given up in the end")
    func endedAlways() async throws {
        let base = try await things(.postgres)
        var settings = one
        settings.mostRuns = 3
        let runs = Mutex(0)
        let alone = try await PostgresDatabase.open(base.address, settings)
        await #expect(throws: StorageError.unreachable) {
            try await alone.write { session throws(StorageError) in
                runs.withLock { $0 += 1 }
                try session.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            }
        }
        #expect(runs.withLock { $0 } == 3)
        try await alone.read { _ in () }
    }

    @Test("that is ended while it commits says so, and nothing is run twice")
    func endedAtCommit() async throws {
        let base = try await things(.postgres)
        try await base.database.write { session throws(StorageError) in
            try session.execute(
                """
                CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$
                """)
            try session.execute(
                """
                CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON things DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW WHEN (NEW.number = 7) EXECUTE FUNCTION die()
                """)
        }
        let runs = Mutex(0)
        await #expect(throws: StorageError.unreachable) {
            try await base.database.write { session throws(StorageError) in
                runs.withLock { $0 += 1 }
                try session.execute("INSERT INTO things (number) VALUES (7)")
            }
        }
        #expect(runs.withLock { $0 } == 1)
        #expect(try await numbers(base.database) == [])
    }

    @Test("stops a statement that takes too long, and works on")
    func limit() async throws {
        let base = try await things(.postgres)
        var settings = one
        settings.statementLimit = .milliseconds(100)
        let alone = try await PostgresDatabase.open(base.address, settings)
        await #expect(throws: StorageError.tookTooLong) {
            try await alone.write { session throws(StorageError) in
                try session.execute("INSERT INTO things (number) VALUES (1)")
                try session.execute("SELECT pg_sleep(20)")
            }
        }
        #expect(try await numbers(alone) == [])
        // Work on the schema takes as long as it takes, and only that.
        try await alone.write { session throws(StorageError) in
            try session.lockSchema()
            try session.execute("SELECT pg_sleep(0.3)")
        }
        await #expect(throws: StorageError.tookTooLong) {
            try await alone.read { session throws(StorageError) in try session.execute("SELECT pg_sleep(20)")
            }
        }
    }

    @Test("keeps a bounded number of prepared statements")
    func statements() async throws {
        let base = try await things(.postgres)
        let alone = try await PostgresDatabase.open(base.address, one)
        let prepared = try await alone.write { session throws(StorageError) in
            for number in 0..<700 {
                let answer = try session.firstRow("SELECT $1 + \(number)", [.integer(number)]) {
                    row throws(StorageError) in try row.integer(0)
                }
                guard answer == Int64(2 * number) else { throw .damaged }
            }
            return try session.firstRow("SELECT count(*) FROM pg_prepared_statements") {
                row throws(StorageError) in try row.integer(0)
            }
        }
        #expect(try #require(prepared) <= 300)
        #expect(try #require(prepared) > 50, "statements are kept")
    }

    @Test("refuses a text with a zero byte in words, and works on")
    func zeroByte() async throws {
        let base = try await things(.postgres)
        await #expect(throws: StorageError.unfitText) {
            try await base.database.write { session throws(StorageError) in
                try session.execute("INSERT INTO things (number, word) VALUES (1, $1)", [.text("a\u{0}b")])
            }
        }
        #expect(try await numbers(base.database) == [])
    }

    @Test("waits for the disk at a commit that is promised, and not at one that can be worked out again")
    func durability() async throws {
        let base = try await TestDatabase(.postgres)
        let alone = try await PostgresDatabase.open(base.address, one)
        for (durability, level) in [
            (.promised, "on"), (.repeatable, "off"), (.promised, "on"),
        ] as [(Durability, String)] {
            let found = try await alone.write(durability) { session throws(StorageError) in
                try session.firstRow("SHOW synchronous_commit") { row throws(StorageError) in try row.text(0)
                }
            }
            #expect(found == level)
        }
    }

    @Test("to a database that keeps text in another encoding is refused in words")
    func encoding() async throws {
        let server = try #require(DatabaseKind.server)
        let name = "ascii_\(UInt64.random(in: 0 ... .max))"
        try await Psql.run(
            "CREATE DATABASE \(name) TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'", on: server)
        await #expect(throws: StorageError.wrongEncoding) {
            _ = try await PostgresDatabase.open(Psql.address(of: name, on: server))
        }
        try await Psql.run("DROP DATABASE \(name) WITH (FORCE)", on: server)
    }

    @Test("to nowhere is given up in time, and one that is refused at once")
    func wrongAddress() async throws {
        let server = try #require(DatabaseKind.server)
        var settings = one
        settings.patience = .milliseconds(300)
        // Port 1 is nobody's; the second is no host's name, as RFC 6761 has it.
        for address in [
            "postgres://likeness:secret@127.0.0.1:1/postgres",
            "postgres://likeness:secret@nowhere.invalid/postgres",
        ] {
            await #expect(throws: StorageError.unreachable) {
                _ = try await PostgresDatabase.open(address, settings)
            }
        }
        // What only the resolver of names decides takes as long as it takes; a refusal waits for nothing.
        let clock = ContinuousClock()
        let start = clock.now
        settings.patience = .seconds(60)
        for address in [
            Psql.address(of: "no_such_database", on: server),
            server.replacing("likeness@", with: "nobody_at_all:secret@"),
        ] {
            await #expect(throws: StorageError.refused) {
                _ = try await PostgresDatabase.open(address, settings)
            }
        }
        #expect(clock.now - start < .seconds(60))
    }

    private var one: PostgresSettings {
        var settings = PostgresSettings()
        settings.connections = 1
        return settings
    }

    private static let ownBackend = "SELECT pg_backend_pid()"

    /// Ends a session and waits until it is gone.
    private func end(_ backend: Int64?, from database: any Database) async throws {
        let backend = try #require(backend)
        try await database.write { session throws(StorageError) in
            try session.execute("SELECT pg_terminate_backend(CAST($1 AS INTEGER), 5000)", [.integer(backend)])
        }
    }

    private func numbers(_ database: any Database) async throws -> [Int64] {
        try await database.read { session throws(StorageError) in
            try session.rows("SELECT number FROM things ORDER BY number") { row throws(StorageError) in
                try row.integer(0)
            }
        }
    }
}

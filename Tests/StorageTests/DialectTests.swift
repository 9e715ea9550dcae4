import Domain
import Storage
import TestSupport
import Testing

/// What one SQL text means to both drivers.
@Suite("The SQL of both databases", .timeLimit(.minutes(10))) struct DialectTests {
    @Test("tells capitals from small letters in LIKE", arguments: DatabaseKind.available)
    func like(kind: DatabaseKind) async throws {
        let base = try await words(["Photo", "photo", "PHOTO"], kind)
        #expect(try await list(base, "SELECT word FROM things WHERE word LIKE 'ph%'") == ["photo"])
        let escaped = "SELECT word FROM things WHERE word LIKE $1 ESCAPE '\\' ORDER BY word"
        #expect(try await list(base, escaped, [.text("P%")]) == ["PHOTO", "Photo"])
    }

    @Test("finds bytes in bytes", arguments: DatabaseKind.available)
    func bytesInBytes(kind: DatabaseKind) async throws {
        let base = try await words(["a"], kind)
        for (part, place) in [([2, 3], 2), ([9], 0), ([1], 1)] as [([UInt8], Int64)] {
            let found = try await base.database.read { session throws(StorageError) in
                try session.firstRow("SELECT instr($1, $2)", [.blob([1, 2, 3]), .blob(part)]) {
                    row throws(StorageError) in try row.integer(0)
                }
            }
            #expect(found == place)
        }
    }

    @Test("puts nulls where it is written that they go", arguments: DatabaseKind.available)
    func nulls(kind: DatabaseKind) async throws {
        let base = try await words(["b", nil, "a"], kind)
        let select = "SELECT coalesce(word, '-') FROM things ORDER BY word"
        #expect(try await list(base, "\(select) NULLS FIRST") == ["-", "a", "b"])
        #expect(try await list(base, "\(select) NULLS LAST") == ["a", "b", "-"])
        #expect(try await list(base, "\(select) DESC NULLS FIRST") == ["-", "b", "a"])
        #expect(try await list(base, "\(select) DESC NULLS LAST") == ["b", "a", "-"])
    }

    @Test("orders text by its bytes", arguments: DatabaseKind.available)
    func order(kind: DatabaseKind) async throws {
        try await expectOrderByBytes(in: TestDatabase(kind).database)
    }

    @Test("orders text by its bytes also where the server's language would have it otherwise")
    func orderInEnglish() async throws {
        guard let server = DatabaseKind.server else { return }
        let name = "english_\(UInt64.random(in: 0 ... .max))"
        try await Psql.run(
            "CREATE DATABASE \(name) TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'", on: server)
        do {
            let database = try await PostgresDatabase.open(Psql.address(of: name, on: server))
            let english = try await database.read { session throws(StorageError) in
                try session.firstRow("SELECT CASE WHEN 'a' < 'Z' THEN 1 ELSE 0 END") {
                    row throws(StorageError) in
                    try row.integer(0)
                }
            }
            #expect(english == 1, "the server would order otherwise, so this test can fail")
            try await expectOrderByBytes(in: database)
        }
        try await Psql.run("DROP DATABASE \(name) WITH (FORCE)", on: server)
    }

    @Test("locks rows, where there is more than one writer", arguments: DatabaseKind.available)
    func locks(kind: DatabaseKind) async throws {
        let base = try await words(["a", "b"], kind)
        let found = try await base.database.write { session throws(StorageError) in
            for lock in ["FOR UPDATE", "FOR UPDATE SKIP LOCKED"] {
                let words = try session.rows("SELECT word FROM things ORDER BY word LIMIT 1 \(lock)") {
                    row throws(StorageError) in try row.text(0)
                }
                guard words == ["a"] else { return false }
            }
            return try session.execute(
                """
                UPDATE things SET size = 1 WHERE number IN (
                    SELECT number FROM things ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED)
                """) == 1
        }
        #expect(found)
    }

    @Test("takes what is there already for what is meant, and tells of it", arguments: DatabaseKind.available)
    func conflict(kind: DatabaseKind) async throws {
        let base = try await words(["a"], kind)
        let put = """
            INSERT INTO things (number, word) VALUES ($1, $2)
            ON CONFLICT (number) DO UPDATE SET word = excluded.word RETURNING word
            """
        let answers = try await base.database.write { session throws(StorageError) in
            var answers: [String] = []
            for (number, word) in [(0, "new"), (1, "other")] {
                answers += try session.rows(put, [.integer(number), .text(word)]) {
                    row throws(StorageError) in
                    try row.text(0)
                }
            }
            return answers
        }
        #expect(answers == ["new", "other"])
        #expect(try await list(base, "SELECT word FROM things ORDER BY number") == ["new", "other"])
    }

    private func expectOrderByBytes(in database: any Database) async throws {
        let sorted = ["A b", "Ab", "Z", "_", "a", "a-", "ab", "ä", "写"]
        let answer = try await database.write { session throws(StorageError) in
            try session.execute("CREATE TABLE names (name TEXT NOT NULL)")
            try session.execute("ALTER TABLE names ADD COLUMN other TEXT")
            for word in sorted.reversed() {
                try session.execute("INSERT INTO names VALUES ($1, $1)", [.text(word)])
            }
            return try ["name", "other"].map { column throws(StorageError) in
                try session.rows("SELECT \(column) FROM names ORDER BY \(column)") {
                    row throws(StorageError) in
                    try row.text(0)
                }
            }
        }
        #expect(answer == [sorted, sorted])
    }

    private func words(_ words: [String?], _ kind: DatabaseKind) async throws -> TestDatabase {
        let base = try await things(kind)
        try await base.database.write { session throws(StorageError) in
            for (number, word) in words.enumerated() {
                try session.execute(
                    "INSERT INTO things (number, word) VALUES ($1, $2)", [.integer(number), .optional(word)])
            }
        }
        return base
    }

    private func list(
        _ base: TestDatabase, _ sql: String, _ parameters: [DatabaseValue] = []
    ) async throws -> [String] {
        try await base.database.read { session throws(StorageError) in
            try session.rows(sql, parameters) { row throws(StorageError) in try row.text(0) }
        }
    }
}

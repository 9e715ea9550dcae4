import Domain
import Storage
import Synchronization
import TestSupport
import Testing

@Suite("Query plans", .timeLimit(.minutes(2))) struct QueryPlanTests {
    @Test("find their rows by an index among 100,000 photos")
    func plans() async throws {
        let scratch = try ScratchFolder()
        let plain = try await SQLiteDatabase.open(DiskPath(scratch.path(of: "index.sqlite")))
        let database = RecordingDatabase(plain)
        let index = try await FaceIndex(in: database)
        try await fill(plain)
        database.forget()

        try await index.put([Sample.record("one more.jpg")])
        try await index.forget([PhotoName("one more.jpg")])
        _ = try await index.totals()
        _ = try await index.failures()
        let faces = try await index.foldUsableFaces(into: 0) { count, _ in count += 1 }
        #expect(faces == 100_000)
        #expect(try await index.known().count == 100_000)

        let statements = database.statements
        #expect(statements.count == 9)
        for (sql, count) in statements {
            let steps = try await plain.read { session throws(StorageError) in
                let nothing = [DatabaseValue](repeating: .null, count: count)
                return try session.rows("EXPLAIN QUERY PLAN " + sql, nothing) { row throws(StorageError) in
                    try row.text(3)
                }
            }
            for step in steps where !Self.mayScan(sql).contains(step) {
                #expect(
                    step.hasPrefix("SEARCH") || step.contains("USING COVERING INDEX"), "\(step) in \(sql)")
            }
        }
    }

    /// Comparing a selfie means looking at every face, and comparing a folder looking at every photo, by design.
    private static func mayScan(_ sql: String) -> [String] {
        if sql.contains("FROM faces JOIN photos") { return ["SCAN faces"] }
        return sql.hasPrefix("SELECT path, file_size") ? ["SCAN photos"] : []
    }

    /// One face each, written by one statement: 100,000 single units of work would take a minute.
    private func fill(_ database: SQLiteDatabase) async throws(StorageError) {
        try await database.write { session throws(StorageError) in
            try session.execute(
                """
                WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 100000)
                INSERT INTO photos (id, path, file_size, file_changed_ns, file_inode, state, policy, pack,
                    settled_at, content_hash)
                SELECT CAST(printf('%06d', n) || 'p0' || x'8000000000000000' AS BLOB),
                    CAST('photo ' || n AS BLOB), 1, 1, n, 'indexed', 'standard', 'pack-1', 0, n
                FROM numbers
                """)
            try session.execute(
                """
                INSERT INTO faces (id, photo, number, x, y, width, height, landmarks, score, sharpness, brightness,
                    contrast, clipped, yaw, pitch, roll, occlusion, size, tier, pack, vector)
                SELECT id, id, 1, 0.5, 0.5, 0.5, 0.5, zeroblob(80), 0.5, 0.5, 0.5,
                    0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 'seed', 'pack-1', zeroblob(512)
                FROM photos
                """)
        }
    }
}

/// Notes the statements that pass through it, each with its number of parameters.
private final class RecordingDatabase: Database {
    private let database: any Database
    private let noted = Mutex<[String: Int]>([:])

    init(_ database: any Database) { self.database = database }

    var statements: [String: Int] { noted.withLock { $0 } }

    func forget() { noted.withLock { $0 = [:] } }

    func read<Answer: Sendable>(
        _ work: @Sendable (any DatabaseSession) throws(StorageError) -> Answer
    ) async throws(StorageError) -> Answer {
        try await database.read { session throws(StorageError) in
            try work(Session(session: session, database: self))
        }
    }

    func write<Answer: Sendable>(
        _ durability: Durability,
        _ work: @Sendable (any DatabaseSession) throws(StorageError) -> Answer
    ) async throws(StorageError) -> Answer {
        try await database.write(durability) { session throws(StorageError) in
            try work(Session(session: session, database: self))
        }
    }

    func keepCopy(labelled label: String) async throws(StorageError) {
        try await database.keepCopy(labelled: label)
    }

    private struct Session: DatabaseSession {
        let session: any DatabaseSession
        let database: RecordingDatabase

        func execute(_ sql: String, _ parameters: [DatabaseValue]) throws(StorageError) -> Int {
            database.noted.withLock { $0[sql] = parameters.count }
            return try session.execute(sql, parameters)
        }

        func forEachRow(
            _ sql: String, _ parameters: [DatabaseValue],
            _ body: (any DatabaseRow) throws(StorageError) -> Void
        ) throws(StorageError) {
            database.noted.withLock { $0[sql] = parameters.count }
            try session.forEachRow(sql, parameters, body)
        }

        func tableExists(_ name: String) throws(StorageError) -> Bool { try session.tableExists(name) }
    }
}

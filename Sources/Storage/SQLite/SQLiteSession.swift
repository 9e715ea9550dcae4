internal import CSQLite
internal import Domain

/// One connection to a SQLite file with its prepared statements; both end with their owner.
///
/// Opened without SQLite's own lock, which the manual allows as long as no two threads use one
/// connection at the same time: it lives inside an actor with a queue of its own, or in a glance, which one takes at a time.
final class SQLiteSession: DatabaseSession {
    private let handle: OpaquePointer
    private var statements: [String: SQLiteStatement] = [:]
    private var durability: Durability?
    private var isClosed = false
    /// The state of the file at the last look for news.
    private var seen: Int64?

    /// Statements kept prepared; a program that writes more of them than this builds SQL from data.
    private static let mostStatements = 100

    init(opening path: DiskPath, flags: Int32) throws(StorageError) {
        _ = Self.started
        var handle: OpaquePointer?
        let status = path.withCString {
            sqlite3_open_v2($0, &handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        }
        // SQLite hands out a connection also when opening fails, except when memory has run out.
        guard let handle else { throw .unexpected(status) }
        guard status == SQLITE_OK else {
            let error = StorageError(sqlite: status, on: handle)
            sqlite3_close_v2(handle)
            throw error
        }
        self.handle = handle
    }

    deinit { close() }

    /// Before the first connection of the program. Where somebody else was first, memory is counted.
    private static let started = likeness_sqlite_start()

    /// Ends the connection before its owner lets go.
    func close() {
        statements.removeAll()
        guard !isClosed else { return }
        isClosed = true
        sqlite3_close_v2(handle)
    }

    @discardableResult
    func execute(_ sql: String, _ parameters: [DatabaseValue]) throws(StorageError) -> Int {
        let before = sqlite3_total_changes64(handle)
        try statement(sql).run(parameters) { _ in }
        return Int(sqlite3_total_changes64(handle) - before)
    }

    func forEachRow(
        _ sql: String, _ parameters: [DatabaseValue],
        _ body: (any DatabaseRow) throws(StorageError) -> Void
    ) throws(StorageError) {
        try statement(sql).run(parameters, body)
    }

    /// The file is near: there is nothing to gain by waiting.
    func executeLater(_ sql: String, _ parameters: [DatabaseValue]) throws(StorageError) {
        try statement(sql).run(parameters) { _ in }
    }

    func forEachRow(
        _ sql: String, each sets: [[DatabaseValue]],
        _ body: (Int, any DatabaseRow) throws(StorageError) -> Void
    ) throws(StorageError) {
        for (number, values) in sets.enumerated() {
            try forEachRow(sql, values) { row throws(StorageError) in try body(number, row) }
        }
    }

    func tableExists(_ name: String) throws(StorageError) -> Bool {
        let sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1"
        return try firstRow(sql, [.text(name)]) { _ in true } ?? false
    }

    /// A writer has the whole database from its first statement on.
    func lockSchema() {}

    /// Whoever listens sees that the file has changed.
    func announce() {}

    /// Whether others have changed the file since the last look, as SQLite counts it.
    func hasNews() throws(StorageError) -> Bool {
        let version = try firstRow("PRAGMA data_version") { row throws(StorageError) in try row.integer(0) }
        guard let version else { throw .damaged }
        defer { seen = version }
        return seen != version
    }

    /// Runs `work` between `begin` and a commit; whatever goes wrong, nothing of it remains.
    func transaction<Answer>(
        _ begin: String, _ work: (any DatabaseSession) throws(StorageError) -> Answer
    ) throws(StorageError) -> Answer {
        try execute(begin)
        do throws(StorageError) {
            let answer = try work(self)
            try execute("COMMIT")
            return answer
        } catch {
            // A full disk may have ended the transaction already; the first error is the one to tell.
            if sqlite3_get_autocommit(handle) == 0 { _ = sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
            throw error
        }
    }

    /// What the file holds now, by the log that all share who may write it; to be asked after a first read, which opens that.
    func logState() -> SQLiteLogState? {
        isReadOnly ? nil : likeness_sqlite_log_index(handle).map { SQLiteLogState($0) }
    }

    /// Ends a transaction that has only read.
    func endLook() { _ = sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }

    /// The next commits wait for the disk, or leave the log to be written in its time. A commit that waits carries all
    /// that came before it to the disk.
    func makeDurable(_ durability: Durability) throws(StorageError) {
        guard durability != self.durability else { return }
        try execute("PRAGMA synchronous = \(durability == .promised ? "FULL" : "NORMAL")")
        self.durability = durability
    }

    var isReadOnly: Bool { sqlite3_db_readonly(handle, "main") == 1 }

    func wait(atMost duration: Duration) {
        _ = sqlite3_busy_timeout(handle, Int32(exactly: (duration / .milliseconds(1)).rounded()) ?? .max)
    }

    private func statement(_ sql: String) throws(StorageError) -> SQLiteStatement {
        if let statement = statements[sql] { return statement }
        // There is one writer, so there are no rows to lock.
        let plain = sql.replacing(" FOR UPDATE SKIP LOCKED", with: "").replacing(" FOR UPDATE", with: "")
        let statement = try SQLiteStatement(plain, on: handle)
        if statements.count >= Self.mostStatements { statements.removeAll() }
        statements[sql] = statement
        return statement
    }
}

/// What a file held at one moment, by what SQLite's connections share of its log.
struct SQLiteLogState {
    private let index: UnsafeRawPointer
    private var bytes: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0)

    init(_ index: UnsafeRawPointer) {
        self.index = index
        likeness_sqlite_log_state(index, &bytes)
    }

    /// Whether nobody has committed since, in whatever process.
    var isStill: Bool { withUnsafeBytes(of: bytes) { likeness_sqlite_log_is(index, $0.baseAddress) != 0 } }
}

internal import CSQLite
internal import Domain

/// A connection on its own queue: SQLite blocks, and must not do so on the shared pool.
actor SQLiteConnection {
    private let executor: QueueExecutor
    private let session: SQLiteSession
    private let isWriter: Bool

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Takes over a session that nobody else uses.
    init(_ session: sending SQLiteSession, isWriter: Bool) {
        executor = QueueExecutor(label: isWriter ? "likeness.sqlite.writer" : "likeness.sqlite.reader")
        self.session = session
        self.isWriter = isWriter
    }

    /// - Parameter durability: absent where nothing is written.
    func transaction<Answer: Sendable>(
        _ durability: Durability?,
        _ work: @Sendable (any DatabaseSession) throws(StorageError) -> Answer
    ) throws(StorageError) -> Answer {
        if let durability { try session.makeDurable(durability) }
        // A writer that began as a reader could not wait its turn: SQLite would refuse it at once.
        return try session.transaction(isWriter ? "BEGIN IMMEDIATE" : "BEGIN", work)
    }

    /// Writes a copy, which cannot be done inside a transaction; it is there whole or not at all.
    func copy(to path: DiskPath) throws(StorageError) {
        // Programs that start at once copy one after the other: they share the name of what is unfinished.
        let turn = try SQLiteFile.lockFolder(of: path)
        defer { SQLiteFile.unlock(turn) }
        let unfinished = path.with(ending: ".unfinished")
        try SQLiteFile.remove(unfinished)
        try SQLiteFile.createIfMissing(unfinished)
        try session.execute("VACUUM INTO $1", [.text(String(decoding: unfinished.bytes, as: UTF8.self))])
        try SQLiteFile.publish(unfinished, as: path)
    }

    /// Everything is moved into the file itself, which then needs no log.
    func endAlone() throws(StorageError) {
        try session.forEachRow("PRAGMA journal_mode = DELETE", []) { _ in }
    }

    /// Nothing may be asked of it afterwards.
    func close() { session.close() }

    /// Moves everything into the file and cuts the log, where earlier rows may still lie; as far as readers let it.
    func emptyLog() throws(StorageError) {
        try session.forEachRow("PRAGMA wal_checkpoint(TRUNCATE)", []) { _ in }
    }
}

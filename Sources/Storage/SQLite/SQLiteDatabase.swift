package import Domain
internal import Synchronization

/// A SQLite file in WAL mode: one connection writes, several read beside it.
package final class SQLiteDatabase: Database {
    private let path: DiskPath
    private let writer: SQLiteConnection
    private let readers: [SQLiteConnection]
    private let glances: [SQLiteGlance]
    private let writes: WritesInHand
    /// How many units of work wait on each reader, so that the idlest takes the next.
    private let waiting: Mutex<[Int]>

    /// Opens the file, or makes it; anything else that lies there is refused and left as it is.
    package static func open(
        _ path: DiskPath, _ settings: SQLiteSettings = SQLiteSettings()
    ) async throws(StorageError) -> SQLiteDatabase {
        try await SQLiteOpening(path, settings).open()
    }

    init(
        path: DiskPath, writer: SQLiteConnection, readers: [SQLiteConnection], glances: [SQLiteGlance],
        writes: WritesInHand
    ) {
        self.path = path
        self.writer = writer
        self.readers = readers
        self.glances = glances
        self.writes = writes
        waiting = Mutex(readers.map { _ in 0 })
    }

    package func read<Answer: Sendable>(
        _ work: @Sendable (any DatabaseSession) throws(StorageError) -> Answer
    ) async throws(StorageError) -> Answer {
        let reader = waiting.withLock { waiting in
            let idlest = waiting.indices.min { waiting[$0] < waiting[$1] } ?? 0
            waiting[idlest] += 1
            return idlest
        }
        defer { waiting.withLock { $0[reader] -= 1 } }
        return try await readers[reader].transaction(nil, work)
    }

    package func glanceAtOnce(
        _ work: (any DatabaseSession) throws(StorageError) -> Void
    ) throws(StorageError) -> Bool {
        for glance in glances where try glance.read(work) { return true }
        return false
    }

    @discardableResult
    package func write<Answer: Sendable>(
        _ durability: Durability,
        _ work: @Sendable (any DatabaseSession) throws(StorageError) -> Answer
    ) async throws(StorageError) -> Answer {
        try await writing { () async throws(StorageError) in
            try await writer.transaction(durability, work)
        }
    }

    package func keepCopy(labelled label: String) async throws(StorageError) {
        try await writer.copy(to: path.with(ending: ".\(label)"))
    }

    package func hold(_ owner: OwnerID) async throws(StorageError) -> any OwnerLock {
        try await OwnerFiles(path).hold(owner)
    }

    package func isAlive(_ owner: OwnerID) async throws(StorageError) -> Bool {
        try await OwnerFiles(path).isAlive(owner)
    }

    package func news() async throws(StorageError) -> any DatabaseNews {
        SQLiteNews(try await SQLiteOpening(path, SQLiteSettings(.existing)).listen())
    }

    /// Writes one consistent state into a new file, for its owner only, while work goes on.
    func copy(to path: DiskPath) async throws(StorageError) {
        try SQLiteFile.createIfMissing(path)
        try await writer.copy(to: path)
    }

    /// Makes one plain file of it, for a copy that nobody else has open: no log beside it, and the last of its users gone.
    package func endAlone() async throws(StorageError) {
        for reader in readers { await reader.close() }
        for glance in glances { glance.close() }
        try await writer.endAlone()
        await writer.close()
        for ending in ["-wal", "-shm"] { try SQLiteFile.remove(path.with(ending: ending)) }
    }

    package func forgetCopy(labelled label: String) async throws(StorageError) {
        try SQLiteFile.remove(path.with(ending: ".\(label)"))
        try await writing { () async throws(StorageError) in try await writer.emptyLog() }
    }

    /// While there is something to write no glance holds a look, which would keep the log from being begun anew.
    private func writing<Answer>(
        _ work: () async throws(StorageError) -> Answer
    ) async throws(StorageError) -> Answer {
        writes.begin()
        defer { writes.end() }
        for glance in glances { glance.letGo() }
        return try await work()
    }
}

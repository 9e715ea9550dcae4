internal import CPostgres
internal import Domain

/// A dispatcher's lock: held by a session of its own, gone when that session ends, for whatever reason.
actor PostgresLock: OwnerLock {
    private let address: String
    private let settings: PostgresSettings
    private let executor = QueueExecutor(label: "likeness.postgres.lock")
    private var handle: PostgresHandle?
    private var owner: OwnerID?

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ address: String, _ settings: PostgresSettings) {
        self.address = address
        self.settings = settings
    }

    /// The server's number for an owner's lock.
    static func key(of owner: OwnerID) -> Int64 {
        Int64(bitPattern: owner.value.low ^ owner.value.high << 20)
    }

    func take(_ owner: OwnerID) throws(StorageError) {
        let handle = try PostgresHandle(address, statementLimit: settings.statementLimit)
        let session = PostgresSession(handle)
        let isTaken = try session.firstRow(
            "SELECT pg_try_advisory_lock($1)", [.integer(Self.key(of: owner))]
        ) { row throws(StorageError) in try row.integer(0) != 0 }
        guard isTaken == true else { throw .inUse(process: nil) }
        self.handle = handle
        self.owner = owner
    }

    var isHeld: Bool {
        guard let handle else { return false }
        do throws(StorageError) { try handle.run("SELECT 1") } catch { return false }
        return true
    }

    /// By a word to the server: a session that is only closed ends there a moment later, and until then its owner seems alive.
    func release() {
        defer { handle = nil }
        guard let handle, let owner else { return }
        do throws(StorageError) {
            try PostgresSession(handle).execute(
                "SELECT pg_advisory_unlock($1)", [.integer(Self.key(of: owner))])
        } catch {
            // Without a connection the session, and the lock with it, ends by itself.
        }
    }
}

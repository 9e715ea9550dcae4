internal import CPostgres
internal import Domain
internal import Glibc

/// Hears what units of work announce, on a session of its own.
actor PostgresNews: DatabaseNews {
    private let address: String
    private let settings: PostgresSettings
    private let executor = QueueExecutor(label: "likeness.postgres.news")
    private var handle: PostgresHandle?

    /// How long a cancelled wait goes on at most.
    private static let sliceInMilliseconds: Int32 = 250

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ address: String, _ settings: PostgresSettings) {
        self.address = address
        self.settings = settings
    }

    func next(within limit: Duration) throws(StorageError) -> Bool {
        let deadline = ContinuousClock.now + limit
        // Whatever was announced while nobody listened is worth a look.
        guard let handle else {
            self.handle = try listening()
            return true
        }
        while true {
            guard PQconsumeInput(handle.pointer) == 1 else {
                self.handle = nil
                throw .unreachable
            }
            if heard(handle) { return true }
            let left = Int32(clamping: Int((deadline - .now) / .milliseconds(1)))
            guard left > 0, !Task.isCancelled else { return false }
            var wait = pollfd(fd: PQsocket(handle.pointer), events: Int16(POLLIN), revents: 0)
            _ = poll(&wait, 1, min(left, Self.sliceInMilliseconds))
        }
    }

    func close() { handle = nil }

    private func listening() throws(StorageError) -> PostgresHandle {
        let handle = try PostgresHandle(address, statementLimit: settings.statementLimit)
        let session = PostgresSession(handle)
        let channel = try session.firstRow("SELECT 'likeness_' || current_schema()") {
            row throws(StorageError) in
            try row.text(0)
        }
        guard let channel else { throw .damaged }
        try handle.run("LISTEN \(PostgresDialect.quoted(channel))")
        return handle
    }

    /// Takes everything that has arrived.
    private func heard(_ handle: PostgresHandle) -> Bool {
        var isNew = false
        while let notice = PQnotifies(handle.pointer) {
            isNew = true
            PQfreemem(notice)
        }
        return isNew
    }
}

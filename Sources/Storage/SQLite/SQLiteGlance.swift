internal import Domain
internal import Synchronization

/// A connection for reading a row on the thread of whoever asks, as long as nobody has to wait.
///
/// A row that an index finds takes some ten microseconds; to wake a reader's thread, and be woken by it, takes several times
/// that.
final class SQLiteGlance: @unchecked Sendable {
    // Only whoever has raised `isTaken` uses the session. No `Mutex`: trying one that is taken goes through the kernel.
    private let isTaken = Atomic(false)
    private var session: SQLiteSession?

    /// Takes over a session that nobody else uses, and that does not wait for locks.
    init(_ session: sending SQLiteSession) { self.session = session }

    /// Nil where it would have to wait, for another thread or for another process.
    func read<Answer: Sendable>(
        _ work: @Sendable (any DatabaseSession) throws(StorageError) -> Answer
    ) throws(StorageError) -> Answer? {
        guard take() else { return nil }
        defer { isTaken.store(false, ordering: .releasing) }
        guard let session else { return nil }
        do throws(StorageError) {
            return try work(session)
        } catch .locked {
            return nil
        }
    }

    /// Nothing is read by it afterwards: it stays taken.
    func close() {
        while !take() {}
        session?.close()
        session = nil
    }

    private func take() -> Bool {
        isTaken.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
    }
}

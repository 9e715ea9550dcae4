internal import Domain
internal import Synchronization

/// A connection for reading a row on the thread of whoever asks, as long as nobody has to wait.
///
/// A row that an index finds takes some ten microseconds; to wake a reader's thread, and be woken by it, takes several times
/// that. The lock keeps two threads from using the connection at the same time.
final class SQLiteGlance: Sendable {
    private let session: Mutex<SQLiteSession?>

    /// Takes over a session that nobody else uses, and that does not wait for locks.
    init(_ session: sending SQLiteSession) { self.session = Mutex(session) }

    /// Nil where it would have to wait, for another thread or for another process.
    func read<Answer: Sendable>(
        _ work: @Sendable (any DatabaseSession) throws(StorageError) -> Answer
    ) throws(StorageError) -> Answer? {
        let answer = try session.withLockIfAvailable { session throws(StorageError) -> Answer? in
            guard let session else { return nil }
            do throws(StorageError) {
                return try work(session)
            } catch .locked {
                return nil
            }
        }
        return answer ?? nil
    }

    /// Nothing is read by it afterwards.
    func close() {
        session.withLock { session in
            session?.close()
            session = nil
        }
    }
}

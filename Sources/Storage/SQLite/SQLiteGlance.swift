internal import Domain
internal import Synchronization

/// A connection for reading a row on the thread of whoever asks, as long as nobody has to wait.
///
/// A row that an index finds takes a few microseconds; to wake a reader's thread, and be woken by it, takes ten times that.
/// To begin and end a look at the file takes as long as the row does, so a look is held for a moment, and used as long as
/// nobody commits: what is read is what the file holds when it is read.
final class SQLiteGlance: @unchecked Sendable {
    // Only whoever has raised `isTaken` uses what follows. No `Mutex`: trying one that is taken goes through the kernel.
    private let isTaken = Atomic(false)
    private let isClosed = Atomic(false)
    private let writes: WritesInHand
    private var session: SQLiteSession?
    private var hasRead = false
    /// What the file held when the look that is held began.
    private var held: SQLiteLogState?
    /// Whether somebody comes by to end looks that nobody uses.
    private var isWatched = false

    /// Takes over a session that nobody else uses, and that does not wait for locks.
    init(_ session: sending SQLiteSession, _ writes: WritesInHand = WritesInHand()) {
        self.session = session
        self.writes = writes
    }

    /// False where it would have to wait, for another thread or for another process.
    func read(_ work: (any DatabaseSession) throws(StorageError) -> Void) throws(StorageError) -> Bool {
        guard take() else { return false }
        defer { give() }
        guard let session else { return false }
        if let held, !held.isStill { end(session) }
        do throws(StorageError) {
            if held != nil {
                try work(session)
            } else {
                try begin(session, work)
            }
            // Whoever began to write meanwhile found this glance taken.
            if writes.areAny { end(session) }
            return true
        } catch {
            end(session)
            if error == .locked { return false }
            throw error
        }
    }

    /// A held look keeps the log from being begun anew: whoever is about to write has it ended. One that is being used ends
    /// by itself.
    func letGo() {
        guard take() else { return }
        defer { give() }
        if let session { end(session) }
    }

    /// Nothing is read by it afterwards: it stays taken.
    func close() {
        while !take() {}
        session?.close()
        session = nil
        isClosed.store(true, ordering: .releasing)
    }

    private func begin(
        _ session: SQLiteSession, _ work: (any DatabaseSession) throws(StorageError) -> Void
    ) throws(StorageError) {
        guard hasRead, !writes.areAny, let state = session.logState() else {
            try work(session)
            hasRead = true
            return
        }
        try session.execute("BEGIN")
        held = state
        try work(session)
        // The look began with the first row; it can be held where nothing had changed by then.
        if state.isStill { watch() } else { end(session) }
    }

    private func end(_ session: SQLiteSession) {
        guard held != nil else { return }
        held = nil
        session.endLook()
    }

    private func watch() {
        guard !isWatched else { return }
        isWatched = true
        Task { [weak self] in
            // A sleep that is cancelled has done its work.
            repeat { try? await Task.sleep(for: Self.moment) } while self?.isWatchOver() == false
        }
    }

    private func isWatchOver() -> Bool {
        guard take() else { return isClosed.load(ordering: .acquiring) }
        defer { give() }
        isWatched = false
        if let session { end(session) }
        return true
    }

    private func take() -> Bool {
        isTaken.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
    }

    private func give() { isTaken.store(false, ordering: .releasing) }

    private static let moment = Duration.milliseconds(100)
}

/// How many units of work wait to write, or write: while there are any, no look is held.
final class WritesInHand: Sendable {
    private let count = Atomic(0)

    var areAny: Bool { count.load(ordering: .sequentiallyConsistent) > 0 }

    func begin() { count.wrappingAdd(1, ordering: .sequentiallyConsistent) }
    func end() { count.wrappingSubtract(1, ordering: .sequentiallyConsistent) }
}

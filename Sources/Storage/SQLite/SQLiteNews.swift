internal import Domain

/// Notices what other connections commit. SQLite calls nobody, but tells for next to nothing whether the file changed.
actor SQLiteNews: DatabaseNews {
    private static let pause = Duration.milliseconds(50)

    private let session: SQLiteSession
    private let executor = QueueExecutor(label: "likeness.sqlite.news")

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ session: sending SQLiteSession) { self.session = session }

    func next(within limit: Duration) async throws(StorageError) -> Bool {
        let deadline = ContinuousClock.now + limit
        while true {
            if try session.hasNews() { return true }
            guard ContinuousClock.now < deadline, !Task.isCancelled else { return false }
            // A sleep that is cut short has done its work.
            try? await Task.sleep(for: Self.pause)
        }
    }

    func close() {}
}

/// Makes backups beside the data while everything is in use.
package protocol BackingUp: Sendable {
    /// Begins one; it goes on by itself. Nil where one is being made already.
    func begin(at milliseconds: Int64) async -> Backup?

    /// Those that are there and the one that is being made, newest first.
    func all() async throws(StorageError) -> [Backup]
}

/// A copy of everything but the keys.
package struct Backup: Sendable, Hashable {
    package let name: String
    package var state: State
    package let begunAt: Int64
    /// Copied so far; absent for one that was made before this start.
    package var files: Int?
    /// False where the database makes its own copies; absent where that is not known yet.
    package var holdsDatabase: Bool?
    package var failure: String?

    package init(
        name: String, state: State, begunAt: Int64, files: Int?, holdsDatabase: Bool? = nil,
        failure: String? = nil
    ) {
        self.name = name
        self.state = state
        self.begunAt = begunAt
        self.files = files
        self.holdsDatabase = holdsDatabase
        self.failure = failure
    }

    package enum State: String, Sendable, Hashable, CaseIterable { case running, whole, failed }
}

package import Domain
internal import Synchronization

/// A PostgreSQL database, through a few connections that units of work share.
///
/// Units of work run side by side at the level READ COMMITTED: each locks the rows it decides on by `FOR UPDATE`, and sees
/// what is there once it has them.
package final class PostgresDatabase: Database {
    private let address: String
    private let settings: PostgresSettings
    private let state: Mutex<State>

    private struct State {
        var free: [PostgresConnection]
        /// Units of work that wait for a connection, first come, first served.
        var waiting: [CheckedContinuation<PostgresConnection, Never>] = []
    }

    /// Connects once, so that a wrong address is told at once; a server that is just starting is waited for.
    package static func open(
        _ address: String, _ settings: PostgresSettings = PostgresSettings()
    ) async throws(StorageError) -> PostgresDatabase {
        let database = PostgresDatabase(address, settings)
        try await database.read { _ in () }
        return database
    }

    private init(_ address: String, _ settings: PostgresSettings) {
        self.address = address
        self.settings = settings
        let connections = (0..<max(1, settings.connections)).map { _ in PostgresConnection(address, settings)
        }
        state = Mutex(State(free: connections))
    }

    package func read<Answer: Sendable>(
        _ work: @Sendable (any DatabaseSession) throws(StorageError) -> Answer
    ) async throws(StorageError) -> Answer {
        try await run(["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"], work)
    }

    @discardableResult
    package func write<Answer: Sendable>(
        _ durability: Durability,
        _ work: @Sendable (any DatabaseSession) throws(StorageError) -> Answer
    ) async throws(StorageError) -> Answer {
        let commits = durability == .promised ? "on" : "off"
        return try await run(
            ["BEGIN ISOLATION LEVEL READ COMMITTED", "SET LOCAL synchronous_commit = \(commits)"], work)
    }

    package func keepCopy(labelled label: String) async throws(StorageError) {
        try await write { session throws(StorageError) in
            try session.lockSchema()
            let copy = try session.schemaOfCopy(label)
            try session.execute("DROP SCHEMA IF EXISTS \(copy) CASCADE")
            try session.execute("CREATE SCHEMA \(copy)")
            let tables = try session.rows(
                "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = current_schema()"
            ) { row throws(StorageError) in PostgresDialect.quoted(try row.text(0)) }
            // Each statement sees what is there when it begins, so writers wait until all tables are copied.
            if !tables.isEmpty {
                try session.execute("LOCK TABLE \(tables.joined(separator: ", ")) IN SHARE MODE")
            }
            for table in tables { try session.execute("CREATE TABLE \(copy).\(table) AS TABLE \(table)") }
        }
    }

    package func forgetCopy(labelled label: String) async throws(StorageError) {
        try await write { session throws(StorageError) in
            try session.execute("DROP SCHEMA IF EXISTS \(try session.schemaOfCopy(label)) CASCADE")
        }
    }

    package func hold(_ owner: OwnerID) async throws(StorageError) -> any OwnerLock {
        let lock = PostgresLock(address, settings)
        try await lock.take(owner)
        return lock
    }

    package func isAlive(_ owner: OwnerID) async throws(StorageError) -> Bool {
        let key = PostgresLock.key(of: owner)
        return try await read { session throws(StorageError) in
            try session.firstRow(
                """
                SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
                    AND CAST(classid AS BIGINT) = $1 AND CAST(objid AS BIGINT) = $2
                    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                """,
                [
                    .integer(Int64(UInt64(bitPattern: key) >> 32)),
                    .integer(Int64(UInt64(bitPattern: key) & 0xFFFF_FFFF)),
                ]
            ) { _ in true } ?? false
        }
    }

    package func news() async throws(StorageError) -> any DatabaseNews { PostgresNews(address, settings) }

    private func run<Answer: Sendable>(
        _ begin: [String], _ work: @Sendable (any DatabaseSession) throws(StorageError) -> Answer
    ) async throws(StorageError) -> Answer {
        let connection = await borrow()
        defer { giveBack(connection) }
        return try await connection.transaction(begin, work)
    }

    private func borrow() async -> PostgresConnection {
        await withCheckedContinuation { continuation in
            let free = state.withLock { state in
                let free = state.free.popLast()
                if free == nil { state.waiting.append(continuation) }
                return free
            }
            if let free { continuation.resume(returning: free) }
        }
    }

    private func giveBack(_ connection: PostgresConnection) {
        let next = state.withLock { state in
            if state.waiting.isEmpty {
                state.free.append(connection)
                return CheckedContinuation<PostgresConnection, Never>?.none
            }
            return state.waiting.removeFirst()
        }
        next?.resume(returning: connection)
    }
}

extension DatabaseSession {
    /// The quoted name of the schema that a copy is kept in.
    fileprivate func schemaOfCopy(_ label: String) throws(StorageError) -> String {
        let current = try firstRow("SELECT CAST(current_schema() AS TEXT)") { row throws(StorageError) in
            try row.text(0)
        }
        guard let current else { throw .damaged }
        return PostgresDialect.quoted("\(current)_\(label)")
    }
}

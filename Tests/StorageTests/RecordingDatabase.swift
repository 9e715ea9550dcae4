import Domain
import Storage
import Synchronization

/// Notes the statements that pass through it, each with its last values.
final class RecordingDatabase: Database {
    private let database: any Database
    private let noted = Mutex<[String: [DatabaseValue]]>([:])

    init(_ database: any Database) { self.database = database }

    var statements: [String: [DatabaseValue]] { noted.withLock { $0 } }

    func forget() { noted.withLock { $0 = [:] } }

    func read<Answer: Sendable>(
        _ work: @Sendable (any DatabaseSession) throws(StorageError) -> Answer
    ) async throws(StorageError) -> Answer {
        try await database.read { session throws(StorageError) in
            try work(Session(session: session, database: self))
        }
    }

    func write<Answer: Sendable>(
        _ durability: Durability,
        _ work: @Sendable (any DatabaseSession) throws(StorageError) -> Answer
    ) async throws(StorageError) -> Answer {
        try await database.write(durability) { session throws(StorageError) in
            try work(Session(session: session, database: self))
        }
    }

    func keepCopy(labelled label: String) async throws(StorageError) {
        try await database.keepCopy(labelled: label)
    }

    func forgetCopy(labelled label: String) async throws(StorageError) {
        try await database.forgetCopy(labelled: label)
    }

    func hold(_ owner: OwnerID) async throws(StorageError) -> any OwnerLock { try await database.hold(owner) }

    func isAlive(_ owner: OwnerID) async throws(StorageError) -> Bool { try await database.isAlive(owner) }

    func news() async throws(StorageError) -> any DatabaseNews { try await database.news() }

    private struct Session: DatabaseSession {
        let session: any DatabaseSession
        let database: RecordingDatabase

        func execute(_ sql: String, _ parameters: [DatabaseValue]) throws(StorageError) -> Int {
            database.noted.withLock { $0[sql] = parameters }
            return try session.execute(sql, parameters)
        }

        func forEachRow(
            _ sql: String, _ parameters: [DatabaseValue],
            _ body: (any DatabaseRow) throws(StorageError) -> Void
        ) throws(StorageError) {
            database.noted.withLock { $0[sql] = parameters }
            try session.forEachRow(sql, parameters, body)
        }

        func executeLater(_ sql: String, _ parameters: [DatabaseValue]) throws(StorageError) {
            database.noted.withLock { $0[sql] = parameters }
            try session.executeLater(sql, parameters)
        }

        func forEachRow(
            _ sql: String, each sets: [[DatabaseValue]],
            _ body: (Int, any DatabaseRow) throws(StorageError) -> Void
        ) throws(StorageError) {
            if let last = sets.last { database.noted.withLock { $0[sql] = last } }
            try session.forEachRow(sql, each: sets, body)
        }

        func tableExists(_ name: String) throws(StorageError) -> Bool { try session.tableExists(name) }

        func lockSchema() throws(StorageError) { try session.lockSchema() }

        func announce() throws(StorageError) { try session.announce() }
    }
}

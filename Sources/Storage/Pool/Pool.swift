package import Domain
internal import FoundationEssentials
internal import Synchronization

/// All events of one database, with their photos, uploads and jobs. Each kind of use has its SQL in one file beside this.
package final class Pool: Sendable {
    let database: any Database
    let bell = Bell()
    /// Photos that a claim has looked up in the same breath, until their stage asks. Should one be changed meanwhile, its
    /// settlement notices.
    let lookedUp = Mutex<[PhotoID: DevelopSubject]>([:])
    /// The event that was served last.
    let turns = Mutex<EventID?>(nil)

    /// Takes a database whatever its age and brings it up to date; the vault seals what an old index held open.
    package static func open(
        _ database: any Database, vault: any VectorSealing, at milliseconds: Int64 = millisecondsSince1970()
    ) async throws(PoolError) -> Pool {
        try await Schema.bringUpToDate(database, vault: vault, at: milliseconds)
        return Pool(database)
    }

    /// The pool of a database as it is; nil where the database is not up to date.
    package static func existing(_ database: any Database) async throws(PoolError) -> Pool? {
        let version = try await pooled { () async throws(StorageError) in
            try await database.read { session throws(StorageError) in try session.schemaVersion() }
        }
        let known = Int64(Schema.steps.count)
        guard version <= known else { throw .storage(.newerThanProgram(version: version, known: known)) }
        return version == known ? Pool(database) : nil
    }

    init(_ database: any Database) { self.database = database }

    /// Reads what may be refused.
    func read<Answer: Sendable>(
        _ work: @Sendable (any DatabaseSession) throws(StorageError) -> Result<Answer, PoolError>
    ) async throws(PoolError) -> Answer {
        try await pooled { () async throws(StorageError) in try await database.read(work) }.get()
    }

    /// Reads a row by its key.
    func glance<Answer: Sendable>(
        _ work: @Sendable (any DatabaseSession) throws(StorageError) -> Result<Answer, PoolError>
    ) async throws(PoolError) -> Answer {
        try await pooled { () async throws(StorageError) in try await database.glance(work) }.get()
    }

    /// The same where nobody has to wait for it; nil where somebody has.
    func glanceAtOnce<Answer>(
        _ work: (any DatabaseSession) throws(StorageError) -> Result<Answer, PoolError>
    ) throws(PoolError) -> Answer? {
        var result: Result<Answer, PoolError>?
        do throws(StorageError) {
            guard try database.glanceAtOnce({ session throws(StorageError) in result = try work(session) })
            else { return nil }
        } catch {
            throw .storage(error)
        }
        return try result?.get()
    }

    /// Changes what may be refused. A refusal is decided before anything is changed.
    func write<Answer: Sendable>(
        _ work: @Sendable (any DatabaseSession) throws(StorageError) -> Result<Answer, PoolError>
    ) async throws(PoolError) -> Answer {
        let once = OnceWork.current
        return try await pooled { () async throws(StorageError) in
            try await database.write { session throws(StorageError) in
                let result = try work(session)
                if let once, case .success(let made) = result { try once.keep(made, in: session) }
                return result
            }
        }.get()
    }
}

/// Tells what a database refuses in the pool's words.
func pooled<Answer>(_ work: () async throws(StorageError) -> Answer) async throws(PoolError) -> Answer {
    do throws(StorageError) { return try await work() } catch { throw .storage(error) }
}

/// Tells what the vault refuses in the pool's words.
func pooled<Answer>(_ work: () async throws(VaultError) -> Answer) async throws(PoolError) -> Answer {
    do throws(VaultError) { return try await work() } catch { throw .vault(error) }
}

extension DatabaseRow {
    func identifier<Kind>(_ column: Int, _: Identifier<Kind>.Type = Identifier<Kind>.self)
        throws(StorageError)
        -> Identifier<Kind>
    {
        guard let id = Identifier<Kind>(bytes: try blob(column)) else { throw .damaged }
        return id
    }

    func optionalIdentifier<Kind>(_ column: Int) throws(StorageError) -> Identifier<Kind>? {
        isNull(column) ? nil : try identifier(column)
    }

    func optionalInteger(_ column: Int) throws(StorageError) -> Int64? {
        isNull(column) ? nil : try integer(column)
    }

    func optionalText(_ column: Int) throws(StorageError) -> String? {
        isNull(column) ? nil : try text(column)
    }

    func truth(_ column: Int) throws(StorageError) -> Bool { try integer(column) != 0 }

    /// One of a few words that we wrote.
    func word<Word: RawRepresentable>(_ column: Int, _: Word.Type = Word.self) throws(StorageError) -> Word
    where Word.RawValue == String {
        guard let word = Word(rawValue: try text(column)) else { throw .damaged }
        return word
    }
}

extension DatabaseValue {
    static func id<Kind>(_ id: Identifier<Kind>) -> DatabaseValue { .id(id.value) }
    static func id<Kind>(_ id: Identifier<Kind>?) -> DatabaseValue { id.map { .id($0.value) } ?? .null }
    static func truth(_ value: Bool) -> DatabaseValue { .integer(value ? 1 : 0) }
}

extension String {
    /// The pattern of `LIKE … ESCAPE '\'` that finds a text anywhere.
    static func containing(_ text: String) -> String {
        "%" + text.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_") + "%"
    }
}

/// Members for the record, as JSON.
func recorded(_ facts: Facts?) throws(StorageError) -> DatabaseValue {
    guard let facts else { return .null }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    do { return .text(String(decoding: try encoder.encode(facts), as: UTF8.self)) } catch { throw .unfitText }
}

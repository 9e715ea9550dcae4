package import Domain

/// A database that keeps rows for us, whichever driver stands behind it.
///
/// SQL is written once, in the dialect the drivers share: `$1` for parameters, `RETURNING`, `ON CONFLICT`. `FOR UPDATE`
/// locks rows where units of work run side by side; where they take turns the driver leaves it out. Where the order of
/// nulls matters it is written, `instr` finds bytes in bytes, text is ordered by its bytes, and `LIKE` tells capitals from
/// small letters.
/// A unit of work is one closure; it runs on the driver's own queue, so it may block and must not wait
/// for anything else.
package protocol Database: Sendable {
    /// Looks at one consistent state; writers do not disturb it.
    func read<Answer: Sendable>(
        _ work: @Sendable (any DatabaseSession) throws(StorageError) -> Answer
    ) async throws(StorageError) -> Answer

    /// Reads by one statement what an index finds at once. Where it can be had without waiting it is read by whoever asks:
    /// waking another thread takes longer than reading a row.
    func glance<Answer: Sendable>(
        _ work: @Sendable (any DatabaseSession) throws(StorageError) -> Answer
    ) async throws(StorageError) -> Answer

    /// The same on the thread of whoever asks, where nobody has to wait for it. Tells whether it was done.
    func glanceAtOnce(_ work: (any DatabaseSession) throws(StorageError) -> Void) throws(StorageError) -> Bool

    /// Changes everything `work` changes, or nothing when it throws. `work` may run more than once, where the database
    /// asks for that, so it changes nothing but the database.
    @discardableResult
    func write<Answer: Sendable>(
        _ durability: Durability,
        _ work: @Sendable (any DatabaseSession) throws(StorageError) -> Answer
    ) async throws(StorageError) -> Answer

    /// Keeps a copy of the whole database beside it, under this label.
    func keepCopy(labelled label: String) async throws(StorageError)

    /// Takes the lock of a dispatcher. `.inUse` where somebody has it.
    func hold(_ owner: OwnerID) async throws(StorageError) -> any OwnerLock

    /// Whether somebody holds the lock of this dispatcher.
    func isAlive(_ owner: OwnerID) async throws(StorageError) -> Bool

    /// Begins to listen for changes of other processes.
    func news() async throws(StorageError) -> any DatabaseNews

    /// Removes a copy, and what the database remembers on disk of its earlier rows.
    func forgetCopy(labelled label: String) async throws(StorageError)
}

/// What a change has to outlive.
package enum Durability: Sendable {
    /// Somebody was promised that it is kept: it is on the disk before the call returns.
    case promised
    /// It can be worked out again: it outlives the program, and the last moments may go with the machine, in order.
    case repeatable
}

extension Database {
    package func glance<Answer: Sendable>(
        _ work: @Sendable (any DatabaseSession) throws(StorageError) -> Answer
    ) async throws(StorageError) -> Answer {
        var answer: Answer?
        if try glanceAtOnce({ session throws(StorageError) in answer = try work(session) }), let answer {
            return answer
        }
        return try await read(work)
    }

    package func glanceAtOnce(
        _ work: (any DatabaseSession) throws(StorageError) -> Void
    ) throws(StorageError) -> Bool { false }

    /// Changes that somebody is promised.
    @discardableResult
    package func write<Answer: Sendable>(
        _ work: @Sendable (any DatabaseSession) throws(StorageError) -> Answer
    ) async throws(StorageError) -> Answer {
        try await write(.promised, work)
    }
}

/// One connection inside one unit of work.
package protocol DatabaseSession {
    /// Runs a statement that answers no rows; tells how many rows it changed.
    @discardableResult
    func execute(_ sql: String, _ parameters: [DatabaseValue]) throws(StorageError) -> Int

    /// Runs a query and hands over its rows one at a time, each valid only during its call.
    func forEachRow(
        _ sql: String, _ parameters: [DatabaseValue],
        _ body: (any DatabaseRow) throws(StorageError) -> Void
    ) throws(StorageError)

    /// Runs a statement whose answer nobody needs: in order, and at the latest before the unit of work ends. Where the
    /// database is far away, several of these travel together.
    func executeLater(_ sql: String, _ parameters: [DatabaseValue]) throws(StorageError)

    /// Runs one query for several sets of values, and hands over the rows with the number of their set.
    func forEachRow(
        _ sql: String, each sets: [[DatabaseValue]],
        _ body: (Int, any DatabaseRow) throws(StorageError) -> Void
    ) throws(StorageError)

    func tableExists(_ name: String) throws(StorageError) -> Bool

    /// Lets nobody else change the schema until this unit of work ends.
    func lockSchema() throws(StorageError)

    /// Tells those who listen in other processes, once this unit of work is committed.
    func announce() throws(StorageError)
}

extension DatabaseSession {
    @discardableResult
    package func execute(_ sql: String) throws(StorageError) -> Int { try execute(sql, []) }

    /// All rows of a query, each made into a value.
    package func rows<Value>(
        _ sql: String, _ parameters: [DatabaseValue] = [],
        _ value: (any DatabaseRow) throws(StorageError) -> Value
    ) throws(StorageError) -> [Value] {
        var values: [Value] = []
        try forEachRow(sql, parameters) { row throws(StorageError) in values.append(try value(row)) }
        return values
    }

    /// The first row of a query, if there is one.
    @inline(__always) package func firstRow<Value>(
        _ sql: String, _ parameters: [DatabaseValue] = [],
        _ value: (any DatabaseRow) throws(StorageError) -> Value
    ) throws(StorageError) -> Value? {
        var first: Value?
        try forEachRow(sql, parameters) { row throws(StorageError) in
            if first == nil { first = try value(row) }
        }
        return first
    }
}

/// What a column can hold. Dates, identifiers and truth values travel as integers, blobs and integers.
package enum DatabaseValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
    /// Kept as its sixteen bytes.
    case id(UUIDv7)

    package static func integer(_ value: Int) -> DatabaseValue { .integer(Int64(value)) }
    package static func optional(_ value: Int64?) -> DatabaseValue { value.map { .integer($0) } ?? .null }
    package static func optional(_ value: String?) -> DatabaseValue { value.map { .text($0) } ?? .null }
    package static func optional(_ value: [UInt8]?) -> DatabaseValue { value.map { .blob($0) } ?? .null }
}

/// One row of an answer, its columns counted from 0.
package protocol DatabaseRow {
    func value(_ column: Int) -> DatabaseValue
}

/// Typed reading: a column of another type than we wrote means that the database is damaged.
extension DatabaseRow {
    package func integer(_ column: Int) throws(StorageError) -> Int64 {
        guard case .integer(let value) = value(column) else { throw .damaged }
        return value
    }

    package func real(_ column: Int) throws(StorageError) -> Double {
        guard case .real(let value) = value(column) else { throw .damaged }
        return value
    }

    package func text(_ column: Int) throws(StorageError) -> String {
        guard case .text(let value) = value(column) else { throw .damaged }
        return value
    }

    package func blob(_ column: Int) throws(StorageError) -> [UInt8] {
        guard case .blob(let value) = value(column) else { throw .damaged }
        return value
    }

    package func isNull(_ column: Int) -> Bool { value(column) == .null }
}

internal import CPostgres
internal import Domain

/// A connection with its prepared statements; both end with their owner.
final class PostgresSession: DatabaseSession {
    private let handle: PostgresHandle
    private let line: PostgresLine
    private var number = 0
    /// Names of statements by their words and the kinds of their values.
    private var statements: [String: String] = [:]
    /// Statements kept prepared on the server.
    private static let mostStatements = 300

    /// Statements that travel together at most.
    private static let mostOnTheWay = 200

    init(_ handle: PostgresHandle) {
        self.handle = handle
        line = PostgresLine(handle)
    }

    var isLost: Bool { handle.isLost }

    /// Whether the last failure in this unit of work was others' being in the way.
    private(set) var mayBeRunAnew = false

    @discardableResult
    func execute(_ sql: String, _ parameters: [DatabaseValue]) throws(StorageError) -> Int {
        if parameters.isEmpty, let words = PostgresDialect.definition(sql) {
            line.send(words)
            return try answers(last: 1)[0].changedRows
        }
        try send(sql, parameters)
        return try answers(last: 1)[0].changedRows
    }

    func executeLater(_ sql: String, _ parameters: [DatabaseValue]) throws(StorageError) {
        try send(sql, parameters)
        // What is on its way has to fit the buffers on both sides.
        if line.count >= Self.mostOnTheWay { _ = try answers(last: 0) }
    }

    func forEachRow(
        _ sql: String, _ parameters: [DatabaseValue],
        _ body: (any DatabaseRow) throws(StorageError) -> Void
    ) throws(StorageError) {
        try send(sql, parameters)
        let result = try answers(last: 1)[0]
        for row in 0..<result.count { try body(PostgresRow(result: result, row: row)) }
    }

    func forEachRow(
        _ sql: String, each sets: [[DatabaseValue]],
        _ body: (Int, any DatabaseRow) throws(StorageError) -> Void
    ) throws(StorageError) {
        for start in stride(from: 0, to: sets.count, by: Self.mostOnTheWay) {
            let part = sets[start..<min(start + Self.mostOnTheWay, sets.count)]
            for values in part { try send(sql, values) }
            for (place, result) in try answers(last: part.count).enumerated() {
                for row in 0..<result.count { try body(start + place, PostgresRow(result: result, row: row)) }
            }
        }
    }

    func tableExists(_ name: String) throws(StorageError) -> Bool {
        let sql = "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1"
        return try firstRow(sql, [.text(name)]) { _ in true } ?? false
    }

    func lockSchema() throws(StorageError) {
        // Changing the tables of a large event takes as long as it takes, and so does waiting for who does it already.
        try executeLater("SET LOCAL statement_timeout = 0", [])
        try executeLater("SELECT pg_advisory_xact_lock(hashtext('likeness schema ' || current_schema()))", [])
    }

    func announce() throws(StorageError) {
        try executeLater("SELECT pg_notify('likeness_' || current_schema(), '')", [])
    }

    /// Begins a unit of work; the words travel with its first statement.
    func begin(_ words: [String]) {
        mayBeRunAnew = false
        for word in words { line.send(word) }
    }

    func commit() throws(StorageError) {
        line.send("COMMIT")
        // A unit of work that swallowed an error of the server has nothing to commit, and is told so.
        guard try answers(last: 1)[0].name == "COMMIT" else { throw .conflict }
    }

    /// Whatever goes wrong here, the connection is thrown away.
    func rollBack() throws(StorageError) {
        line.forget()
        line.send("ROLLBACK")
        _ = try answers(last: 1)
    }

    private func send(_ sql: String, _ parameters: [DatabaseValue]) throws(StorageError) {
        let values = PostgresValues(parameters)
        let key = values.kinds + sql
        if let name = statements[key] { return line.send(prepared: name, values) }
        if statements.count >= Self.mostStatements {
            line.send("DEALLOCATE ALL")
            statements = [:]
        }
        number += 1
        let name = "s\(number)"
        line.prepare(name, PostgresDialect.query(sql), values)
        statements[key] = name
        line.send(prepared: name, values)
    }

    /// The answers to the last of what was sent, once all of it is answered.
    private func answers(last count: Int) throws(StorageError) -> [PostgresResult] {
        do throws(PostgresFault) {
            return try line.answers(last: count)
        } catch {
            // Statements that were to be prepared may not have been.
            statements = [:]
            mayBeRunAnew = error.mayBeRunAnew
            throw error.error
        }
    }
}

/// What PostgreSQL wants to be told in its own words.
enum PostgresDialect {
    /// The words for a statement that defines something; nil for any other.
    ///
    /// Text is ordered by its bytes whatever the server's language, as in the other driver.
    static func definition(_ sql: String) -> String? {
        let heads = ["CREATE ", "ALTER ", "DROP "]
        guard heads.contains(where: sql.hasPrefix) else { return nil }
        guard sql.hasPrefix("CREATE TABLE") || sql.hasPrefix("ALTER TABLE") else { return sql }
        return sql.replacing(" TEXT", with: " TEXT COLLATE \"C\"")
    }

    /// The same function has another name, which is a word of its own unless it is quoted.
    static func query(_ sql: String) -> String { sql.replacing("instr(", with: "\"position\"(") }

    static func quoted(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }
}

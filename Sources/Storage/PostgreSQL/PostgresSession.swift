internal import CPostgres
internal import Domain

/// A connection with its prepared statements; both end with their owner.
final class PostgresSession: DatabaseSession {
    private let handle: PostgresHandle
    /// Names of statements by their words and the kinds of their values.
    private var statements: [String: String] = [:]
    /// Statements kept prepared on the server.
    private static let mostStatements = 300

    init(_ handle: PostgresHandle) { self.handle = handle }

    var isLost: Bool { handle.isLost }

    /// Whether the last failure in this unit of work was others' being in the way.
    var mayBeRunAnew: Bool { handle.mayBeRunAnew }

    @discardableResult
    func execute(_ sql: String, _ parameters: [DatabaseValue]) throws(StorageError) -> Int {
        if parameters.isEmpty, let words = PostgresDialect.definition(sql) {
            try handle.run(words)
            return 0
        }
        return try run(sql, parameters).changedRows
    }

    func forEachRow(
        _ sql: String, _ parameters: [DatabaseValue],
        _ body: (any DatabaseRow) throws(StorageError) -> Void
    ) throws(StorageError) {
        let result = try run(sql, parameters)
        for row in 0..<result.count { try body(PostgresRow(result: result, row: row)) }
    }

    func tableExists(_ name: String) throws(StorageError) -> Bool {
        let sql = "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1"
        return try firstRow(sql, [.text(name)]) { _ in true } ?? false
    }

    func lockSchema() throws(StorageError) {
        // Changing the tables of a large event takes as long as it takes, and so does waiting for who does it already.
        try handle.run("SET LOCAL statement_timeout = 0")
        _ = try run("SELECT pg_advisory_xact_lock(hashtext('likeness schema ' || current_schema()))", [])
    }

    func announce() throws(StorageError) {
        _ = try run("SELECT pg_notify('likeness_' || current_schema(), '')", [])
    }

    func begin(_ words: String) throws(StorageError) { try handle.begin(words) }

    func commit() throws(StorageError) {
        // A unit of work that swallowed an error of the server has nothing to commit, and is told so.
        guard try handle.run("COMMIT") == "COMMIT" else { throw .conflict }
    }

    /// Whatever goes wrong here, the connection is thrown away.
    func rollBack() throws(StorageError) { try handle.run("ROLLBACK") }

    private func run(_ sql: String, _ parameters: [DatabaseValue]) throws(StorageError) -> PostgresResult {
        let values = PostgresValues(parameters)
        let name = try prepared(sql, values)
        let result = values.withPointers { pointers, lengths, formats in
            PQexecPrepared(
                handle.pointer, name, Int32(parameters.count), pointers, lengths, formats, 1)
        }
        return try handle.checked(result)
    }

    private func prepared(_ sql: String, _ values: PostgresValues) throws(StorageError) -> String {
        let key = values.kinds + sql
        if let name = statements[key] { return name }
        if statements.count >= Self.mostStatements {
            try handle.run("DEALLOCATE ALL")
            statements = [:]
        }
        let name = "s\(statements.count)"
        _ = try handle.checked(
            PQprepare(handle.pointer, name, sql, Int32(values.types.count), values.types))
        statements[key] = name
        return name
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

    static func quoted(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }
}

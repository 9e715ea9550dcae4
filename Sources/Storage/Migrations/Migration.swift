package import Domain

/// One numbered step of the schema, forward only. A step that was shipped is never edited.
package struct Migration: Sendable {
    package let number: Int64
    package let name: String
    package let statements: [String]
    /// Carries over what statements alone cannot, after those of all steps.
    let carry: Carry?

    typealias Carry = @Sendable (any DatabaseSession, MigrationHelp) throws(StorageError) -> Void

    package init(_ number: Int64, _ name: String, _ statements: [String]) {
        self.init(number, name, statements, carry: nil)
    }

    init(_ number: Int64, _ name: String, _ statements: [String], carry: Carry?) {
        self.number = number
        self.name = name
        self.statements = statements
        self.carry = carry
    }
}

/// What a step may need from outside the database.
package struct MigrationHelp: Sendable {
    let milliseconds: Int64
    /// The event that an index without one becomes, and its key.
    let folder: (event: EventID, key: any VectorKey)?
}

extension Database {
    /// Brings the schema up to date in one transaction; an existing database is copied first.
    package func migrate(
        through steps: [Migration], at milliseconds: Int64,
        folder: (event: EventID, key: any VectorKey)? = nil
    ) async throws(StorageError) {
        precondition(
            steps.map(\.number) == Array(1...Int64(steps.count)), "steps are numbered from 1 without gaps")
        let known = Int64(steps.count)
        let found = try await read { session throws(StorageError) in try session.schemaVersion() }
        guard found <= known else { throw .newerThanProgram(version: found, known: known) }
        guard found < known else { return }
        if found > 0 { try await keepCopy(labelled: "version-\(found)") }
        try await write { session throws(StorageError) in
            try session.lockSchema()
            // Another process may have been quicker: what counts is what is found inside the transaction.
            let found = try session.schemaVersion()
            guard found <= known else { throw .newerThanProgram(version: found, known: known) }
            if found == 0 {
                try session.execute(
                    """
                    CREATE TABLE IF NOT EXISTS migrations (
                        number BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)
                    """)
            }
            let due = steps.filter { $0.number > found }
            for step in due {
                for statement in step.statements { try session.execute(statement) }
            }
            // Behind all statements: what carries rows over is written with the tables as they are today.
            for step in due {
                try step.carry?(session, MigrationHelp(milliseconds: milliseconds, folder: folder))
                try session.execute(
                    "INSERT INTO migrations (number, name, applied_at) VALUES ($1, $2, $3)",
                    [.integer(step.number), .text(step.name), .integer(milliseconds)])
            }
        }
    }
}

extension DatabaseSession {
    /// Number of the last step that was taken; 0 in a blank database.
    func schemaVersion() throws(StorageError) -> Int64 {
        guard try tableExists("migrations") else { return 0 }
        let newest = try firstRow("SELECT coalesce(max(number), 0) FROM migrations") {
            row throws(StorageError) in
            try row.integer(0)
        }
        return newest ?? 0
    }
}

package import Domain

/// Answers that are given again.
extension Pool: OnceKeeping {
    package func answer(
        to key: OnceKey
    ) async throws(PoolError) -> (fingerprint: [UInt8], answer: KeptAnswer)? {
        try await read { session throws(StorageError) in
            .success(
                try session.firstRow(
                    "SELECT fingerprint, status, location, body FROM kept_answers WHERE caller = $1 AND word = $2",
                    [.blob(key.caller), .text(key.word)]
                ) { row throws(StorageError) in
                    (
                        try row.blob(0),
                        KeptAnswer(
                            status: Int(try row.integer(1)), location: try row.optionalText(2),
                            body: try row.blob(3))
                    )
                })
        }
    }

    package func forgetAnswers(before milliseconds: Int64) async throws(PoolError) {
        try await write { session throws(StorageError) -> Result<Void, PoolError> in
            try session.execute("DELETE FROM kept_answers WHERE at < $1", [.integer(milliseconds)])
            return .success(())
        }
    }
}

extension OnceWork {
    /// Keeps the answer to what was made. Whoever finds that another one was quicker changes nothing: `.conflict`.
    func keep(_ made: any Sendable, in session: any DatabaseSession) throws(StorageError) {
        guard let answer = answer(made) else { return }
        let isFirst = try session.execute(
            """
            INSERT INTO kept_answers (caller, word, fingerprint, status, location, body, at)
            VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (caller, word) DO NOTHING
            """,
            [
                .blob(key.caller), .text(key.word), .blob(fingerprint), .integer(answer.status),
                .optional(answer.location), .blob(answer.body), .integer(at),
            ])
        guard isFirst == 1 else { throw .conflict }
    }
}

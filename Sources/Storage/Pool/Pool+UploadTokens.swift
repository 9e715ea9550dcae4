package import Domain

/// Leave to upload without an account.
extension Pool {
    package func keep(
        _ token: UploadToken, hash: [UInt8], by act: Act
    ) async throws(AccountError) -> UploadToken {
        try await change { session throws(StorageError) -> Result<UploadToken, AccountError> in
            guard var work = try EventWork(locking: token.event, by: act, in: session),
                work.state != .deleting
            else { return .failure(.noSuchEvent) }
            try session.execute(
                """
                INSERT INTO upload_tokens (id, token, event, photographer, created_at, expires_at)
                VALUES ($1, $2, $3, $4, $5, $6)
                """,
                [
                    .id(token.id), .blob(hash), .id(token.event), .id(token.photographer),
                    .integer(token.createdAt), .integer(token.expiresAt),
                ])
            try work.note(.link, token.id, became: ["photographer": token.photographer.text])
            try work.finish()
            return .success(token)
        }
    }

    package func uploadToken(_ hash: [UInt8]) async throws(AccountError) -> UploadToken? {
        try await glance { session throws(StorageError) in
            try session.firstRow(UploadToken.select + " WHERE token = $1", [.blob(hash)]) {
                row throws(StorageError) in try UploadToken(row)
            }
        }
    }

    package func uploadTokens(of event: EventID) async throws(AccountError) -> [UploadToken] {
        try await look { session throws(StorageError) in
            try session.rows(UploadToken.select + " WHERE event = $1 ORDER BY id", [.id(event)]) {
                row throws(StorageError) in try UploadToken(row)
            }
        }
    }

    package func revoke(
        _ token: UploadTokenID, of event: EventID, by act: Act
    ) async throws(AccountError) {
        try await change { session throws(StorageError) -> Result<Void, AccountError> in
            guard var work = try EventWork(locking: event, by: act, in: session), work.state != .deleting
            else { return .failure(.noSuchEvent) }
            let found = try session.execute(
                "UPDATE upload_tokens SET revoked_at = coalesce(revoked_at, $3) WHERE id = $1 AND event = $2",
                [.id(token), .id(event), .integer(act.at)])
            guard found == 1 else { return .failure(.noSuchToken) }
            try work.note(.linkRevoked, token)
            try work.finish()
            return .success(())
        }
    }
}

extension UploadToken {
    fileprivate static let select =
        "SELECT id, event, photographer, created_at, expires_at, revoked_at FROM upload_tokens"

    fileprivate init(_ row: any DatabaseRow) throws(StorageError) {
        self.init(
            id: try row.identifier(0), event: try row.identifier(1), photographer: try row.identifier(2),
            createdAt: try row.integer(3), expiresAt: try row.integer(4),
            revokedAt: try row.optionalInteger(5))
    }
}

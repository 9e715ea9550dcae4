package import Domain

extension Pool: FileNaming {
    package func named(
        _ files: [PhotoFile], in event: EventID
    ) async throws(StorageError) -> Set<PhotoFile> {
        try await database.read { session throws(StorageError) in
            var named: Set<PhotoFile> = []
            for file in files where try session.names(file, in: event) { named.insert(file) }
            return named
        }
    }

    package func eventExists(_ event: EventID) async throws(StorageError) -> Bool {
        try await database.read { session throws(StorageError) in try session.event(event) != nil }
    }

    package func originals(
        after hash: String?, in event: EventID, limit: Int
    ) async throws(StorageError) -> [String] {
        try await database.read { session throws(StorageError) in
            try session.rows(
                """
                SELECT content_hash FROM (SELECT content_hash FROM photos
                    WHERE event = $1 AND content_hash > $2 ORDER BY content_hash LIMIT $3) AS now
                UNION
                SELECT content_hash FROM (SELECT content_hash FROM photo_versions
                    WHERE event = $1 AND content_hash > $2 ORDER BY content_hash LIMIT $3) AS earlier
                ORDER BY content_hash LIMIT $3
                """, [.id(event), .text(hash ?? ""), .integer(limit)]
            ) { row throws(StorageError) in try row.text(0) }
        }
    }

    package func renditions(
        after photo: PhotoID?, in event: EventID, limit: Int
    ) async throws(StorageError) -> [NamedRendition] {
        try await database.read { session throws(StorageError) in
            try session.rows(
                """
                SELECT photo, renditions.kind, renditions.content_hash, renditions.size_in_bytes
                FROM (SELECT id FROM photos WHERE event = $1 AND in_trash = 0 AND id > $2
                    AND state IN ('indexed', 'no-face') ORDER BY id LIMIT $3) AS page
                JOIN renditions ON renditions.photo = page.id ORDER BY photo, renditions.kind
                """, [.id(event), .blob(photo?.bytes ?? []), .integer(limit)]
            ) { row throws(StorageError) in
                NamedRendition(
                    photo: try row.identifier(0),
                    file: .rendition(try row.word(1), of: try row.text(2)), sizeInBytes: try row.integer(3))
            }
        }
    }

    package func eventsWithFiles() async throws(StorageError) -> [EventID] {
        try await database.read { session throws(StorageError) in
            try session.rows("SELECT id FROM events WHERE kind = 'pool' AND state <> 'deleting' ORDER BY id")
            {
                row throws(StorageError) in try row.identifier(0)
            }
        }
    }

    /// Whether nothing was ever kept in a database, so that no key can be missing.
    package static func holdsNothing(_ database: any Database) async throws(PoolError) -> Bool {
        try await pooled { () async throws(StorageError) in
            try await database.read { session throws(StorageError) in
                guard try session.schemaVersion() > 1 else { return true }
                return try session.firstRow("SELECT 1 FROM events LIMIT 1") { _ in true } == nil
            }
        }
    }
}

extension DatabaseSession {
    fileprivate func names(_ file: PhotoFile, in event: EventID) throws(StorageError) -> Bool {
        let (sql, value): (String, DatabaseValue)
        switch file {
        case .original(let hash):
            value = .text(hash)
            sql = """
                SELECT 1 FROM photos WHERE event = $1 AND content_hash = $2
                UNION ALL SELECT 1 FROM photo_versions WHERE event = $1 AND content_hash = $2
                UNION ALL SELECT 1 FROM uploads WHERE event = $1 AND content_hash = $2 AND photo IS NULL
                """
        case .rendition(_, let hash):
            value = .text(hash)
            sql = "SELECT 1 FROM photos WHERE event = $1 AND content_hash = $2"
        case .upload(let id):
            value = .id(id)
            sql = "SELECT 1 FROM uploads WHERE event = $1 AND id = $2 AND photo IS NULL"
        case .stray: return false
        }
        return try firstRow(sql, [.id(event), value]) { _ in true } ?? false
    }
}

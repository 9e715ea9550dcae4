internal import Domain

extension DatabaseSession {
    /// Every original that is kept for a row: photos and their earlier versions.
    func keptOriginals() throws(StorageError) -> [KeptOriginal] {
        try rows(
            """
            SELECT photos.event, content_hash, photos.name FROM photos JOIN events ON events.id = photos.event
            WHERE events.kind = 'pool' AND events.state <> 'deleting'
            UNION SELECT photo_versions.event, content_hash, photo_versions.name FROM photo_versions
            JOIN events ON events.id = photo_versions.event WHERE events.state <> 'deleting'
            """
        ) { row throws(StorageError) in
            KeptOriginal(
                event: try row.identifier(0), hash: try row.text(1), name: PhotoName(bytes: try row.blob(2)))
        }
    }

    func keptOriginals(of hash: String, in event: EventID) throws(StorageError) -> Int {
        let sql = """
            SELECT (SELECT count(*) FROM photos JOIN events ON events.id = photos.event
                    WHERE photos.event = $1 AND content_hash = $2 AND events.state <> 'deleting')
                + (SELECT count(*) FROM photo_versions JOIN events ON events.id = photo_versions.event
                    WHERE photo_versions.event = $1 AND content_hash = $2 AND events.state <> 'deleting')
            """
        return try firstRow(sql, [.id(event), .text(hash)]) { row throws(StorageError) in
            Int(try row.integer(0))
        } ?? 0
    }
}

extension Pool {
    /// Takes a photo, or an earlier version of one, out of a snapshot.
    func forgetOriginal(_ hash: String, of event: EventID) async throws(PoolError) {
        let act = Act(by: .program, at: 0)
        let photo = try await read { session throws(StorageError) -> Result<PhotoID?, PoolError> in
            .success(
                try session.firstRow(
                    "SELECT id FROM photos WHERE event = $1 AND content_hash = $2", [.id(event), .text(hash)]
                ) { row throws(StorageError) in try row.identifier(0) })
        }
        if let photo {
            try await setInTrash(true, [photo], of: event, by: act)
            _ = try await purge([photo], of: event, by: act)
            return
        }
        _ = try await write { session throws(StorageError) -> Result<Void, PoolError> in
            guard var work = try EventWork(locking: event, by: act, in: session) else { return .success(()) }
            let size = try session.firstRow(
                """
                DELETE FROM photo_versions WHERE event = $1 AND content_hash = $2 RETURNING size_in_bytes
                """, [.id(event), .text(hash)]
            ) { row throws(StorageError) in try row.integer(0) }
            work.claim(bytes: -(size ?? 0))
            try work.finish()
            return .success(())
        }
    }

    /// Takes uploads whose bytes are elsewhere out of a snapshot, and lets go of jobs in hands that are not here.
    func forgetUnfinishedUploads() async throws(PoolError) {
        let open = try await read { session throws(StorageError) -> Result<[UploadID], PoolError> in
            .success(
                try session.rows("SELECT id FROM uploads WHERE photo IS NULL") { row throws(StorageError) in
                    try row.identifier(0)
                })
        }
        for id in open {
            do throws(UploadError) { try await end(id) } catch {
                guard case .storage(let fault) = error else { continue }
                throw .storage(fault)
            }
        }
        let owners = try await read { session throws(StorageError) -> Result<[OwnerID], PoolError> in
            .success(
                try session.rows(
                    "SELECT id FROM owners UNION SELECT owner FROM jobs WHERE state = 'running'"
                ) { row throws(StorageError) in try row.identifier(0) })
        }
        _ = try await write { session throws(StorageError) -> Result<Void, PoolError> in
            for owner in owners { _ = try session.free(.all(owner), isDeath: false, at: 0) }
            try session.execute("DELETE FROM owners")
            return .success(())
        }
    }
}

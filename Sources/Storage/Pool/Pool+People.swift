package import Domain

/// Photographers and albums of an event.
extension Pool {
    package func addPhotographer(
        _ name: String, to event: Event, by act: Act
    ) async throws(PoolError) -> Photographer {
        guard !name.isEmpty else { throw .emptyName }
        let id = PhotographerID(at: act.at)
        return try await write { session throws(StorageError) in
            guard var work = try EventWork(locking: event.id, by: act, in: session) else {
                return .failure(.noSuchEvent)
            }
            guard work.state == .open else { return .failure(.eventArchived) }
            let isNew = try session.execute(
                """
                INSERT INTO photographers (id, event, name, claimed_bytes, created_at, version)
                VALUES ($1, $2, $3, 0, $4, 1) ON CONFLICT (event, name) DO NOTHING
                """, [.id(id), .id(event.id), .text(name), .integer(act.at)])
            guard isNew == 1 else { return .failure(.photographerExists) }
            try work.note(.photographer, id, became: ["name": name])
            try work.finish()
            return .success(Photographer(id: id, name: name, claimedBytes: 0))
        }
    }

    package func photographers(of event: EventID) async throws(PoolError) -> [Photographer] {
        try await read { session throws(StorageError) in
            .success(
                try session.rows(
                    "SELECT id, name, claimed_bytes FROM photographers WHERE event = $1 ORDER BY name",
                    [.id(event)]
                ) { row throws(StorageError) in
                    Photographer(
                        id: try row.identifier(0), name: try row.text(1), claimedBytes: try row.integer(2))
                })
        }
    }

    package func album(_ name: String, of event: Event, by act: Act) async throws(PoolError) -> Album {
        guard !name.isEmpty else { throw .emptyName }
        let id = AlbumID(at: act.at)
        return try await write { session throws(StorageError) in
            guard var work = try EventWork(locking: event.id, by: act, in: session) else {
                return .failure(.noSuchEvent)
            }
            let known = try session.firstRow(
                "SELECT id FROM albums WHERE event = $1 AND name = $2", [.id(event.id), .text(name)]
            ) { row throws(StorageError) in try row.identifier(0, AlbumID.self) }
            if let known { return .success(Album(id: known, name: name)) }
            guard work.state == .open else { return .failure(.eventArchived) }
            try session.execute(
                "INSERT INTO albums (id, event, name, created_at, version) VALUES ($1, $2, $3, $4, 1)",
                [.id(id), .id(event.id), .text(name), .integer(act.at)])
            try work.note(.album, id, became: ["name": name])
            try work.finish()
            return .success(Album(id: id, name: name))
        }
    }

    package func albums(of event: EventID) async throws(PoolError) -> [Album] {
        try await read { session throws(StorageError) in
            .success(
                try session.rows("SELECT id, name FROM albums WHERE event = $1 ORDER BY name", [.id(event)]) {
                    row throws(StorageError) in
                    Album(id: try row.identifier(0), name: try row.text(1))
                })
        }
    }
}

package import Domain

/// What organisers do with photos.
extension Pool {
    package func setHidden(
        _ isHidden: Bool, _ photos: [PhotoID], of event: EventID, by act: Act
    ) async throws(PoolError) {
        try await change(photos, of: event, by: act) { photo, work throws(StorageError) in
            guard photo.standing.isHidden != isHidden else { return }
            try photo.setHidden(isHidden, in: &work)
            try work.note(isHidden ? .hidden : .shown, photo.id)
        }
    }

    package func setInTrash(
        _ isInTrash: Bool, _ photos: [PhotoID], of event: EventID, by act: Act
    ) async throws(PoolError) {
        try await change(photos, of: event, by: act) { photo, work throws(StorageError) in
            guard photo.standing.isInTrash != isInTrash else { return }
            try photo.setInTrash(isInTrash, at: act.at, in: &work)
            work.raiseRevision()
            try work.note(isInTrash ? .trashed : .restored, photo.id)
        }
    }

    package func purge(_ photos: [PhotoID], of event: EventID, by act: Act) async throws(PoolError) -> Int {
        try await write { session throws(StorageError) in
            guard var work = try EventWork(locking: event, by: act, in: session) else {
                return .failure(.noSuchEvent)
            }
            var purged = 0
            for id in photos {
                guard let photo = try session.standing(of: id, in: event), photo.standing.isInTrash else {
                    continue
                }
                let size = try session.firstRow(
                    """
                    SELECT size_in_bytes + CAST(coalesce((
                        SELECT sum(size_in_bytes) FROM photo_versions WHERE photo = $1), 0) AS BIGINT)
                    FROM photos WHERE id = $1
                    """, [.id(id)]
                ) { row throws(StorageError) in try row.integer(0) }
                try session.releaseClaims(on: id)
                try session.execute("DELETE FROM photos WHERE id = $1", [.id(id)])
                work.claim(bytes: -(size ?? 0))
                work.count(photo.standing, -1)
                work.raiseRevision()
                try work.note(.purged, id)
                purged += 1
            }
            try work.finish()
            return .success(purged)
        }
    }

    package func redevelop(_ photos: [PhotoID], of event: EventID, by act: Act) async throws(PoolError) {
        try await change(photos, of: event, by: act) { photo, work throws(StorageError) in
            guard [.indexed, .noFace].contains(photo.standing.state) else { return }
            try work.session.execute(
                "UPDATE photos SET state = 'queued', version = version + 1 WHERE id = $1", [.id(photo.id)])
            var after = photo.standing
            after.state = .queued
            work.count(photo.standing, -1)
            work.count(after, 1)
            try work.enqueue(photo.id, stage: .develop, lane: nil, now: act.at)
            try work.note(.retried, photo.id)
        }
        ring()
    }

    package func retry(
        _ photos: [PhotoID]?, of event: EventID, by act: Act
    ) async throws(PoolError) -> Int {
        let retried: Int = try await write { session throws(StorageError) in
            guard var work = try EventWork(locking: event, by: act, in: session) else {
                return .failure(.noSuchEvent)
            }
            let parked = try session.rows(
                "SELECT id, subject FROM jobs WHERE event = $1 AND state = 'parked'", [.id(event)]
            ) { row throws(StorageError) in
                (job: try row.identifier(0, JobID.self), photo: try row.identifier(1, PhotoID.self))
            }
            let wanted = photos.map(Set.init)
            var count = 0
            for (job, id) in parked where wanted?.contains(id) ?? true {
                guard let photo = try session.standing(of: id, in: event) else { continue }
                try session.execute(
                    """
                    UPDATE jobs SET state = 'waiting', not_before = $2, attempts = 0, owner_deaths = 0, reason = NULL
                    WHERE id = $1
                    """, [.id(job), .integer(act.at)])
                try session.execute(
                    """
                    UPDATE photos SET state = 'queued', reason = NULL, reason_sentence = NULL, reason_lasts = NULL,
                        version = version + 1
                    WHERE id = $1
                    """, [.id(id)])
                var after = photo.standing
                after.state = .queued
                work.count(photo.standing, -1)
                work.count(after, 1)
                try work.note(.retried, id)
                count += 1
            }
            if count > 0 { try session.announce() }
            try work.finish()
            return .success(count)
        }
        ring()
        return retried
    }

    private func change(
        _ photos: [PhotoID], of event: EventID, by act: Act,
        _ body: @Sendable (PhotoStanding, inout EventWork) throws(StorageError) -> Void
    ) async throws(PoolError) {
        try await write { session throws(StorageError) -> Result<Void, PoolError> in
            guard var work = try EventWork(locking: event, by: act, in: session) else {
                return .failure(.noSuchEvent)
            }
            var found: [PhotoStanding] = []
            for id in photos {
                guard let photo = try session.standing(of: id, in: event) else {
                    return .failure(.noSuchPhoto)
                }
                found.append(photo)
            }
            for photo in found { try body(photo, &work) }
            try work.finish()
            return .success(())
        }
    }
}

extension DatabaseSession {
    /// Gives their room back to those who uploaded a photo, before it goes.
    fileprivate func releaseClaims(on photo: PhotoID) throws(StorageError) {
        let claims = try rows(
            "SELECT photographer, length FROM uploads WHERE photo = $1", [.id(photo)]
        ) { row throws(StorageError) in (try row.identifier(0, PhotographerID.self), try row.integer(1)) }
        for (photographer, bytes) in claims { try claim(bytes: -bytes, for: photographer) }
    }
}

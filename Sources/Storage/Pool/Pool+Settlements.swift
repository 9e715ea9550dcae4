package import Domain
internal import Synchronization

/// What came of jobs, written down together with their end.
extension Pool {
    package func settle(
        _ settlements: [Settlement], of owner: OwnerID, at milliseconds: Int64
    ) async throws(StorageError) {
        // Events are locked in one order everywhere, so that two groups never wait for each other.
        let byEvent = Dictionary(grouping: settlements) { $0.job.event }.sorted { $0.key < $1.key }
        // Whoever asks for these photos again asks anew.
        lookedUp.withLock { known in
            for settlement in settlements { known[settlement.job.subject] = nil }
        }
        // What came of a job can be worked out again, so nobody waits for the disk.
        try await database.write(.repeatable) { session throws(StorageError) in
            for (event, settlements) in byEvent {
                guard
                    var work = try EventWork(
                        locking: event, by: Act(by: .program, at: milliseconds), in: session)
                else { continue }
                let hand = try Hand(settlements, of: owner, in: work)
                for settlement in settlements {
                    try settlement.settle(in: &work, hand, of: owner, at: milliseconds)
                }
                try work.finish()
            }
            try session.executeLater(
                "UPDATE owners SET moved_at = $2, seen_at = $2 WHERE id = $1",
                [.id(owner), .integer(milliseconds)])
        }
    }
}

/// What a group of settlements has to know of its jobs and photos, asked for all at once.
private struct Hand {
    /// Jobs that were done and still the owner's, which are gone with this.
    private(set) var ended: Set<JobID> = []
    /// Photos of jobs that were done, as they stand now.
    private(set) var photos: [PhotoID: (standing: PhotoStanding, contentHash: String, faces: Int64)] = [:]

    init(_ settlements: [Settlement], of owner: OwnerID, in work: EventWork) throws(StorageError) {
        let done = settlements.filter { if case .done = $0.outcome { true } else { false } }.map(\.job)
        try work.session.forEachRow(
            "DELETE FROM jobs WHERE id = $1 AND owner = $2 RETURNING id",
            each: done.map { [.id($0.id), .id(owner)] }
        ) { number, _ in ended.insert(done[number].id) }
        try work.session.forEachRow(
            """
            SELECT state, is_hidden, in_trash, content_hash, faces FROM photos WHERE id = $1 AND event = $2
            """, each: done.map { [.id($0.subject), .id(work.id)] }
        ) { number, row throws(StorageError) in
            let photo = done[number].subject
            photos[photo] = (
                PhotoStanding(
                    id: photo,
                    standing: EventWork.Standing(
                        state: try row.word(0), isHidden: try row.truth(1), isInTrash: try row.truth(2))),
                try row.text(3), try row.integer(4)
            )
        }
    }
}

extension Settlement {
    fileprivate func settle(
        in work: inout EventWork, _ hand: Hand, of owner: OwnerID, at now: Int64
    ) throws(StorageError) {
        switch outcome {
        case .done(let product, let next):
            guard hand.ended.contains(job.id) else { return }
            switch product {
            case .nothing: break
            case .developed(let developed):
                // The photo may be gone, or its bytes may have been replaced.
                guard let photo = hand.photos[job.subject], photo.contentHash == developed.facts.contentHash
                else {
                    return
                }
                try developed.settle(photo.standing, hadFaces: photo.faces > 0, in: &work, at: now)
            }
            if let next { try work.enqueue(job.subject, stage: next, lane: nil, now: now) }
        case .again(let moment, let counts):
            try again(notBefore: moment, counts: counts, in: work, of: owner)
        case .parked(let failure):
            try park(failure, in: &work, of: owner, at: now)
        case .dropped:
            _ = try end(of: owner, in: work)
        }
    }

    /// Tells whether the job was still the owner's: a dispatcher that was taken for dead may come too late.
    private func end(of owner: OwnerID, in work: EventWork) throws(StorageError) -> Bool {
        try work.session.execute(
            "DELETE FROM jobs WHERE id = $1 AND owner = $2", [.id(job.id), .id(owner)]) == 1
    }

    private func again(
        notBefore: Int64, counts: Bool, in work: EventWork, of owner: OwnerID
    ) throws(StorageError) {
        try work.session.execute(
            """
            UPDATE jobs SET state = 'waiting', owner = NULL, lease_until = NULL, not_before = $3, attempts = attempts + $4
            WHERE id = $1 AND owner = $2
            """, [.id(job.id), .id(owner), .integer(notBefore), .truth(counts)])
    }

    private func park(
        _ failure: PhotoFailure, in work: inout EventWork, of owner: OwnerID, at now: Int64
    ) throws(StorageError) {
        let isOurs = try work.session.execute(
            """
            UPDATE jobs SET state = 'parked', owner = NULL, lease_until = NULL, attempts = attempts + 1, reason = $3
            WHERE id = $1 AND owner = $2
            """, [.id(job.id), .id(owner), .text(failure.code)])
        guard isOurs == 1 else { return }
        guard let photo = try work.session.standing(of: job.subject, in: work.id) else { return }
        try work.session.execute(
            """
            UPDATE photos SET state = 'failed', reason = $2, reason_sentence = $3, reason_lasts = $4, settled_at = $5,
                version = version + 1
            WHERE id = $1
            """,
            [
                .id(photo.id), .text(failure.code), .text(failure.sentence), .truth(failure.isLasting),
                .integer(now),
            ])
        try photo.moved(to: .failed, in: &work)
        try work.note(.failed, photo.id)
    }
}

extension DevelopedPhoto {
    fileprivate func settle(
        _ photo: PhotoStanding, hadFaces: Bool, in work: inout EventWork, at now: Int64
    ) throws(StorageError) {
        let session = work.session
        let state: PhotoState = faces.isEmpty ? .noFace : .indexed
        try session.executeLater(
            """
            UPDATE photos SET state = $2, faces = $3, settled_at = $4, policy = $5, pack = $6, format = $7, width = $8,
                height = $9, taken_clock = $10, taken_zone_minutes = $11, perceptual_hash = $12, profile = $13,
                camera = $14, reason = NULL, reason_sentence = NULL, reason_lasts = NULL, version = version + 1
            WHERE id = $1
            """,
            [
                .id(photo.id), .text(state.rawValue), .integer(faces.count), .integer(now),
                .text(recipe.policy.rawValue), .text(recipe.pack), .text(facts.format.rawValue),
                .integer(facts.width), .integer(facts.height),
                .optional(facts.takenAt?.clockInMilliseconds),
                .optional(facts.takenAt?.zoneInMinutes.map { Int64($0) }), .text(facts.perceptualHash),
                .text(facts.profile), .id(try work.camera(facts.camera, at: now)),
            ])
        // Faces that were here before keep their person with their identifier.
        var people: [FaceID: PersonID] = [:]
        if hadFaces {
            try session.forEachRow(
                "SELECT id, person FROM faces WHERE photo = $1 AND person IS NOT NULL", [.id(photo.id)]
            ) { row throws(StorageError) in people[try row.identifier(0)] = try row.identifier(1) }
            try session.executeLater("DELETE FROM faces WHERE photo = $1", [.id(photo.id)])
        }
        for (place, face) in faces.enumerated() {
            try session.put(
                face, place + 1, of: photo.id, pack: recipe.pack, person: people[face.id], in: work.id)
        }
        for (kind, size) in renditions {
            try session.executeLater(
                """
                INSERT INTO renditions (photo, kind, content_hash, size_in_bytes) VALUES ($1, $2, $3, $4)
                ON CONFLICT (photo, kind) DO UPDATE SET content_hash = excluded.content_hash,
                    size_in_bytes = excluded.size_in_bytes
                """,
                [.id(photo.id), .text(kind.rawValue), .text(facts.contentHash), .integer(size)])
        }
        try photo.moved(to: state, in: &work)
        work.raiseRevision()
        try work.note(.developed, photo.id)
    }
}

extension PhotoStanding {
    fileprivate func moved(to state: PhotoState, in work: inout EventWork) throws(StorageError) {
        var after = standing
        after.state = state
        work.count(standing, -1)
        work.count(after, 1)
    }
}

extension EventWork {
    /// The event's row for a camera; nil where the file tells nothing of it.
    fileprivate mutating func camera(_ camera: Camera, at now: Int64) throws(StorageError) -> CameraID? {
        if let known = cameras[camera] { return known }
        let id = try found(camera, at: now)
        cameras[camera] = id
        return id
    }

    private func found(_ camera: Camera, at now: Int64) throws(StorageError) -> CameraID? {
        let words = [camera.make, camera.model, camera.serial].map { DatabaseValue.text($0 ?? "") }
        guard words.contains(where: { $0 != .text("") }) else { return nil }
        let known = try session.firstRow(
            "SELECT id FROM cameras WHERE event = $1 AND make = $2 AND model = $3 AND serial = $4",
            [.id(id)] + words
        ) { row throws(StorageError) in try row.identifier(0, CameraID.self) }
        if let known { return known }
        let new = CameraID(at: now)
        try session.execute(
            "INSERT INTO cameras (id, event, make, model, serial) VALUES ($1, $2, $3, $4, $5)",
            [.id(new), .id(id)] + words)
        return new
    }
}

extension DatabaseSession {
    func put(
        _ face: SealedFace, _ number: Int, of photo: PhotoID, pack: String, person: PersonID? = nil,
        in event: EventID
    ) throws(StorageError) {
        try executeLater(
            """
            INSERT INTO faces (id, event, photo, number, pack, x, y, width, height, landmarks, score, sharpness,
                brightness, contrast, clipped, yaw, pitch, roll, occlusion, size, tier, reason, sealed, person)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
                $22, $23, $24)
            """,
            [.id(face.id), .id(event), .id(photo), .integer(number), .text(pack)] + face.face.columns
                + [.optional(face.sealed), .id(person)])
    }
}

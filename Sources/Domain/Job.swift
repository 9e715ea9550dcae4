/// One piece of work that waits in the database, is in somebody's hands, or is parked with its reason.
package struct Job: Sendable, Hashable {
    package let id: JobID
    package let stage: StageName
    package let event: EventID
    package let subject: PhotoID
    /// How often it failed by itself, children that it ended included.
    package let attempts: Int
    /// How often a dispatcher died while it had the job in hand.
    package let ownerDeaths: Int

    package init(
        id: JobID, stage: StageName, event: EventID, subject: PhotoID, attempts: Int, ownerDeaths: Int
    ) {
        self.id = id
        self.stage = stage
        self.event = event
        self.subject = subject
        self.attempts = attempts
        self.ownerDeaths = ownerDeaths
    }
}

/// The name of a step on a photo's way: a stable word for the database.
package struct StageName: RawRepresentable, Sendable, Hashable {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    package static let develop = StageName(rawValue: "develop")
}

/// Which work comes first; inside a rank the order of arrival counts, in fair turns between events and photographers.
package enum JobRank: Int, Sendable, Hashable, Comparable {
    case selfie = 0
    /// The first photos of an event: somebody waits to see whether it works.
    case firstPhotos = 1
    case rest = 2

    package static func < (first: JobRank, second: JobRank) -> Bool { first.rawValue < second.rawValue }

    /// How many photos of an event come before the rest.
    package static let firstPhotosOfEvent = 20
}

/// What came of a job, to be written down in one unit of work with the end of the job.
package struct Settlement: Sendable {
    package let job: Job
    package let outcome: Outcome

    package init(job: Job, outcome: Outcome) {
        self.job = job
        self.outcome = outcome
    }

    package enum Outcome: Sendable {
        /// Done; the next stage's job begins where there is one.
        case done(StageProduct, next: StageName?)
        /// To be tried again, not before this moment; `counts` where it was the job's own failure.
        case again(notBefore: Int64, counts: Bool)
        /// Nobody tries it again before somebody asks for it.
        case parked(PhotoFailure)
        /// What it was about is gone.
        case dropped
    }
}

/// What a stage found out.
package enum StageProduct: Sendable {
    case nothing
    case developed(DevelopedPhoto)
}

/// A photo as it came out of the darkroom, its vectors sealed.
package struct DevelopedPhoto: Sendable {
    package let recipe: Recipe
    package let facts: PictureFacts
    package let faces: [SealedFace]
    /// Sizes in bytes of the renditions that are kept.
    package let renditions: [RenditionKind: Int]

    package init(
        recipe: Recipe, facts: PictureFacts, faces: [SealedFace], renditions: [RenditionKind: Int]
    ) {
        self.recipe = recipe
        self.facts = facts
        self.faces = faces
        self.renditions = renditions
    }
}

/// A face whose vector, if it has one, only the vault can open.
package struct SealedFace: Sendable, Equatable {
    package let id: FaceID
    /// Without its vector.
    package let face: Face
    package let sealed: [UInt8]?

    /// Takes the vector away from the face and keeps it sealed.
    package init(_ face: Face, id: FaceID, pack: String, key: any VectorKey) {
        var bare = face
        bare.vector = nil
        self.id = id
        self.face = bare
        sealed = face.vector.map { key.seal($0, of: id, pack: pack) }
    }
}

/// A job as whoever looks after the machine sees it.
package struct WaitingJob: Sendable, Hashable {
    package let job: Job
    package let state: State
    package let queuedAt: Int64
    /// Before this moment it does not begin.
    package let notBefore: Int64
    /// Why it is parked.
    package let reason: String?

    package init(job: Job, state: State, queuedAt: Int64, notBefore: Int64, reason: String?) {
        self.job = job
        self.state = state
        self.queuedAt = queuedAt
        self.notBefore = notBefore
        self.reason = reason
    }

    package enum State: String, Sendable, Hashable, CaseIterable { case waiting, running, parked }
}

import Domain
import Storage
import Synchronization
import TestSupport

/// A pool with one event and two photographers, on either database, with a clock that tests move.
final class PoolFixture: Sendable {
    let base: TestDatabase
    let pool: Pool
    let vault: MemoryVault
    let event: Event
    let first: Photographer
    let second: Photographer
    private let time = Mutex<Int64>(1_000_000)

    init(_ kind: DatabaseKind, settings: EventSettings = EventSettings()) async throws {
        base = try await TestDatabase(kind)
        vault = MemoryVault()
        pool = try await Pool.open(base.database, vault: vault, at: 1)
        let act = Act(by: .commandLine, at: 1_000_000)
        event = try await pool.create("party", settings, by: act)
        try await vault.prepare(event.id)
        first = try await pool.addPhotographer("Ada", to: event, by: act)
        second = try await pool.addPhotographer("Ben", to: event, by: act)
    }

    var now: Int64 { time.withLock { $0 } }

    func pass(_ milliseconds: Int64) { time.withLock { $0 += milliseconds } }

    var act: Act { Act(by: .commandLine, at: now) }

    /// A file that is complete the moment it begins.
    @discardableResult
    func upload(
        _ content: Int, by photographer: Photographer? = nil, replaces: PhotoID? = nil, length: Int64 = 10
    ) async throws -> UploadResult {
        // Identifiers grow with time, and arrivals are told apart by it.
        pass(1)
        let offer = UploadOffer(
            event: event.id, photographer: (photographer ?? first).id, name: PhotoName("\(content).jpg"),
            length: length, replaces: replaces)
        let begun = try await pool.begin(offer, expiresAt: now + 1000, now: now)
        _ = try await pool.advance(begun.id, to: length, content: hash(content), expiresAt: now + 1000)
        return try await pool.finish(begun.id, now: now)
    }

    func hash(_ content: Int) -> String {
        let digits = String(content, radix: 16)
        return String(repeating: "0", count: 64 - digits.count) + digits
    }

    /// What the darkroom would find on a photo: as many faces as told.
    func developed(_ content: Int, faces: Int) async throws -> StageProduct {
        let key = try await vault.key(of: event.id)
        var facts = Sample.facts()
        facts.contentHash = hash(content)
        let found = (0..<faces).map { place in
            SealedFace(Sample.face(at: Float(place)), id: FaceID(at: now), pack: "pack-1", key: key)
        }
        return .developed(
            DevelopedPhoto(
                recipe: Sample.recipe, facts: facts, faces: found,
                renditions: [.preview: 100, .thumbnail: 10]))
    }

    func claim(_ count: Int, for owner: any JobOwning) async throws -> [Job] {
        try await pool.claim(atMost: count, for: owner.id, at: now)
    }

    func settle(_ job: Job, _ outcome: Settlement.Outcome, by owner: any JobOwning) async throws {
        try await pool.settle([Settlement(job: job, outcome: outcome)], of: owner.id, at: now)
    }
}

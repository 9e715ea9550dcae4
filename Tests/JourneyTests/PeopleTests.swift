import Domain
import Pipeline
import Storage
import TestSupport
import Testing
import Vault

/// People from photos to decisions, over the real rows, the real vault and an instant darkroom.
@Suite("People of a party", .timeLimit(.minutes(10))) struct PeopleTests {
    let base: TestDatabase
    let pool: Pool
    let ring: KeyRing
    let event: Event
    let pack = PackFacts(
        name: "p", identity: "pack-1", dimension: 2, metric: .euclidean, thresholds: [:])
    var bars = GroupingBars(merge: 0.5, attach: 0.55, question: 0.6)
    let photographer: Photographer

    init() async throws {
        base = try await TestDatabase(.sqlite)
        try base.scratch.makeFolder("keys")
        let folder = base.scratch.path(of: "keys")
        ring = try await KeyRing.open(
            folder: folder, master: .file(folder + "/master.key"), mayBegin: true)
        pool = try await Pool.open(base.database, vault: ring)
        let act = Act(by: .commandLine, at: 1000)
        event = try await pool.create("party", EventSettings(), by: act)
        try await ring.prepare(event.id)
        photographer = try await pool.addPhotographer("Ada", to: event, by: act)
    }

    /// A photo with these faces, from upload to rows.
    @discardableResult
    func arrive(
        _ number: Int, _ vectors: [Float]..., tier: Verdict.Tier = .seed
    ) async throws -> PhotoID {
        let now = Int64(2000 + number)
        let digits = String(number, radix: 16)
        let hash = String(repeating: "0", count: 64 - digits.count) + digits
        let offer = UploadOffer(
            event: event.id, photographer: photographer.id, name: PhotoName("\(number).jpg"), length: 5)
        let upload = try await pool.begin(offer, expiresAt: now + 1000, now: now)
        _ = try await pool.advance(upload.id, to: 5, content: hash, expiresAt: now + 1000)
        let photo = try await pool.finish(upload.id, now: now).photo
        try await develop(photo, hash, vectors, ids: vectors.map { _ in FaceID(at: now) }, tier, at: now)
        return photo
    }

    func develop(
        _ photo: PhotoID, _ hash: String, _ vectors: [[Float]], ids: [FaceID],
        _ tier: Verdict.Tier = .seed, at now: Int64
    ) async throws {
        let owner = try await pool.enter(at: now)
        let job = try #require(try await pool.claim(atMost: 1, for: owner.id, at: now).first)
        let key = try await ring.key(of: event.id)
        var facts = Sample.facts()
        facts.contentHash = hash
        let faces = zip(vectors, ids).map { vector, id in
            var face = Sample.face()
            face.vector = FaceVector(vector)
            face.verdict = Verdict(tier, tier == .seed ? nil : .blurred)
            return SealedFace(face, id: id, pack: "pack-1", key: key)
        }
        let developed = DevelopedPhoto(recipe: Sample.recipe, facts: facts, faces: faces, renditions: [:])
        try await pool.settle(
            [Settlement(job: job, outcome: .done(.developed(developed), next: nil))], of: owner.id, at: now)
        await owner.leave()
    }

    func open() async throws(PoolError) -> EventFaces {
        try await EventFaces.open(
            event.id, from: pool, vault: ring, pack: pack, reach: bars.question.nextUp,
            makeSpace: { PlainSpace() })
    }

    @discardableResult
    func group(_ faces: EventFaces? = nil) async throws -> GroupPeople.Summary {
        let faces = if let faces { faces } else { try await open() }
        let grouping = GroupPeople(
            kept: pool, grouping: ConstrainedGrouping(), makeSpace: { PlainSpace() }, now: { 5000 })
        return try await grouping.run(faces, bars, by: Act(by: .program, at: 5000))
    }

    func people() async throws -> [PersonID: Set<FaceID>] {
        var people: [PersonID: Set<FaceID>] = [:]
        for person in try await pool.people(of: event.id, limit: 100) {
            people[person.id] = Set(try await pool.faces(of: person.id).map(\.id))
        }
        return people
    }

    var decide: DecideOnPeople {
        DecideOnPeople(kept: pool, event: event.id, act: { Act(by: .commandLine, at: 6000) })
    }

    @Test("stay in step with what arrives: only new faces are opened, and a face measured anew opens all")
    func refreshed() async throws {
        try await arrive(1, [0, 0])
        try await arrive(2, [0.1, 0], [3, 3])
        var warm = try await open()
        #expect(warm.faces.count == 3 && warm.pairs.count == 1)
        try await arrive(3, [0, 0.1])
        warm = try await warm.refreshed(from: pool, vault: ring, pack: pack, makeSpace: { PlainSpace() })
        #expect(warm.faces.count == 4 && warm.pairs.count == 3 && warm.space.count == 4)
        #expect(try await group(warm).people == 1)
        // The same face again, elsewhere.
        let photo = try #require(warm.faces.first { $0.content.hasSuffix("3") })
        try await pool.redevelop([photo.photo], of: event.id, by: Act(by: .commandLine, at: 7000))
        try await develop(photo.photo, photo.content, [[9, 9]], ids: [photo.id], at: 7000)
        warm = try await warm.refreshed(from: pool, vault: ring, pack: pack, makeSpace: { PlainSpace() })
        #expect(warm.faces.count == 4 && warm.pairs.count == 1 && warm.space.count == 4)
        let cold = try await open()
        #expect(cold.standing == warm.standing && Set(cold.faces) == Set(warm.faces))
        // Where all are near all, nobody waits for the memory to run out, now or when more arrives.
        func limited(_ most: Int) async throws(PoolError) -> EventFaces {
            try await EventFaces.open(
                event.id, from: pool, vault: ring, pack: pack, reach: 99, mostPairs: most,
                makeSpace: { PlainSpace() })
        }
        await #expect(throws: PoolError.tooManyPairs) { try await limited(5) }
        let full = try await limited(6)
        #expect(full.pairs.count == 6)
        try await arrive(8, [4, 4])
        await #expect(throws: PoolError.tooManyPairs) {
            try await full.refreshed(from: pool, vault: ring, pack: pack, makeSpace: { PlainSpace() })
        }
    }

    @Test("are written down while photos go on arriving, but never over what was decided or grouped since")
    func meanwhile() async throws {
        try await arrive(1, [0, 0])
        try await arrive(2, [0.1, 0])
        let seen = try await open()
        try await arrive(3, [0.2, 0])
        try await group(seen)
        #expect(try await people().values.map(\.count) == [2])
        let standing = try await pool.standing(of: event.id)
        #expect(standing.groupedRevision < standing.revision, "the third is still to come")
        await #expect(throws: PoolError.changedMeanwhile) { try await group(seen) }
        let before = try await open()
        _ = try await decide.name(try #require(try await people().keys.first), "Ada")
        await #expect(throws: PoolError.changedMeanwhile) { try await group(before) }
        try await group()
        #expect(try await pool.person("Ada", of: event.id).faces == 3)
        let again = try await open()
        _ = try await pool.undo(of: event.id, by: Act(by: .commandLine, at: 9000))
        await #expect(throws: PoolError.changedMeanwhile) { try await group(again) }
    }
}

import Domain
import Storage
import TestSupport
import Testing

@Suite("The line of jobs", .timeLimit(.minutes(10))) struct JobQueueTests {
    @Test("serves the first photos of an event before the rest of others", arguments: DatabaseKind.available)
    func ranks(kind: DatabaseKind) async throws {
        let fixture = try await PoolFixture(kind)
        for content in 1...30 { try await fixture.upload(content) }
        let small = try await fixture.pool.create("small", EventSettings(), by: fixture.act)
        let guest = try await fixture.pool.addPhotographer("Cy", to: small, by: fixture.act)
        let owner = try await fixture.pool.enter(at: fixture.now)
        // The twenty first of the large one go, and then the small event's first come before its rest.
        #expect(try await fixture.claim(20, for: owner).count == 20)
        let offer = UploadOffer(
            event: small.id, photographer: guest.id, name: PhotoName("a.jpg"), length: 1)
        let begun = try await fixture.pool.begin(offer, expiresAt: .max, now: fixture.now)
        _ = try await fixture.pool.advance(begun.id, to: 1, content: fixture.hash(1), expiresAt: .max)
        _ = try await fixture.pool.finish(begun.id, now: fixture.now)
        #expect(try await fixture.claim(1, for: owner).map(\.event) == [small.id])
        #expect(try await fixture.claim(1, for: owner).map(\.event) == [fixture.event.id])
        await owner.leave()
    }

    @Test("serves two photographers in turn, though one came with many", arguments: DatabaseKind.available)
    func lanes(kind: DatabaseKind) async throws {
        let fixture = try await PoolFixture(kind)
        for content in 1...60 { try await fixture.upload(content, by: fixture.first) }
        let owner = try await fixture.pool.enter(at: fixture.now)
        // The first photos of the event have a rank of their own, and so a claim.
        #expect(try await fixture.claim(20, for: owner).count == 20)
        #expect(try await fixture.claim(10, for: owner).count == 10)
        var late: Set<PhotoID> = []
        for content in 100..<110 { late.insert(try await fixture.upload(content, by: fixture.second).photo) }
        let next = try await fixture.claim(20, for: owner)
        #expect(next.filter { late.contains($0.subject) }.count == 10)
        // Inside a lane the order of arrival holds.
        let own = next.map(\.subject).filter { late.contains($0) }
        #expect(own == own.sorted())
        await owner.leave()
    }

    @Test("serves events in turn, however many photographers one has", arguments: DatabaseKind.available)
    func events(kind: DatabaseKind) async throws {
        let fixture = try await PoolFixture(kind)
        for content in 1...40 {
            try await fixture.upload(content, by: content.isMultiple(of: 2) ? fixture.first : fixture.second)
        }
        let other = try await fixture.pool.create("other", EventSettings(), by: fixture.act)
        let guest = try await fixture.pool.addPhotographer("Cy", to: other, by: fixture.act)
        for content in 1...40 {
            fixture.pass(1)
            let offer = UploadOffer(
                event: other.id, photographer: guest.id, name: PhotoName("a.jpg"), length: 1)
            let begun = try await fixture.pool.begin(offer, expiresAt: .max, now: fixture.now)
            _ = try await fixture.pool.advance(
                begun.id, to: 1, content: fixture.hash(content), expiresAt: .max)
            _ = try await fixture.pool.finish(begun.id, now: fixture.now)
        }
        let owner = try await fixture.pool.enter(at: fixture.now)
        var served: [EventID: Int] = [:]
        for _ in 0..<20 {
            for job in try await fixture.claim(1, for: owner) { served[job.event, default: 0] += 1 }
        }
        #expect(served == [fixture.event.id: 10, other.id: 10])
        await owner.leave()
    }

    @Test("gives each job to one dispatcher only", arguments: DatabaseKind.available)
    func once(kind: DatabaseKind) async throws {
        let fixture = try await PoolFixture(kind)
        for content in 1...60 { try await fixture.upload(content) }
        let claimed = try await withThrowingTaskGroup(of: [JobID].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let pool = try await Pool.open(try await fixture.base.open(), vault: fixture.vault)
                    let owner = try await pool.enter(at: fixture.now)
                    var mine: [JobID] = []
                    while case let jobs = try await pool.claim(atMost: 3, for: owner.id, at: fixture.now),
                        !jobs.isEmpty
                    {
                        mine += jobs.map(\.id)
                    }
                    return mine
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(claimed.count == 60 && Set(claimed).count == 60)
    }

    @Test("leaves a job alone that is somebody else's by now", arguments: DatabaseKind.available)
    func late(kind: DatabaseKind) async throws {
        let fixture = try await PoolFixture(kind)
        try await fixture.upload(1)
        let slow = try await fixture.pool.enter(at: fixture.now)
        let job = try #require(try await fixture.claim(1, for: slow).first)
        // The lease runs out though the lock holds: the second way.
        fixture.pass(11 * 60 * 1000)
        #expect(try await fixture.pool.reap(at: fixture.now) == 1)
        let quick = try await fixture.pool.enter(at: fixture.now)
        let again = try #require(try await fixture.claim(1, for: quick).first)
        #expect(again.subject == job.subject && again.ownerDeaths == 1)
        try await fixture.settle(job, .done(try await fixture.developed(1, faces: 2), next: nil), by: slow)
        #expect(try await fixture.pool.counts(of: fixture.event.id).byState == [.processing: 1])
        try await fixture.settle(again, .done(try await fixture.developed(1, faces: 1), next: nil), by: quick)
        #expect(try await fixture.pool.counts(of: fixture.event.id).byState[.indexed] == 1)
        #expect(try await fixture.pool.census() == [])
        await slow.leave()
        await quick.leave()
    }

    @Test(
        "is overtaken in its owner's hands where its photo is replaced, and comes back once",
        arguments: DatabaseKind.available)
    func heldTwice(kind: DatabaseKind) async throws {
        for isDeath in [false, true] {
            let fixture = try await PoolFixture(kind)
            let photo = try await fixture.upload(1).photo
            let owner = try await fixture.pool.enter(at: fixture.now)
            let overtaken = try await fixture.claim(9, for: owner)
            #expect(overtaken.count == 1)
            try await fixture.upload(2, replaces: photo)
            #expect(try await fixture.claim(9, for: owner).count == 1)
            // What comes of the earlier bytes is nobody's concern any more.
            let failure = PhotoFailure(code: "damaged", sentence: "Broken.", isLasting: true)
            for job in overtaken { try await fixture.settle(job, .parked(failure), by: owner) }
            #expect(try await fixture.pool.counts(of: fixture.event.id).byState == [.processing: 1])
            if isDeath {
                fixture.pass(3_600_000)
                #expect(try await fixture.pool.reap(at: fixture.now) == 1)
            } else {
                await owner.leave()
            }
            let queue = try await fixture.pool.queue(at: fixture.now)
            #expect(queue.waiting == 1 && queue.running == 0)
            #expect(try await fixture.pool.census() == [])
            if isDeath { await owner.leave() }
        }
    }

    @Test("tells since when work stands still", arguments: DatabaseKind.available)
    func standstill(kind: DatabaseKind) async throws {
        let fixture = try await PoolFixture(kind)
        #expect(try await fixture.pool.queue(at: fixture.now).stillFor(at: fixture.now) == nil)
        try await fixture.upload(1)
        fixture.pass(150_000)
        let still = try await fixture.pool.queue(at: fixture.now).stillFor(at: fixture.now)
        #expect(still == .seconds(150))
    }
}

import Domain
import Storage
import TestSupport
import Testing

@Suite("Events in the pool", .timeLimit(.minutes(10))) struct EventRowsTests {
    @Test("have their own names, and are found by name and by id", arguments: DatabaseKind.available)
    func names(kind: DatabaseKind) async throws {
        let fixture = try await PoolFixture(kind)
        await #expect(throws: PoolError.eventExists) {
            try await fixture.pool.create("party", EventSettings(), by: fixture.act)
        }
        await #expect(throws: PoolError.emptyName) {
            try await fixture.pool.create("", EventSettings(), by: fixture.act)
        }
        #expect(try await fixture.pool.event("party") == fixture.event)
        #expect(try await fixture.pool.event(fixture.event.id.text) == fixture.event)
        await #expect(throws: PoolError.noSuchEvent) { try await fixture.pool.event("Party") }
        await #expect(throws: PoolError.photographerExists) {
            try await fixture.pool.addPhotographer("Ada", to: fixture.event, by: fixture.act)
        }
    }

    @Test("tell who edits an older version", arguments: DatabaseKind.available)
    func versions(kind: DatabaseKind) async throws {
        let fixture = try await PoolFixture(kind)
        var settings = EventSettings()
        settings.policy = .thorough
        let changed = try await fixture.pool.set(settings, of: fixture.event, by: fixture.act)
        #expect(changed.settings == settings && changed.version == fixture.event.version + 1)
        await #expect(throws: PoolError.changedMeanwhile) {
            try await fixture.pool.set(EventSettings(), of: fixture.event, by: fixture.act)
        }
    }

    @Test("number their changes without gaps, under many hands", arguments: DatabaseKind.available)
    func changes(kind: DatabaseKind) async throws {
        let fixture = try await PoolFixture(kind)
        try await withThrowingDiscardingTaskGroup { group in
            for content in 1...20 {
                group.addTask {
                    try await fixture.upload(content, by: content % 2 == 0 ? fixture.first : fixture.second)
                }
            }
        }
        let changes = try await fixture.pool.changes(of: fixture.event.id, after: 0, limit: 1000)
        #expect(changes.map(\.number) == Array(1...Int64(changes.count)))
        #expect(changes.prefix(3).map(\.kind) == [.created, .photographer, .photographer])
        #expect(changes.filter { $0.kind == .arrived }.count == 20)
        #expect(changes.contains { $0.act.actor == .photographer(fixture.second.id) })
        #expect(changes[0].act == Act(by: .commandLine, at: 1_000_000))
        let rest = try await fixture.pool.changes(of: fixture.event.id, after: 3, limit: 5)
        #expect(rest == Array(changes[3..<8]))
    }

    @Test("raise their revision with every change of faces", arguments: DatabaseKind.available)
    func revisions(kind: DatabaseKind) async throws {
        let fixture = try await PoolFixture(kind)
        try await fixture.upload(1)
        let before = try await fixture.pool.event("party").revision
        let owner = try await fixture.pool.enter(at: fixture.now)
        let job = try #require(try await fixture.claim(1, for: owner).first)
        try await fixture.settle(job, .done(try await fixture.developed(1, faces: 2), next: nil), by: owner)
        #expect(try await fixture.pool.event("party").revision == before + 1)
        await owner.leave()
        let faces = try await fixture.pool.sealedFaces(of: fixture.event.id, after: nil, limit: 9)
        #expect(faces.map(\.number).sorted() == [1, 2])
    }

    @Test(
        "are deleted with every row that names them, and nothing of others", arguments: DatabaseKind.available
    )
    func deleting(kind: DatabaseKind) async throws {
        let fixture = try await PoolFixture(kind)
        let other = try await fixture.pool.create("other", EventSettings(), by: fixture.act)
        for content in 1...5 { try await fixture.upload(content) }
        let replaced = try await fixture.upload(6).photo
        try await fixture.upload(7, replaces: replaced)
        let owner = try await fixture.pool.enter(at: fixture.now)
        for job in try await fixture.claim(3, for: owner) {
            let photo = try await fixture.pool.photo(job.subject.text, of: fixture.event.id)
            let content = try #require(Int(photo.contentHash, radix: 16))
            try await fixture.settle(
                job, .done(try await fixture.developed(content, faces: 2), next: nil), by: owner)
        }
        #expect(try await fixture.pool.rowsLeft(of: fixture.event.id) > 20)
        try await fixture.pool.beginDeleting(fixture.event, by: fixture.act)
        await #expect(throws: PoolError.noSuchEvent) { try await fixture.pool.event("party") }
        #expect(try await fixture.pool.deleting().map(\.id) == [fixture.event.id])
        try await fixture.pool.removeRows(of: fixture.event.id)
        #expect(try await fixture.pool.rowsLeft(of: fixture.event.id) == 0)
        #expect(try await fixture.pool.events().map(\.id) == [other.id])
        #expect(try await fixture.pool.census() == [])
        await owner.leave()
    }
}

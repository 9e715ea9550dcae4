import Domain
import Storage
import TestSupport
import Testing

@Suite("Photos in the pool", .timeLimit(.minutes(10))) struct PhotoRowsTests {
    @Test(
        "are listed page by page in the order of their arrival, by any filter",
        arguments: DatabaseKind.available)
    func lists(kind: DatabaseKind) async throws {
        let fixture = try await PoolFixture(kind)
        var all: [PhotoID] = []
        for content in 1...12 {
            all.append(
                try await fixture.upload(content, by: content % 3 == 0 ? fixture.second : fixture.first).photo
            )
        }
        _ = try await fixture.upload(1, by: fixture.second)
        let owner = try await fixture.pool.enter(at: fixture.now)
        let jobs = try await fixture.claim(4, for: owner)
        try await fixture.settle(
            jobs[0], .parked(PhotoFailure(code: "damaged", sentence: "Broken.", isLasting: true)), by: owner)
        func ids(_ change: (inout PhotoFilter) -> Void) async throws -> [PhotoID] {
            var filter = PhotoFilter()
            change(&filter)
            var found: [PhotoID] = []
            while case let page = try await fixture.pool.photos(
                of: fixture.event.id, filter, after: found.last, limit: 5), !page.isEmpty
            {
                found += page.map(\.id)
            }
            return found
        }
        #expect(try await ids { _ in } == all)
        #expect(
            try await ids { $0.photographer = fixture.second.id } == [
                all[0], all[2], all[5], all[8], all[11],
            ])
        #expect(try await ids { $0.state = .failed } == [jobs[0].subject])
        #expect(try await ids { $0.state = .processing } == jobs.dropFirst().map(\.subject).sorted())
        #expect(try await ids { $0.state = .queued }.count == 8)
        #expect(
            try await ids {
                $0.state = .failed
                $0.photographer = fixture.second.id
            } == (jobs[0].subject == all[0] ? [all[0]] : []))
        try await fixture.pool.setHidden(true, [all[7]], of: fixture.event.id, by: fixture.act)
        try await fixture.pool.setInTrash(true, [all[9]], of: fixture.event.id, by: fixture.act)
        #expect(try await ids { $0.isHidden = true } == [all[7]])
        #expect(try await ids { $0.isInTrash = true } == [all[9]])
        #expect(try await ids { _ in }.count == 11)
        let failed = try await fixture.pool.photo(jobs[0].subject.text, of: fixture.event.id)
        #expect(failed.failure == PhotoFailure(code: "damaged", sentence: "Broken.", isLasting: true))
        await #expect(throws: PoolError.noSuchPhoto) {
            try await fixture.pool.setHidden(
                true, [all[1], PhotoID(at: 5)], of: fixture.event.id, by: fixture.act)
        }
        #expect(try await ids { $0.isHidden = true } == [all[7]], "all of a change or nothing")
        await owner.leave()
    }

    @Test("keep their faces' identifiers for the darkroom's next look", arguments: DatabaseKind.available)
    func subjects(kind: DatabaseKind) async throws {
        let fixture = try await PoolFixture(kind)
        let photo = try await fixture.upload(1).photo
        #expect(try await fixture.pool.subject(photo)?.earlierFaces == [])
        let owner = try await fixture.pool.enter(at: fixture.now)
        let job = try #require(try await fixture.claim(1, for: owner).first)
        try await fixture.settle(job, .done(try await fixture.developed(1, faces: 2), next: nil), by: owner)
        let subject = try #require(try await fixture.pool.subject(photo))
        #expect(subject.contentHash == fixture.hash(1) && subject.policy == .standard)
        let faces = try await fixture.pool.sealedFaces(of: fixture.event.id, after: nil, limit: 9)
        #expect(Set(subject.earlierFaces.map(\.id)) == Set(faces.map(\.id)))
        #expect(try await fixture.pool.subject(PhotoID(at: 3)) == nil)
        await owner.leave()
    }
}

import Domain
import Storage
import TestSupport
import Testing

@Suite("Uploads in the pool", .timeLimit(.minutes(10))) struct UploadRowsTests {
    @Test("become one photo for one content, credited to everybody", arguments: DatabaseKind.available)
    func duplicates(kind: DatabaseKind) async throws {
        let fixture = try await PoolFixture(kind)
        let first = try await fixture.upload(1, by: fixture.first)
        let second = try await fixture.upload(1, by: fixture.second)
        #expect(first.way == .new && second == UploadResult(photo: first.photo, way: .duplicate))
        #expect(
            Set(try await fixture.pool.credits(of: first.photo)) == [fixture.first.id, fixture.second.id])
        let event = try await fixture.pool.event("party")
        #expect(event.claimedBytes == 10, "kept once")
        #expect(try await fixture.pool.census() == [])
    }

    @Test("of a photo in the trash do as the organiser set", arguments: DatabaseKind.available)
    func reuploads(kind: DatabaseKind) async throws {
        let fixture = try await PoolFixture(kind)
        let photo = try await fixture.upload(1).photo
        try await fixture.pool.setInTrash(true, [photo], of: fixture.event.id, by: fixture.act)
        #expect(try await fixture.upload(1) == UploadResult(photo: photo, way: .staysDeleted))
        #expect(try await fixture.pool.counts(of: fixture.event.id).inTrash == 1)
        var settings = fixture.event.settings
        settings.reuploads = .restore
        let current = try await fixture.pool.event("party")
        _ = try await fixture.pool.set(settings, of: current, by: fixture.act)
        #expect(try await fixture.upload(1) == UploadResult(photo: photo, way: .restored))
        #expect(try await fixture.pool.counts(of: fixture.event.id).total == 1)
        // Once it is gone for good it may come as new.
        try await fixture.pool.setInTrash(true, [photo], of: fixture.event.id, by: fixture.act)
        #expect(try await fixture.pool.purge([photo], of: fixture.event.id, by: fixture.act) == 1)
        #expect(try await fixture.pool.event("party").claimedBytes == 0)
        #expect(try await fixture.upload(1).way == .new)
        #expect(try await fixture.pool.census() == [])
    }

    @Test(
        "that replace a photo leave it its place, and its earlier file is known",
        arguments: DatabaseKind.available)
    func replacing(kind: DatabaseKind) async throws {
        let fixture = try await PoolFixture(kind)
        let photo = try await fixture.upload(1).photo
        try await fixture.pool.setHidden(true, [photo], of: fixture.event.id, by: fixture.act)
        #expect(try await fixture.upload(2, replaces: photo) == UploadResult(photo: photo, way: .replaced))
        let now = try await fixture.pool.photo(photo.text, of: fixture.event.id)
        #expect(now.contentHash == fixture.hash(2) && now.isHidden && now.state == .queued)
        #expect(
            try await fixture.upload(1, by: fixture.second) == UploadResult(photo: photo, way: .duplicate))
        #expect(try await fixture.pool.event("party").claimedBytes == 20, "both versions are kept")
        #expect(try await fixture.pool.census() == [])
    }

    @Test("are refused beyond the limits, and their room comes back", arguments: DatabaseKind.available)
    func limits(kind: DatabaseKind) async throws {
        var settings = EventSettings()
        settings.mostBytesOfFile = 50
        settings.mostBytesOfEvent = 100
        settings.mostBytesOfPhotographer = 70
        let fixture = try await PoolFixture(kind, settings: settings)
        func offer(_ length: Int64, _ photographer: Photographer) -> UploadOffer {
            UploadOffer(
                event: fixture.event.id, photographer: photographer.id, name: PhotoName("a.jpg"),
                length: length)
        }
        func begin(_ length: Int64, _ photographer: Photographer) async throws(UploadError) -> Upload {
            try await fixture.pool.begin(offer(length, photographer), expiresAt: 9, now: fixture.now)
        }
        await #expect(throws: UploadError.empty) { try await begin(0, fixture.first) }
        await #expect(throws: UploadError.fileTooLarge(most: 50)) { try await begin(51, fixture.first) }
        let large = try await begin(50, fixture.first)
        await #expect(throws: UploadError.photographerFull(most: 70)) { try await begin(21, fixture.first) }
        await #expect(throws: UploadError.eventFull(most: 100)) {
            _ = try await begin(30, fixture.second)
            _ = try await begin(21, fixture.second)
        }
        try await fixture.pool.end(large.id)
        try await fixture.pool.end(large.id)
        _ = try await begin(50, fixture.first)
        #expect(try await fixture.pool.census() == [])
        let stranger = try await fixture.pool.create("other", settings, by: fixture.act)
        let guest = try await fixture.pool.addPhotographer("Cy", to: stranger, by: fixture.act)
        await #expect(throws: UploadError.noSuchPhotographer) { try await begin(1, guest) }
        try await fixture.pool.archive(fixture.event, by: fixture.act)
        await #expect(throws: UploadError.eventClosed) { try await begin(1, fixture.first) }
    }

    @Test("finish once, whoever asks and however often", arguments: DatabaseKind.available)
    func finishing(kind: DatabaseKind) async throws {
        let fixture = try await PoolFixture(kind)
        let offer = UploadOffer(
            event: fixture.event.id, photographer: fixture.first.id, name: PhotoName("a.jpg"), length: 9,
            source: "a.jpg 9 1")
        let begun = try await fixture.pool.begin(offer, expiresAt: 5000, now: fixture.now)
        #expect(try await fixture.pool.begin(offer, expiresAt: 5000, now: fixture.now).id == begun.id)
        await #expect(throws: UploadError.incomplete(missing: 9)) {
            try await fixture.pool.finish(begun.id, now: fixture.now)
        }
        #expect(try await fixture.pool.advance(begun.id, to: 5, content: nil, expiresAt: 1).offset == 5)
        // A slower copy of an earlier piece takes nothing back.
        #expect(try await fixture.pool.advance(begun.id, to: 3, content: nil, expiresAt: 1).offset == 5)
        #expect(try await fixture.pool.expired(at: 1, limit: 9).map(\.id) == [begun.id])
        _ = try await fixture.pool.advance(begun.id, to: 9, content: fixture.hash(9), expiresAt: 1)
        #expect(
            try await fixture.pool.expired(at: 1, limit: 9).isEmpty, "complete uploads are not thrown away")
        #expect(try await fixture.pool.unfinished(limit: 9).map(\.id) == [begun.id])
        let results = try await withThrowingTaskGroup(of: UploadResult.self) { group in
            for _ in 0..<4 { group.addTask { try await fixture.pool.finish(begun.id, now: fixture.now) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(results).count == 1 && results[0].way == .new)
        await #expect(throws: UploadError.finished) {
            try await fixture.pool.advance(begun.id, to: 9, content: nil, expiresAt: 1)
        }
        try await fixture.pool.end(begun.id)
        #expect(
            try await fixture.pool.upload(begun.id).result == results[0],
            "a finished upload is not taken back")
        #expect(try await fixture.pool.counts(of: fixture.event.id).total == 1)
    }
}

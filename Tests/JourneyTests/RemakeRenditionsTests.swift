import Domain
import Pipeline
import Storage
import TestSupport
import Testing

@Suite("Renditions that are gone", .timeLimit(.minutes(10))) struct RemakeRenditionsTests {
    @Test("are made again, and faces keep their identifiers", arguments: DatabaseKind.available)
    func remade(kind: DatabaseKind) async throws {
        let base = try await TestDatabase(kind)
        try base.scratch.makeFolder("pool")
        let scene = KillScene(kind: kind, address: base.address, folder: base.scratch.path(of: "pool"))
        try await scene.prepare()
        let never = Dying(nil, after: 0, marker: "")
        try await scene.play(0...0, never)
        let pool = try await Pool.open(try await scene.database(), vault: try await scene.ring())
        let files = FolderPhotoFiles(DiskPath(scene.folder), floor: 0)
        let event = try await pool.event("party")
        let faces = try await pool.sealedFaces(of: event.id, after: nil, limit: 1000).map(\.id)
        var filter = PhotoFilter()
        filter.state = .indexed
        let photos = try await pool.photos(of: event.id, filter, after: nil, limit: 2)
        let remaking = RemakeRenditions(files: files, names: pool, photos: pool, now: millisecondsSince1970)
        #expect(try await remaking.run() == 0)
        // One is gone, one was cut short by a power cut.
        try await files.remove(.rendition(.preview, of: photos[0].contentHash), in: event.id)
        try await files.keep([1], as: .rendition(.thumbnail, of: photos[1].contentHash), in: event.id)
        #expect(try await remaking.run() == 2)
        #expect(try await pool.counts(of: event.id).byState[.queued] == 2)
        #expect(try await pool.census() == [])
        try await scene.play(0...0, never)
        #expect(try await remaking.run() == 0)
        #expect(try await pool.counts(of: event.id).byState[.queued] == nil)
        #expect(
            Set(try await pool.sealedFaces(of: event.id, after: nil, limit: 1000).map(\.id)) == Set(faces))
    }
}

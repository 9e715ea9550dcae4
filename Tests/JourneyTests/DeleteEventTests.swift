import Domain
import Glibc
import Pipeline
import Storage
import TestSupport
import Testing
import Vault

@Suite("Deleting an event", .timeLimit(.minutes(10))) struct DeleteEventTests {
    @Test("leaves no row, no file and no key, and says so after a look", arguments: DatabaseKind.available)
    func everything(kind: DatabaseKind) async throws {
        let base = try await TestDatabase(kind)
        try base.scratch.makeFolder("pool")
        let scene = KillScene(kind: kind, address: base.address, folder: base.scratch.path(of: "pool"))
        try await scene.prepare()
        try await scene.play(0...0, Dying(nil, after: 0, marker: ""))
        let ring = try await scene.ring()
        let pool = try await Pool.open(try await scene.database(), vault: ring)
        let event = try await pool.event("party")
        let sealed = try #require(
            try await pool.sealedFaces(of: event.id, after: nil, limit: 1).first)
        let key = try await ring.key(of: event.id)
        #expect(throws: Never.self) { try key.open(sealed.sealed, of: sealed.id, pack: sealed.pack) }

        let files = FolderPhotoFiles(DiskPath(scene.folder), floor: 0)
        let deletion = DeleteEvent(events: pool, files: files, ring: ring, now: millisecondsSince1970)
        let receipt = try await deletion.delete(event, by: .commandLine)
        #expect(receipt.isClean && receipt.name == "party")
        #expect(try base.scratch.names(in: "pool/events") == [])
        await #expect(throws: VaultError.erased) { try await ring.key(of: event.id) }
        #expect(try await pool.events() == [])
        #expect(try await pool.census() == [])
    }

    @Test(
        "goes on after any interruption, and nobody sees the event meanwhile",
        arguments: DatabaseKind.available)
    func interrupted(kind: DatabaseKind) async throws {
        let base = try await TestDatabase(kind)
        let pool = try await Pool.open(base.database, vault: MemoryVault(), at: 1)
        let files = MemoryPhotoFiles(hashing: { _ in String(repeating: "a", count: 64) })
        let ring = MemoryVault()
        let act = Act(by: .commandLine, at: 1)
        let event = try await pool.create("party", EventSettings(), by: act)
        try await ring.prepare(event.id)
        try await files.keep(
            [1], as: .rendition(.preview, of: String(repeating: "a", count: 64)), in: event.id)
        let deletion = DeleteEvent(events: pool, files: files, ring: ring, now: { 7 })
        // The program ended right after the first step.
        try await pool.beginDeleting(event, by: act)
        await #expect(throws: PoolError.noSuchEvent) { try await pool.event("party") }
        let receipts = try await deletion.goOnWithAll()
        #expect(receipts.map(\.isClean) == [true])
        #expect(try await deletion.goOnWithAll() == [])
        #expect(try await files.events() == [])
    }
}

@Suite("The janitor of photo files", .timeLimit(.minutes(10))) struct FileJanitorTests {
    private static let hash = String(repeating: "a", count: 64)

    @Test("removes what no row names once it is old, and never what a row names")
    func orphans() async throws {
        let files = MemoryPhotoFiles(hashing: { _ in Self.hash })
        let event = EventID(at: 1)
        let names = Names(events: [event], named: [.original(Self.hash)])
        let old = String(repeating: "b", count: 64)
        let young = String(repeating: "c", count: 64)
        await files.place(.original(Self.hash), [1], in: event, changedAt: 0)
        await files.place(.original(old), [1, 2], in: event, changedAt: 0)
        await files.place(.original(young), [1], in: event, changedAt: 950)
        await files.place(.upload(UploadID(at: 3)), [1], in: event, changedAt: 0)
        await files.place(.stray("renditions:x.unfinished"), [1], in: event, changedAt: 0)
        let janitor = FileJanitor(files: files, names: names, graceInMilliseconds: 100)
        let report = try await janitor.sweep(now: 1000)
        #expect(report.files == 3 && report.bytes == 4)
        #expect(try await files.size(of: .original(Self.hash), in: event) == 1)
        #expect(try await files.size(of: .original(young), in: event) == 1)
        #expect(try await files.size(of: .original(old), in: event) == nil)
        #expect(try await janitor.sweep(now: 1000).files == 0)
    }

    @Test("removes what is left of events that are gone, and tells of rows without a file")
    func both() async throws {
        let files = MemoryPhotoFiles(hashing: { _ in Self.hash })
        let (event, gone) = (EventID(at: 1), EventID(at: 2))
        let missing = String(repeating: "d", count: 64)
        let names = Names(events: [event], named: [.original(Self.hash), .original(missing)])
        await files.place(.original(Self.hash), [1], in: event, changedAt: 0)
        await files.place(.original(Self.hash), [1], in: gone, changedAt: 999)
        let janitor = FileJanitor(files: files, names: names, graceInMilliseconds: 100)
        #expect(try await janitor.sweep(now: 1000).events == 1)
        #expect(try await files.events() == [event])
        #expect(try await janitor.missing() == [event: [missing]])
    }

    private struct Names: FileNaming {
        let events: Set<EventID>
        let named: Set<PhotoFile>

        func named(_ files: [PhotoFile], in event: EventID) -> Set<PhotoFile> { named.intersection(files) }

        func eventExists(_ event: EventID) -> Bool { events.contains(event) }

        func originals(after hash: String?, in event: EventID, limit: Int) -> [String] {
            let all = named.compactMap { file in
                if case .original(let hash) = file { hash } else { nil }
            }
            return Array(all.sorted().filter { $0 > hash ?? "" }.prefix(limit))
        }

        func renditions(after photo: PhotoID?, in event: EventID, limit: Int) -> [NamedRendition] { [] }

        func eventsWithFiles() -> [EventID] { Array(events) }
    }
}

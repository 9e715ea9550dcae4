import Domain
import Glibc
import Pipeline
import Storage
import TestSupport
import Testing
import Vault

@Suite("A backup", .timeLimit(.minutes(10))) struct BackupTests {
    private let base: TestDatabase
    private let scene: KillScene
    private let never = Dying(nil, after: 0, marker: "")

    init() async throws {
        base = try await TestDatabase(.sqlite)
        try base.scratch.makeFolder("pool")
        scene = KillScene(kind: .sqlite, address: base.address, folder: base.scratch.path(of: "pool"))
        try await scene.prepare()
    }

    private var place: DiskPath { DiskPath(base.scratch.path(of: "backup")) }

    private func backUp() async throws -> BackupManifest {
        try await BackUpPool(
            try await scene.database(), files: FolderPhotoFiles(DiskPath(scene.folder), floor: 0), to: place
        ).run(at: 5)
    }

    /// Restores into a place of its own, and lends the pool there.
    private func restored(
        _ check: (Pool, FolderPhotoFiles) async throws -> Void
    ) async throws {
        try? base.scratch.makeFolder("elsewhere")
        let target = DiskPath(base.scratch.path(of: "elsewhere/pool.sqlite"))
        let files = FolderPhotoFiles(DiskPath(base.scratch.path(of: "elsewhere")), floor: 0)
        let restore = RestorePool(from: place, files: files)
        let manifest = try await restore.check()
        let path = try await restore.prepareDatabase(for: target)
        try await restore.restoreFiles(manifest)
        let database = try await SQLiteDatabase.open(path)
        _ = try await Pool.open(database, vault: try await scene.ring())
        try await restore.publishDatabase(database, at: path, as: target)
        let pool = try await Pool.open(try await SQLiteDatabase.open(target), vault: try await scene.ring())
        try await check(pool, files)
    }

    @Test("made while photos arrive and are worked on is whole in itself, and comes back as it was")
    func online() async throws {
        try await scene.play(0...1, never)
        // More arrives while the backup is made.
        async let more: Void = scene.play(2...5, never)
        let manifest = try await backUp()
        try await more
        #expect(manifest.entries.count > 2 * 20)
        try await restored { (pool: Pool, files: FolderPhotoFiles) async throws -> Void in
            #expect(try await pool.census() == [])
            let event = try await pool.event("party")
            let photos = try await pool.photos(of: event.id, PhotoFilter(), after: nil, limit: 10_000)
            #expect(photos.count + 1 == manifest.entries.count)
            for photo in photos {
                #expect(
                    try await files.size(of: .original(photo.contentHash), in: event.id) == photo.sizeInBytes)
            }
            #expect(try await FileJanitor(files: files, names: pool).missing() == [:])
            // The work that was under way can be done to its end.
            let queue = try await pool.queue(at: millisecondsSince1970())
            #expect(queue.running == 0)
        }
    }

    @Test("leaves out what is purged while it is made")
    func purged() async throws {
        try await scene.play(0...0, never)
        let database = try await scene.database()
        let pool = try await Pool.open(database, vault: try await scene.ring())
        let event = try await pool.event("party")
        let act = Act(by: .commandLine, at: 1)
        let photo = try #require(
            try await pool.photos(of: event.id, PhotoFilter(), after: nil, limit: 1).first)
        let files = FolderPhotoFiles(DiskPath(scene.folder), floor: 0)
        // Between the snapshot and the copy: the first report comes right after the snapshot.
        let manifest = try await BackUpPool(
            database, files: PurgingFiles(files: files, pool: pool, photo: photo, event: event.id, act: act),
            to: place
        ).run(at: 5)
        #expect(!manifest.entries.contains { $0.sha256 == photo.contentHash })
        try await restored { (pool: Pool, files: FolderPhotoFiles) async throws -> Void in
            #expect(try await pool.census() == [])
            #expect(try await FileJanitor(files: files, names: pool).missing() == [:])
            await #expect(throws: PoolError.noSuchPhoto) {
                try await pool.photo(photo.id.text, of: event.id)
            }
        }
    }

    @Test("names an original that the pool itself has lost, and makes nothing that looks finished")
    func lost() async throws {
        try await scene.play(0...0, never)
        let pool = try await Pool.open(try await scene.database(), vault: try await scene.ring())
        let event = try await pool.event("party")
        let photo = try #require(
            try await pool.photos(of: event.id, PhotoFilter(), after: nil, limit: 1).first)
        try base.scratch.write(
            "pool/events/\(event.id.text)/originals/\(photo.contentHash)", "not what it was")
        let error = await #expect(throws: BackupError.self) { try await backUp() }
        guard case .photosMissing(let names)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(names.count == 1 && names[0].hasPrefix(photo.name.text))
        let left = try base.scratch.names()
        #expect(!left.contains("backup"))
    }

    @Test("that is damaged in any way is recognised, and what is damaged is named")
    func damage() async throws {
        try await scene.play(0...0, never)
        let manifest = try await backUp()
        let files = MemoryPhotoFiles(hashing: { _ in "" })
        let restore = RestorePool(from: place, files: files)
        #expect(try await restore.check() == manifest)
        let photo = manifest.entries[1].name
        for name in ["database.sqlite", photo] {
            let whole = try base.scratch.read("backup/\(name)")
            var flipped = whole
            flipped[whole.count / 2] ^= 1
            for broken in [flipped, Array(whole.dropLast())] {
                try base.scratch.write("backup/\(name)", broken)
                await #expect(throws: BackupError.damaged([name])) { try await restore.check() }
            }
            unlink(base.scratch.path(of: "backup/\(name)"))
            await #expect(throws: BackupError.damaged([name])) { try await restore.check() }
            try base.scratch.write("backup/\(name)", whole)
        }
        let list = try base.scratch.read("backup/MANIFEST")
        for place in stride(from: 0, to: list.count, by: 7) {
            var flipped = list
            flipped[place] ^= 1
            try base.scratch.write("backup/MANIFEST", flipped)
            await #expect(throws: BackupError.self) { try await restore.check() }
        }
        for length in stride(from: 0, to: list.count, by: 11) {
            try base.scratch.write("backup/MANIFEST", Array(list.prefix(length)))
            await #expect(throws: BackupError.self) { try await restore.check() }
        }
        unlink(base.scratch.path(of: "backup/MANIFEST"))
        await #expect(throws: BackupError.noBackup) { try await restore.check() }
        #expect(try await files.events() == [])
    }

    @Test("mends what it finds damaged in its place, also where the size is right")
    func mends() async throws {
        try await scene.play(0...0, never)
        let manifest = try await backUp()
        let pool = try await Pool.open(try await scene.database(), vault: try await scene.ring())
        let event = try await pool.event("party")
        let photo = try #require(
            try await pool.photos(of: event.id, PhotoFilter(), after: nil, limit: 1).first)
        let name = "pool/events/\(event.id.text)/originals/\(photo.contentHash)"
        let whole = try base.scratch.read(name)
        var damaged = whole
        damaged[whole.count / 2] ^= 1
        try base.scratch.write(name, damaged)
        let files = FolderPhotoFiles(DiskPath(scene.folder), floor: 0)
        try await RestorePool(from: place, files: files).restoreFiles(manifest)
        #expect(try base.scratch.read(name) == whole)
    }

    @Test("is not made over anything, and not restored over a database")
    func taken() async throws {
        try await scene.play(0...0, never)
        _ = try await backUp()
        await #expect(throws: BackupError.placeTaken) { try await backUp() }
        let restore = RestorePool(from: place, files: MemoryPhotoFiles(hashing: { _ in "" }))
        await #expect(throws: BackupError.notEmpty) {
            try await restore.prepareDatabase(for: DiskPath(scene.address))
        }
        await #expect(throws: BackupError.noBackup) {
            try await RestorePool(
                from: DiskPath(base.scratch.path), files: MemoryPhotoFiles(hashing: { _ in "" })
            ).check()
        }
    }

    @Test("that is older than an erasure opens nothing of the event")
    func erased() async throws {
        try await scene.play(0...0, never)
        _ = try await backUp()
        let ring = try await scene.ring()
        let pool = try await Pool.open(try await scene.database(), vault: ring)
        let event = try await pool.event("party")
        let files = FolderPhotoFiles(DiskPath(scene.folder), floor: 0)
        _ = try await DeleteEvent(events: pool, files: files, ring: ring, now: { 9 })
            .delete(event, by: .commandLine)
        try await restored { (pool: Pool, _: FolderPhotoFiles) async throws -> Void in
            // Its rows are in the backup, its key is nowhere.
            let faces = try await pool.sealedFaces(of: event.id, after: nil, limit: 1)
            #expect(faces.count == 1)
            await #expect(throws: VaultError.erased) { try await scene.ring().key(of: event.id) }
            #expect(try await scene.ring().erasures()[event.id] == 9)
        }
    }
}

/// Files of a pool from which a photo is purged the moment somebody reads it.
private struct PurgingFiles: PhotoFileKeeping {
    let files: FolderPhotoFiles
    let pool: Pool
    let photo: PoolPhoto
    let event: EventID
    let act: Act

    func bytes(
        of file: PhotoFile, in event: EventID, range: Range<Int64>
    ) async throws(StorageError) -> [UInt8] {
        if file == .original(photo.contentHash) {
            do throws(PoolError) {
                try await pool.setInTrash(true, [photo.id], of: event, by: act)
                _ = try await pool.purge([photo.id], of: event, by: act)
            } catch {
                throw .damaged
            }
            try await files.remove(file, in: event)
        }
        return try await files.bytes(of: file, in: event, range: range)
    }

    func put(
        _ piece: [UInt8], of upload: UploadID, in event: EventID, at offset: Int64
    ) async throws(StorageError) {}
    func length(of upload: UploadID, in event: EventID) async throws(StorageError) -> Int64 { 0 }
    func hash(of upload: UploadID, in event: EventID, length: Int64) async throws(StorageError) -> String {
        throw .missing
    }
    func keep(_ upload: UploadID, as content: String, in event: EventID) async throws(StorageError) {}
    func drop(_ upload: UploadID, in event: EventID) async throws(StorageError) {}
    func original(_ content: String, in event: EventID) async throws(StorageError) -> OpenPhoto {
        try await files.original(content, in: event)
    }
    func size(of file: PhotoFile, in event: EventID) async throws(StorageError) -> Int64? {
        try await files.size(of: file, in: event)
    }
    func keep(_ rendition: [UInt8], as file: PhotoFile, in event: EventID) async throws(StorageError) {}
    func forEachFile(
        in event: EventID, _ body: @Sendable ([KeptFile]) async throws(StorageError) -> Void
    ) async throws(StorageError) {}
    func events() async throws(StorageError) -> [EventID] { [] }
    func remove(_ file: PhotoFile, in event: EventID) async throws(StorageError) {}
    func removeAll(in event: EventID) async throws(StorageError) {}
    func checkSpace(for bytes: Int64) async throws(StorageError) {}
}

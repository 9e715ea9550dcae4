import Digests
import Domain
import Glibc
import Pipeline
import Storage
import Synchronization
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
        if !(try base.scratch.names().contains("elsewhere")) { try base.scratch.makeFolder("elsewhere") }
        let target = DiskPath(base.scratch.path(of: "elsewhere/pool.sqlite"))
        let files = FolderPhotoFiles(DiskPath(base.scratch.path(of: "elsewhere")), floor: 0)
        let restore = RestorePool(from: place, files: files)
        let manifest = try await restore.check()
        let path = try await restore.prepareDatabase(manifest, for: target)
        try await restore.restoreFiles(manifest, besides: [])
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

    @Test("brings back every hash, state, credit, box and vector")
    func whole() async throws {
        try await scene.play(0...3, never)
        _ = try await backUp()
        let wanted = try await PoolSnapshot(scene)
        #expect(wanted.photos.count > 70 && Set(wanted.photos.values.map(\.state)).count == 3)
        try await restored { (pool: Pool, files: FolderPhotoFiles) async throws -> Void in
            let found = try await PoolSnapshot(pool, try await scene.ring())
            #expect(found.agrees(with: wanted))
            let event = try await pool.event("party")
            for hash in wanted.photos.keys {
                let size = try #require(try await files.size(of: .original(hash), in: event.id))
                let bytes = try await files.bytes(of: .original(hash), in: event.id, range: 0..<size)
                #expect(SHA256.of(bytes) == hash)
            }
        }
    }

    @Test("leaves out an event that is deleted while it is made")
    func deleted() async throws {
        try await scene.play(0...0, never)
        let (database, ring) = (try await scene.database(), try await scene.ring())
        let pool = try await Pool.open(database, vault: ring)
        let event = try await pool.event("party")
        let files = FolderPhotoFiles(DiskPath(scene.folder), floor: 0)
        let deletion = DeleteEvent(events: pool, files: files, ring: ring, now: { 9 })
        let reads = Mutex(0)
        let deleting = InterruptedFiles(files: files) { _ in
            if reads.withLock({ reads in
                reads += 1
                return reads == 5
            }) {
                _ = try await deletion.delete(event, by: .commandLine)
            }
        }
        let manifest = try await BackUpPool(database, files: deleting, to: place).run(at: 5)
        #expect((1...5).contains(manifest.entries.count))
        try await restored { (pool: Pool, files: FolderPhotoFiles) async throws -> Void in
            #expect(try await pool.census() == [])
            #expect(try await FileJanitor(files: files, names: pool).missing() == [:])
            let erased = DeleteEvent(
                events: pool, files: files, ring: try await scene.ring(), now: { 10 })
            _ = try await erased.delete(try await pool.event("party"), by: .commandLine)
            #expect(try await pool.events() == [])
        }
    }

    @Test("that finds no room leaves nothing behind, and says why")
    func full() async throws {
        try await scene.play(0...1, never)
        let names = try base.scratch.names()
        await #expect(processExitsWith: .success) {
            [
                address = scene.address as String, folder = scene.folder as String,
                place = base.scratch.path(of: "backup") as String
            ] in
            let database = try await SQLiteDatabase.open(DiskPath(address))
            signal(SIGXFSZ, SIG_IGN)
            // Large enough for an original, too small for the database.
            var limit = rlimit(rlim_cur: 50_000, rlim_max: 50_000)
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            await #expect(throws: BackupError.pool(.storage(.diskFull))) {
                try await BackUpPool(
                    database, files: FolderPhotoFiles(DiskPath(folder), floor: 0), to: DiskPath(place)
                ).run(at: 5)
            }
        }
        let left = try base.scratch.names()
        #expect(left.filter { $0.contains("backup") } == [] && left.count <= names.count + 2)
        // What a killed one left is taken away by the next.
        try base.scratch.makeFolder("backup.unfinished-99999999")
        try base.scratch.write("backup.unfinished-99999999/half", "half")
        _ = try await backUp()
        #expect(try base.scratch.names().filter { $0.contains("unfinished") } == [])
    }

    @Test("is restored by doing it again where that was interrupted")
    func interrupted() async throws {
        try await scene.play(0...1, never)
        _ = try await backUp()
        try base.scratch.makeFolder("elsewhere")
        let files = FolderPhotoFiles(DiskPath(base.scratch.path(of: "elsewhere")), floor: 0)
        let writes = Mutex(0)
        let failing = InterruptedFiles(files: files) { _ in
            let count = writes.withLock { count in
                count += 1
                return count
            }
            if count > 7 { throw StorageError.diskFault(EIO) }
        }
        let restore = RestorePool(from: place, files: failing)
        let manifest = try await restore.check()
        await #expect(throws: BackupError.pool(.storage(.diskFault(EIO)))) {
            try await restore.restoreFiles(manifest, besides: [])
        }
        for name in ["pool.sqlite.restored-99999999", "pool.sqlite.restored-99999999-wal"] {
            try base.scratch.write("elsewhere/\(name)", "half")
        }
        let wanted = try await PoolSnapshot(scene)
        try await restored { (pool: Pool, _: FolderPhotoFiles) async throws -> Void in
            #expect(try await PoolSnapshot(pool, try await scene.ring()).agrees(with: wanted))
        }
        #expect(try base.scratch.names(in: "elsewhere").filter { $0.contains("restored") } == [])
    }

    @Test("of a newer program is told from a damaged one")
    func newer() async throws {
        _ = try await backUp()
        let restore = RestorePool(from: place, files: MemoryPhotoFiles(hashing: { _ in "" }))
        let text = String(decoding: try base.scratch.read("backup/MANIFEST"), as: UTF8.self)
        let body = text.split(separator: "\n").dropLast().joined(separator: "\n") + "\n"
        for (old, new) in [
            ("likeness backup 1", "likeness backup 2"), ("schema \(Schema.steps.count)", "schema 99"),
        ] {
            let changed = body.replacing(old, with: new)
            #expect(changed != body)
            let sum = SHA256.of(Array(changed.utf8))
            try base.scratch.write("backup/MANIFEST", changed + "sum \(sum)\n")
            await #expect(throws: BackupError.newer) { try await restore.check() }
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
        // Between the snapshot and the copy.
        let purging = InterruptedFiles(files: files) { file in
            guard file == .original(photo.contentHash) else { return }
            try await pool.setInTrash(true, [photo.id], of: event.id, by: act)
            _ = try await pool.purge([photo.id], of: event.id, by: act)
            try await files.remove(file, in: event.id)
        }
        let manifest = try await BackUpPool(database, files: purging, to: place).run(at: 5)
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
        try await RestorePool(from: place, files: files).restoreFiles(manifest, besides: [])
        #expect(try base.scratch.read(name) == whole)
    }

    @Test("is not made over anything, and not restored over a database")
    func taken() async throws {
        try await scene.play(0...0, never)
        _ = try await backUp()
        await #expect(throws: BackupError.placeTaken) { try await backUp() }
        let restore = RestorePool(from: place, files: MemoryPhotoFiles(hashing: { _ in "" }))
        await #expect(throws: BackupError.notEmpty) {
            try await restore.prepareDatabase(try await restore.check(), for: DiskPath(scene.address))
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

/// Files of a pool to which something is done the moment before one is read.
private struct InterruptedFiles: PhotoFileKeeping {
    let files: FolderPhotoFiles
    let before: @Sendable (PhotoFile) async throws -> Void

    func bytes(
        of file: PhotoFile, in event: EventID, range: Range<Int64>
    ) async throws(StorageError) -> [UInt8] {
        do { try await before(file) } catch { throw error as? StorageError ?? .damaged }
        return try await files.bytes(of: file, in: event, range: range)
    }

    func put(
        _ piece: [UInt8], of upload: UploadID, in event: EventID, at offset: Int64
    ) async throws(StorageError) {
        do { try await before(.upload(upload)) } catch { throw error as? StorageError ?? .damaged }
        try await files.put(piece, of: upload, in: event, at: offset)
    }
    func length(of upload: UploadID, in event: EventID) async throws(StorageError) -> Int64 {
        try await files.length(of: upload, in: event)
    }
    func hash(of upload: UploadID, in event: EventID, length: Int64) async throws(StorageError) -> String {
        try await files.hash(of: upload, in: event, length: length)
    }
    func keep(_ upload: UploadID, as content: String, in event: EventID) async throws(StorageError) {
        try await files.keep(upload, as: content, in: event)
    }
    func drop(_ upload: UploadID, in event: EventID) async throws(StorageError) {
        try await files.drop(upload, in: event)
    }
    func open(_ file: PhotoFile, in event: EventID) async throws(StorageError) -> OpenPhoto {
        try await files.open(file, in: event)
    }
    func size(of file: PhotoFile, in event: EventID) async throws(StorageError) -> Int64? {
        try await files.size(of: file, in: event)
    }
    func keep(_ rendition: [UInt8], as file: PhotoFile, in event: EventID) async throws(StorageError) {}
    func forEachFile(
        in event: EventID, _ body: @Sendable ([KeptFile]) async throws(StorageError) -> Void
    ) async throws(StorageError) {}
    func events() async throws(StorageError) -> [EventID] { [] }
    func remove(_ file: PhotoFile, in event: EventID) async throws(StorageError) {
        try await files.remove(file, in: event)
    }
    func removeAll(in event: EventID) async throws(StorageError) {}
    func checkSpace(for bytes: Int64) async throws(StorageError) {}
}

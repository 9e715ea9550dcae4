import Digests
import Domain
import Glibc
import Pipeline
import Storage
import TestSupport
import Testing

/// The receiving side over the real rows and a real folder whose order of work is watched.
@Suite("Receiving an upload", .timeLimit(.minutes(10))) struct ReceiveUploadTests {
    private struct Door {
        let base: TestDatabase
        let pool: Pool
        let layer: RecordingFiles
        let files: FolderPhotoFiles
        let receive: ReceiveUpload
        let event: Event
        let photographer: Photographer
        let clock = TestClock()

        init(_ kind: DatabaseKind) async throws {
            base = try await TestDatabase(kind)
            pool = try await Pool.open(base.database, vault: MemoryVault(), at: 1)
            layer = RecordingFiles()
            try base.scratch.makeFolder("data")
            files = FolderPhotoFiles(DiskPath(base.scratch.path(of: "data")), floor: 0, layer: layer)
            let clock = clock
            receive = ReceiveUpload(
                uploads: pool, files: files,
                digest: { piece, method in
                    method == .sha1 ? SHA1.digest(of: piece) : SHA256.digest(of: piece)
                }, now: { clock.now })
            let act = Act(by: .commandLine, at: clock.now)
            event = try await pool.create("party", EventSettings(), by: act)
            photographer = try await pool.addPhotographer("Ada", to: event, by: act)
        }

        func offer(_ length: Int64, source: String? = nil, replaces: PhotoID? = nil) -> UploadOffer {
            UploadOffer(
                event: event.id, photographer: photographer.id, name: PhotoName("a.jpg"), length: length,
                replaces: replaces, source: source)
        }
    }

    @Test("acknowledges only what is on the disk, piece by piece", arguments: DatabaseKind.available)
    func pieces(kind: DatabaseKind) async throws {
        let door = try await Door(kind)
        let bytes = Array("a photo in three pieces".utf8)
        let upload = try await door.receive.begin(door.offer(Int64(bytes.count)))
        #expect(upload.offset == 0)
        for (start, end) in [(0, 7), (7, 12)] {
            let piece = Array(bytes[start..<end])
            let taken = try await door.receive.take(
                piece, of: upload.id, at: Int64(start), checksum: PieceChecksum(.sha1, SHA1.digest(of: piece))
            )
            #expect(taken.offset == Int64(end) && taken.result == nil)
            #expect(door.layer.unsynchronised == [])
            #expect(try await door.receive.status(of: upload.id).offset == Int64(end))
        }
        let last = try await door.receive.take(Array(bytes[12...]), of: upload.id, at: 12)
        #expect(door.layer.unsynchronised == [])
        #expect(last.result?.way == .new && last.content == SHA256.of(bytes))
        #expect(
            try await door.files.bytes(
                of: .original(SHA256.of(bytes)), in: door.event.id, range: 0..<100) == bytes)
        #expect(try await door.files.size(of: .upload(upload.id), in: door.event.id) == nil)
        #expect(try await door.pool.census() == [])
    }

    @Test(
        "finishes what another program finishes at the same moment",
        arguments: [RecordingFiles.Operation.open, .rename])
    func finishedTwice(moment: RecordingFiles.Operation) async throws {
        let door = try await Door(.sqlite)
        let bytes = Array("a photo in one piece".utf8)
        let hash = SHA256.of(bytes)
        let upload = try await door.receive.begin(door.offer(Int64(bytes.count)))
        try await door.files.put(bytes, of: upload.id, in: door.event.id, at: 0)
        _ = try await door.pool.advance(
            upload.id, to: Int64(bytes.count), content: hash, expiresAt: door.clock.now + 1000)
        // The other one's rename comes between any two of our steps.
        let folder = base(of: door)
        let layer = RecordingFiles { operation, name in
            guard operation == moment, operation == .rename || name.contains("/uploads/") else { return }
            rename("\(folder)/uploads/\(upload.id.text)", "\(folder)/originals/\(hash)")
        }
        mkdir("\(folder)/originals", 0o700)
        let other = FolderPhotoFiles(DiskPath(door.base.scratch.path(of: "data")), floor: 0, layer: layer)
        let clock = door.clock
        let receive = ReceiveUpload(
            uploads: door.pool, files: other, digest: { piece, _ in SHA256.digest(of: piece) },
            now: { clock.now })
        #expect(try await receive.tidy().finished == 1)
        #expect(try await door.receive.status(of: upload.id).result?.way == .new)
        #expect(
            try await door.files.bytes(of: .original(hash), in: door.event.id, range: 0..<100) == bytes)
        #expect(try await door.pool.census() == [])
    }

    private func base(of door: Door) -> String {
        door.base.scratch.path(of: "data/events/\(door.event.id.text)")
    }

    @Test("lets others tidy up while it receives", arguments: DatabaseKind.available)
    func tidiedMeanwhile(kind: DatabaseKind) async throws {
        let door = try await Door(kind)
        let clock = door.clock
        let others = [0, 1].map { _ in
            ReceiveUpload(
                uploads: door.pool,
                files: FolderPhotoFiles(DiskPath(door.base.scratch.path(of: "data")), floor: 0),
                digest: { piece, _ in SHA256.digest(of: piece) }, now: { clock.now })
        }
        let isDone = StopSign()
        try await withThrowingDiscardingTaskGroup { tasks in
            for other in others {
                tasks.addTask { while !isDone.isUp { _ = try await other.tidy() } }
            }
            for number in 0..<60 {
                let bytes = Array("photo \(number)".utf8)
                let upload = try await door.receive.begin(door.offer(Int64(bytes.count)))
                let taken = try await door.receive.take(bytes, of: upload.id, at: 0)
                #expect(taken.result?.way == .new)
            }
            isDone.raise()
        }
        #expect(try await door.pool.counts(of: door.event.id).total == 60)
        #expect(try await FileJanitor(files: door.files, names: door.pool).missing() == [:])
    }

    @Test(
        "refuses what does not fit, with what to do, and loses nothing by it",
        arguments: DatabaseKind.available)
    func refusals(kind: DatabaseKind) async throws {
        let door = try await Door(kind)
        let receive = door.receive
        let upload = try await receive.begin(door.offer(10))
        _ = try await receive.take([1, 2, 3], of: upload.id, at: 0)
        await #expect(throws: UploadError.wrongOffset(expected: 3)) {
            try await receive.take([1], of: upload.id, at: 2)
        }
        await #expect(throws: UploadError.tooLong) {
            try await receive.take([UInt8](repeating: 0, count: 8), of: upload.id, at: 3)
        }
        await #expect(throws: UploadError.wrongChecksum) {
            try await receive.take(
                [4], of: upload.id, at: 3, checksum: PieceChecksum(.sha256, SHA256.digest(of: [5])))
        }
        await #expect(throws: UploadError.pieceTooLarge(most: ReceiveUpload.mostBytesOfPiece)) {
            try await receive.take(
                [UInt8](repeating: 0, count: ReceiveUpload.mostBytesOfPiece + 1), of: upload.id, at: 3)
        }
        await #expect(throws: UploadError.noSuchUpload) { try await receive.status(of: UploadID(at: 1)) }
        #expect(try await receive.status(of: upload.id).offset == 3)
        let done = try await receive.take([4, 5, 6, 7, 8, 9, 10], of: upload.id, at: 3)
        #expect(done.result?.way == .new)
        await #expect(throws: UploadError.finished) { try await receive.take([1], of: upload.id, at: 10) }
        await #expect(throws: UploadError.finished) { try await receive.terminate(upload.id) }
    }

    @Test("ends an upload that is not wanted, and gives its room back", arguments: DatabaseKind.available)
    func terminated(kind: DatabaseKind) async throws {
        let door = try await Door(kind)
        let upload = try await door.receive.begin(door.offer(10))
        _ = try await door.receive.take([1, 2, 3], of: upload.id, at: 0)
        try await door.receive.terminate(upload.id)
        #expect(try await door.files.size(of: .upload(upload.id), in: door.event.id) == nil)
        await #expect(throws: UploadError.noSuchUpload) { try await door.receive.status(of: upload.id) }
        #expect(try await door.pool.event("party").claimedBytes == 0)
    }

    @Test(
        "throws away what nobody sends on, and finishes what is complete", arguments: DatabaseKind.available)
    func tidying(kind: DatabaseKind) async throws {
        let door = try await Door(kind)
        let slow = try await door.receive.begin(door.offer(10))
        _ = try await door.receive.take([1, 2, 3], of: slow.id, at: 0)
        // Complete on the disk and in its row, as a program leaves it that ends before the last step.
        let left = try await door.receive.begin(door.offer(3))
        try await door.files.put([7, 8, 9], of: left.id, in: door.event.id, at: 0)
        _ = try await door.pool.advance(left.id, to: 3, content: SHA256.of([7, 8, 9]), expiresAt: 0)
        #expect(try await door.receive.tidy() == (finished: 1, expired: 0))
        #expect(try await door.pool.upload(left.id).result?.way == .new)
        door.clock.pass(ReceiveUpload.expiryInMilliseconds + 1)
        await #expect(throws: UploadError.expired) { try await door.receive.status(of: slow.id) }
        #expect(try await door.receive.tidy() == (finished: 0, expired: 1))
        await #expect(throws: UploadError.noSuchUpload) { try await door.receive.status(of: slow.id) }
        #expect(try await door.pool.census() == [])
    }

    @Test("begins anew where the disk lost what was acknowledged", arguments: DatabaseKind.available)
    func damaged(kind: DatabaseKind) async throws {
        let door = try await Door(kind)
        let upload = try await door.receive.begin(door.offer(10, source: "a"))
        _ = try await door.receive.take([1, 2, 3], of: upload.id, at: 0)
        try await door.files.drop(upload.id, in: door.event.id)
        await #expect(throws: UploadError.damaged) { try await door.receive.take([4], of: upload.id, at: 3) }
        let anew = try await door.receive.begin(door.offer(10, source: "a"))
        #expect(anew.offset == 0 && anew.id != upload.id)
        #expect(try await door.pool.census() == [])
    }

    @Test("says so on a full disk, and goes on once there is room", arguments: DatabaseKind.available)
    func fullDisk(kind: DatabaseKind) async throws {
        let door = try await Door(kind)
        let bytes: [UInt8] = [1, 2, 3, 4]
        let upload = try await door.receive.begin(door.offer(4))
        for fault in 0..<60 {
            door.layer.fail(at: fault, with: 28)
            do throws(UploadError) {
                let now = try await door.receive.status(of: upload.id)
                if now.result != nil { break }
                _ = try await door.receive.take(
                    Array(bytes[Int(now.offset)...]), of: upload.id, at: now.offset)
            } catch {
                #expect(error == .storage(.diskFull))
            }
            door.layer.heal()
            #expect(try await door.pool.census() == [])
        }
        let end = try await door.receive.status(of: upload.id)
        #expect(end.result?.way == .new)
        #expect(
            try await door.files.bytes(of: .original(SHA256.of(bytes)), in: door.event.id, range: 0..<9)
                == bytes)
    }

    @Test("takes one piece of an upload at a time", arguments: DatabaseKind.available)
    func together(kind: DatabaseKind) async throws {
        let door = try await Door(kind)
        let upload = try await door.receive.begin(door.offer(1000))
        let outcomes = await withTaskGroup(of: Result<Upload, UploadError>.self) { group in
            for byte in 0..<8 {
                group.addTask {
                    do throws(UploadError) {
                        return .success(
                            try await door.receive.take(
                                [UInt8](repeating: UInt8(byte), count: 1000), of: upload.id, at: 0))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let done = outcomes.compactMap { try? $0.get() }
        #expect(done.count == 1)
        for outcome in outcomes {
            guard case .failure(let error) = outcome else { continue }
            #expect(error == .inHand || error == .finished)
        }
        // Whoever was first, the bytes are of one sender.
        let content = try #require(done.first?.content)
        let kept = try await door.files.bytes(of: .original(content), in: door.event.id, range: 0..<1000)
        #expect(Set(kept).count == 1 && kept.count == 1000)
    }
}

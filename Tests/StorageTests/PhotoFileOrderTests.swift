import Digests
import Domain
import Glibc
import Storage
import TestSupport
import Testing

@Suite("The order of work on photo files", .timeLimit(.minutes(10))) struct PhotoFileOrderTests {
    private let scratch: ScratchFolder
    private let event = EventID(at: 1)
    private let upload = UploadID(at: 1)

    init() throws { scratch = try ScratchFolder() }

    private func files(_ layer: RecordingFiles) -> FolderPhotoFiles {
        FolderPhotoFiles(DiskPath(scratch.path), floor: 0, layer: layer)
    }

    @Test("leaves nothing to a power cut when a piece or an original is acknowledged")
    func acknowledged() async throws {
        let layer = RecordingFiles()
        let files = files(layer)
        let hash = SHA256.of([1, 2, 3])
        for (place, byte) in [1, 2, 3].enumerated() {
            try await files.put([UInt8(byte)], of: upload, in: event, at: Int64(place))
            #expect(layer.unsynchronised == [])
        }
        try await files.keep(upload, as: hash, in: event)
        #expect(layer.unsynchronised == [])
        let again = UploadID(at: 2)
        try await files.put([1, 2, 3], of: again, in: event, at: 0)
        try await files.keep(again, as: hash, in: event)
        #expect(layer.unsynchronised == [])
        try await files.remove(.original(hash), in: event)
        #expect(layer.unsynchronised == [])
        try await files.removeAll(in: event)
        #expect(layer.unsynchronised == [])
    }

    @Test("writes, then forces, then names, then forces the name")
    func order() async throws {
        let layer = RecordingFiles()
        let files = files(layer)
        try await files.put([1], of: upload, in: event, at: 0)
        #expect(layer.log.suffix(2) == [.write, .synchronise])
        layer.forget()
        try await files.put([2], of: upload, in: event, at: 1)
        #expect(layer.log == [.facts, .write, .synchronise])
        layer.forget()
        try await files.keep(upload, as: SHA256.of([1, 2]), in: event)
        let essential = layer.log.filter { [.synchronise, .rename, .synchroniseFolder].contains($0) }
        #expect(essential.first == .synchronise)
        #expect(essential.suffix(3) == [.rename, .synchroniseFolder, .synchroniseFolder])
    }

    @Test(
        "is caught where a step is left out",
        arguments: [RecordingFiles.Operation.synchronise, .synchroniseFolder])
    func bites(skipped: RecordingFiles.Operation) async throws {
        let layer = RecordingFiles(skipping: [skipped])
        try await files(layer).put([1], of: upload, in: event, at: 0)
        #expect(layer.unsynchronised != [])
    }

    @Test("goes on after short writes and signals")
    func shortWrites() async throws {
        let layer = RecordingFiles()
        layer.limitWrites(to: 7)
        let files = files(layer)
        let bytes = (0..<100).map { UInt8($0) }
        for place in 0..<30 {
            let upload = UploadID(at: Int64(place))
            layer.fail(at: place, with: EINTR)
            try await files.put(bytes, of: upload, in: event, at: 0)
            #expect(try await files.bytes(of: .upload(upload), in: event, range: 0..<200) == bytes)
        }
    }

    @Test(
        "that fails at any step leaves nothing wrong, and the same call succeeds later",
        arguments: [
            (ENOSPC, StorageError.diskFull), (EROFS, .readOnly), (EACCES, .noPermission),
            (EIO, .diskFault(EIO)),
        ], [false, true])
    func faults(fault: (Int32, StorageError), lasting: Bool) async throws {
        let bytes = (0..<100).map { UInt8($0) }
        let hash = SHA256.of(bytes)
        for place in 0..<40 {
            let layer = RecordingFiles()
            let files = files(layer)
            let event = EventID(at: Int64(place))
            layer.fail(at: place, with: fault.0, lasting: lasting)
            var failures = 0
            func attempt(_ work: () async throws -> Void) async throws {
                do {
                    try await work()
                } catch {
                    #expect(error as? StorageError == fault.1)
                    failures += 1
                    layer.heal()
                    let size = try await files.size(of: .original(hash), in: event)
                    #expect(size == nil || size == 100)
                    try await work()
                }
                #expect(layer.unsynchronised == [])
            }
            try await attempt { try await files.put(Array(bytes[..<50]), of: upload, in: event, at: 0) }
            try await attempt {
                let length = try await files.length(of: upload, in: event)
                #expect(length == 50)
            }
            try await attempt { try await files.put(Array(bytes[50...]), of: upload, in: event, at: 50) }
            try await attempt { try await files.keep(upload, as: hash, in: event) }
            try await attempt { try await files.keep([9, 9], as: .rendition(.preview, of: hash), in: event) }
            layer.heal()
            #expect(try await files.bytes(of: .original(hash), in: event, range: 0..<999) == bytes)
            #expect(try await files.size(of: .rendition(.preview, of: hash), in: event) == 2)
            #expect(place >= 30 || failures == 1, "operation \(place) was never reached")
        }
    }

    @Test("never follows a link, and removes it as a stray")
    func links() async throws {
        let files = files(RecordingFiles())
        try await files.put([1], of: upload, in: event, at: 0)
        try scratch.write("outside/precious", "text")
        let hash = SHA256.of([5])
        let folder = "events/\(event.text)"
        try scratch.makeFolder(folder + "/originals")
        #expect(
            symlink(scratch.path(of: "outside/precious"), scratch.path(of: "\(folder)/originals/\(hash)"))
                == 0)
        #expect(symlink(scratch.path(of: "outside"), scratch.path(of: "\(folder)/odd")) == 0)
        await #expect(throws: StorageError.damaged) { try await files.original(hash, in: event) }
        try await files.remove(.stray(":odd"), in: event)
        try await files.removeAll(in: event)
        #expect(try scratch.names(in: "outside") == ["precious"])
        #expect(try scratch.names(in: "events") == [])
    }

    @Test("keeps others out, and a floor of free space")
    func permissions() async throws {
        let files = files(RecordingFiles())
        try await files.put([1], of: upload, in: event, at: 0)
        #expect(scratch.permissions(of: "events") == 0o700)
        #expect(scratch.permissions(of: "events/\(event.text)/uploads") == 0o700)
        #expect(scratch.permissions(of: "events/\(event.text)/uploads/\(upload.text)") == 0o600)
        try await files.checkSpace(for: 1)
        let full = FolderPhotoFiles(DiskPath(scratch.path), floor: Int64.max / 2)
        await #expect(throws: StorageError.lowSpace) { try await full.checkSpace(for: 1) }
    }
}

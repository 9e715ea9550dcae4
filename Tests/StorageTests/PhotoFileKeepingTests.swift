import Digests
import Domain
import Glibc
import Storage
import Synchronization
import TestSupport
import Testing

@Suite("Photo files", .timeLimit(.minutes(10))) struct PhotoFileKeepingTests {
    enum Kind: CaseIterable { case memory, folder }

    private let scratch: ScratchFolder
    private let event = EventID(at: 1)
    private let upload = UploadID(at: 1)
    private let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }

    init() throws { scratch = try ScratchFolder() }

    private func files(_ kind: Kind) -> any PhotoFileKeeping {
        switch kind {
        case .memory: MemoryPhotoFiles { SHA256.of($0) }
        case .folder: FolderPhotoFiles(DiskPath(scratch.path), floor: 0)
        }
    }

    @Test("come in piece by piece, are hashed, kept and opened", arguments: Kind.allCases)
    func wholeWay(kind: Kind) async throws {
        let files = files(kind)
        let hash = SHA256.of(bytes)
        #expect(try await files.length(of: upload, in: event) == 0)
        for start in stride(from: 0, to: bytes.count, by: 1_000_000) {
            let piece = Array(bytes[start..<start + 1_000_000])
            try await files.put(piece, of: upload, in: event, at: Int64(start))
            try await files.put(piece, of: upload, in: event, at: Int64(start))
            #expect(try await files.length(of: upload, in: event) == Int64(start + 1_000_000))
        }
        #expect(try await files.hash(of: upload, in: event, length: 3_000_000) == hash)
        #expect(
            try await files.hash(of: upload, in: event, length: 999) == SHA256.of(Array(bytes.prefix(999))))
        await #expect(throws: StorageError.damaged) {
            try await files.hash(of: upload, in: event, length: 3_000_001)
        }
        try await files.keep(upload, as: hash, in: event)
        try await files.keep(upload, as: hash, in: event)
        #expect(try await files.length(of: upload, in: event) == 0)
        let photo = try await files.original(hash, in: event)
        #expect(photo.stamp.sizeInBytes == 3_000_000)
        var head = [UInt8](repeating: 0, count: 9)
        #expect(pread(photo.descriptor, &head, 9, 1000) == 9 && head == Array(bytes[1000..<1009]))
        let part = try await files.bytes(of: .original(hash), in: event, range: 2_999_990..<5_000_000)
        #expect(part == Array(bytes.suffix(10)))
        #expect(try await files.bytes(of: .original(hash), in: event, range: 4_000_000..<5_000_000) == [])
        #expect(try await files.events() == [event])
    }

    @Test("of the same content lie there once, and a damaged one is replaced", arguments: Kind.allCases)
    func sameContent(kind: Kind) async throws {
        let files = files(kind)
        let hash = SHA256.of([1, 2, 3])
        try await files.put([1, 2], of: upload, in: event, at: 0)
        try await files.keep(upload, as: hash, in: event)
        for number in 2...3 {
            let again = UploadID(at: Int64(number))
            try await files.put([1, 2, 3], of: again, in: event, at: 0)
            try await files.keep(again, as: hash, in: event)
            #expect(try await files.bytes(of: .original(hash), in: event, range: 0..<9) == [1, 2, 3])
            #expect(try await files.length(of: again, in: event) == 0)
        }
        await #expect(throws: StorageError.missing) {
            try await files.original(hash, in: EventID(at: 2))
        }
    }

    @Test("that are not there are missing to read, and no matter to remove", arguments: Kind.allCases)
    func missing(kind: Kind) async throws {
        let files = files(kind)
        let hash = SHA256.of([])
        await #expect(throws: StorageError.missing) { try await files.original(hash, in: event) }
        await #expect(throws: StorageError.missing) { try await files.keep(upload, as: hash, in: event) }
        await #expect(throws: StorageError.missing) {
            try await files.bytes(of: .original(hash), in: event, range: 0..<1)
        }
        await #expect(throws: StorageError.missing) {
            try await files.hash(of: upload, in: event, length: 0)
        }
        #expect(try await files.size(of: .original(hash), in: event) == nil)
        try await files.drop(upload, in: event)
        try await files.remove(.original(hash), in: event)
        try await files.removeAll(in: event)
        #expect(try await files.events().isEmpty)
    }

    @Test("are listed in bounded lists, and go with their event", arguments: Kind.allCases)
    func listing(kind: Kind) async throws {
        let files = files(kind)
        let other = EventID(at: 9)
        try await files.put([1], of: upload, in: event, at: 0)
        try await files.put([1], of: upload, in: other, at: 0)
        for number in 0..<1100 {
            let hash = Sample.facts(number).contentHash
            try await files.keep([1, 2], as: .rendition(.preview, of: hash), in: event)
        }
        let seen = Mutex<[KeptFile]>([])
        try await files.forEachFile(in: event) { list in
            #expect((1...500).contains(list.count))
            seen.withLock { $0 += list }
        }
        let all = seen.withLock { $0 }
        #expect(all.count == 1101 && Set(all.map(\.file)).count == 1101)
        #expect(all.first { $0.file == .upload(upload) }?.sizeInBytes == 1)
        try await files.removeAll(in: event)
        #expect(try await files.events() == [other])
        try await files.put([7], of: upload, in: event, at: 0)
        #expect(try await files.length(of: upload, in: event) == 1)
    }

    @Test(
        "are never named by what is no name", arguments: Kind.allCases,
        ["", "../x", String(repeating: "A", count: 64), String(repeating: "/", count: 64)])
    func oddNames(kind: Kind, name: String) async throws {
        let files = files(kind)
        try await files.put([1], of: upload, in: event, at: 0)
        await #expect(throws: StorageError.damaged) { try await files.keep(upload, as: name, in: event) }
        await #expect(throws: StorageError.damaged) {
            try await files.remove(.rendition(.preview, of: name), in: event)
        }
        await #expect(throws: StorageError.damaged) { try await files.original(name, in: event) }
        await #expect(throws: StorageError.damaged) { try await files.put([1], of: upload, in: event, at: 2) }
        #expect(try await files.length(of: upload, in: event) == 1)
    }
}

import Domain
import Glibc
import TestSupport
import Testing

@testable import Storage

@Suite("Renditions that were shown a moment ago", .timeLimit(.minutes(10))) struct OpenRenditionsTests {
    private let scratch: ScratchFolder
    private let files: FolderPhotoFiles
    private let event = EventID(at: 1)
    private let content = Sample.facts(1).contentHash

    init() throws {
        scratch = try ScratchFolder()
        files = FolderPhotoFiles(DiskPath(scratch.path), floor: 0)
    }

    private func opened(_ kind: RenditionKind = .preview, in event: EventID? = nil) throws -> OpenPhoto {
        try #require(
            try files.openHere(.rendition(kind, of: content), in: event ?? self.event), "it never waits")
    }

    private func open(_ bytes: String) throws -> OpenPhoto {
        try scratch.write("file", bytes)
        let descriptor = Glibc.open(scratch.path(of: "file"), O_RDONLY)
        return OpenPhoto(
            owning: descriptor, stamp: FileStamp(sizeInBytes: 1, changedInNanoseconds: 1, inode: 1))
    }

    @Test("are opened once for many, and each kind by itself")
    func once() async throws {
        try await files.keep([1, 2], as: .rendition(.preview, of: content), in: event)
        try await files.keep([1], as: .rendition(.thumbnail, of: content), in: event)
        var (first, second) = (try opened(), try opened())
        // On a busy machine the moment may be over between the two.
        for _ in 0..<200 where first !== second { (first, second) = (try opened(), try opened()) }
        #expect(first === second)
        let small = try opened(.thumbnail)
        #expect(small.stamp.sizeInBytes == 1 && first.stamp.sizeInBytes == 2)
        #expect(throws: StorageError.missing) { try opened(in: EventID(at: 2)) }
        #expect(try files.openHere(.original(content), in: event) == nil, "only renditions")
        let elsewhere = try await files.open(.rendition(.preview, of: content), in: event)
        #expect(try opened() === elsewhere || opened() !== second, "one for all, unless the moment is over")
    }

    @Test("are not given out any more once they are made anew or removed, alone or with their event")
    func changed() async throws {
        let file = PhotoFile.rendition(.preview, of: content)
        try await files.keep([1, 2], as: file, in: event)
        _ = try opened()
        try await files.keep([1, 2, 3], as: file, in: event)
        #expect(try opened().stamp.sizeInBytes == 3)
        try await files.remove(file, in: event)
        #expect(throws: StorageError.missing) { try opened() }
        try await files.keep([1], as: file, in: event)
        weak var left: OpenPhoto?
        do {
            let photo = try opened()
            left = photo
        }
        #expect(left != nil, "it is kept open")
        try await files.removeAll(in: event)
        #expect(left == nil, "its descriptor is closed")
        #expect(throws: StorageError.missing) { try opened() }
    }

    @Test("are not kept where they were let go while they were being opened")
    func race() throws {
        let renditions = OpenRenditions()
        let old = try open("a")
        guard case .nothing(let generation) = renditions.find(.preview, of: content, in: event) else {
            Issue.record("nobody has opened it")
            return
        }
        renditions.forget(.rendition(.preview, of: content), in: event)
        renditions.keep(old, .preview, of: content, in: event, since: generation)
        guard case .nothing = renditions.find(.preview, of: content, in: event) else {
            Issue.record("it was let go")
            return
        }
    }

    @Test("hold no more than some hundred descriptors")
    func bound() throws {
        let renditions = OpenRenditions()
        var all: [Weak] = []
        for number in 0..<600 {
            let photo = try open("a")
            all.append(Weak(photo: photo))
            renditions.keep(
                photo, .preview, of: Sample.facts(number).contentHash, in: event, since: 0)
        }
        let open = all.count { $0.photo != nil }
        #expect((1...256).contains(open), "\(open)")
    }

    private struct Weak {
        weak var photo: OpenPhoto?
    }
}

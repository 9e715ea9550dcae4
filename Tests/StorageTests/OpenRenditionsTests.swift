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

    private func opened() async throws -> OpenPhoto {
        try await files.open(.rendition(.preview, of: content), in: event)
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
        var (first, second) = (try await opened(), try await opened())
        // On a busy machine the moment may be over between the two.
        for _ in 0..<200 where first !== second { (first, second) = (try await opened(), try await opened()) }
        #expect(first === second)
        let small = try await files.open(.rendition(.thumbnail, of: content), in: event)
        #expect(small.stamp.sizeInBytes == 1 && first.stamp.sizeInBytes == 2)
        await #expect(throws: StorageError.missing) {
            try await files.open(.rendition(.preview, of: content), in: EventID(at: 2))
        }
    }

    @Test("are not given out any more once they are made anew or removed, alone or with their event")
    func changed() async throws {
        let file = PhotoFile.rendition(.preview, of: content)
        try await files.keep([1, 2], as: file, in: event)
        _ = try await opened()
        try await files.keep([1, 2, 3], as: file, in: event)
        #expect(try await opened().stamp.sizeInBytes == 3)
        try await files.remove(file, in: event)
        await #expect(throws: StorageError.missing) { try await opened() }
        try await files.keep([1], as: file, in: event)
        weak var left: OpenPhoto?
        do {
            let photo = try await opened()
            left = photo
        }
        #expect(left != nil, "it is kept open")
        try await files.removeAll(in: event)
        #expect(left == nil, "its descriptor is closed")
        await #expect(throws: StorageError.missing) { try await opened() }
    }

    @Test("are not kept where they were let go while they were being opened")
    func race() async throws {
        let renditions = OpenRenditions()
        let old = try open("a")
        _ = try await renditions.photo(.preview, of: content, in: event) { () throws(StorageError) in
            renditions.forget(.rendition(.preview, of: content), in: event)
            return old
        }
        let new = try open("b")
        let found = try await renditions.photo(.preview, of: content, in: event) { new }
        #expect(found === new)
    }

    @Test("hold no more than some hundred descriptors")
    func bound() async throws {
        let renditions = OpenRenditions()
        var all: [Weak] = []
        for number in 0..<600 {
            let photo = try open("a")
            all.append(Weak(photo: photo))
            _ = try await renditions.photo(
                .preview, of: Sample.facts(number).contentHash, in: event
            ) { photo }
        }
        let open = all.count { $0.photo != nil }
        #expect((1...256).contains(open), "\(open)")
    }

    private struct Weak {
        weak var photo: OpenPhoto?
    }
}

import Domain
import Glibc
import Storage
import TestSupport
import Testing

@Suite("Renditions", .timeLimit(.minutes(10))) struct RenditionKeepingTests {
    enum Kind: CaseIterable { case memory, folder }

    private let scratch: ScratchFolder
    private let hash = Sample.facts(0xABC).contentHash

    init() throws { scratch = try ScratchFolder() }

    private func renditions(_ kind: Kind) throws -> any RenditionKeeping {
        switch kind {
        case .memory: MemoryRenditions()
        case .folder: try FolderRenditions(DiskPath(scratch.path(of: "previews")))
        }
    }

    @Test("are there once they are kept, and may be kept again", arguments: Kind.allCases)
    func keeping(kind: Kind) async throws {
        let renditions = try renditions(kind)
        #expect(try await !renditions.holds(hash))
        try await renditions.keep(preview: [1, 2], thumbnail: [3], of: hash)
        try await renditions.keep(preview: [1, 2], thumbnail: [3], of: hash)
        #expect(try await renditions.holds(hash))
        #expect(try await !renditions.holds(Sample.facts(1).contentHash))
    }

    @Test("lie in the folder under the photo's hash, with nothing half-written beside them")
    func files() async throws {
        let preview = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
        try await renditions(.folder).keep(preview: preview, thumbnail: [3], of: hash)
        #expect(
            try scratch.names(in: "previews") == [
                ".likeness-previews", "\(hash)-preview.jpg", "\(hash)-thumbnail.jpg",
            ])
        #expect(try scratch.read("previews/\(hash)-preview.jpg") == preview)
    }

    @Test("need a folder, and say so where a file lies")
    func file() throws {
        try scratch.write("previews", "a text")
        #expect(throws: StorageError.notAFolder) { try renditions(.folder) }
        #expect(try scratch.read("previews") == Array("a text".utf8))
        #expect(symlink("nowhere", scratch.path(of: "dead")) == 0)
        #expect(throws: StorageError.missing) { try FolderRenditions(DiskPath(scratch.path(of: "dead"))) }
    }

    @Test("know the folder of photos by whatever name it is called")
    func sameFolder() throws {
        try scratch.makeFolder("photos/inner")
        #expect(symlink("photos", scratch.path(of: "link")) == 0)
        let photos = DiskPath(scratch.path(of: "photos"))
        for name in ["photos", "photos/", "photos/.", "photos/inner/..", "link"] {
            #expect(DiskPath(scratch.path(of: name)).leadsToSame(as: photos), "\(name)")
        }
        for name in ["photos/inner", "none", ""] {
            #expect(!DiskPath(scratch.path(of: name)).leadsToSame(as: photos), "\(name)")
        }
    }

    @Test(
        "are never written under a name that is no hash",
        arguments: ["", "../x", String(repeating: "G", count: 64), String(repeating: "/", count: 64)])
    func oddHash(hash: String) async throws {
        let renditions = try renditions(.folder)
        await #expect(throws: StorageError.damaged) {
            try await renditions.keep(preview: [1], thumbnail: [1], of: hash)
        }
        #expect(try scratch.names(in: "previews") == [".likeness-previews"])
    }

    @Test("on a full disk leave nothing half-written")
    func full() async throws {
        await #expect(processExitsWith: .success) {
            [path = scratch.path(of: "previews") as String, hash = hash as String] in
            let renditions = try FolderRenditions(DiskPath(path))
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 1000, rlim_max: 1000)
            #expect(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            await #expect(throws: StorageError.diskFull) {
                try await renditions.keep(
                    preview: [UInt8](repeating: 1, count: 5000), thumbnail: [1], of: hash)
            }
        }
        #expect(try scratch.names(in: "previews") == [".likeness-previews"])
    }
}

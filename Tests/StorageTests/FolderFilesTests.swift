import Domain
import Glibc
import Storage
import TestSupport
import Testing

@Suite("Folder of photos", .timeLimit(.minutes(10))) struct FolderFilesTests {
    private let scratch: ScratchFolder
    private let folder: FolderFiles

    init() throws {
        scratch = try ScratchFolder()
        folder = try FolderFiles(DiskPath(scratch.path))
    }

    @Test("is listed with all that lies below, in the order of bytes")
    func order() async throws {
        for name in ["b.jpg", "a/z.jpg", "a.jpg", "a/b/c.jpg", "Z.jpg", "ä.jpg"] {
            try scratch.write(name, "x")
        }
        let entries = try await folder.entries()
        #expect(entries.map(\.name.text) == ["Z.jpg", "a.jpg", "a/b/c.jpg", "a/z.jpg", "b.jpg", "ä.jpg"])
        #expect(try await folder.entries() == entries)
    }

    @Test("takes names that are no text and names with line ends, and opens them")
    func oddNames() async throws {
        let names: [[UInt8]] = [
            Array("line\nend.jpg".utf8), [0x61, 0xFF, 0xFE, 0x2E, 0x6A, 0x70, 0x67], Array(" .jpg".utf8),
            Array("-rf".utf8), Array(repeating: 0x78, count: 255),
        ]
        for name in names {
            let path = DiskPath(bytes: Array(scratch.path.utf8) + [47] + name)
            let descriptor = path.withCString { open($0, O_CREAT | O_WRONLY, 0o644) }
            #expect(write(descriptor, "hello", 5) == 5)
            close(descriptor)
        }
        let found = try await folder.entries().map(\.name)
        #expect(Set(found.map(\.bytes)) == Set(names))
        for name in found { #expect(try await folder.open(name).photo.stamp.sizeInBytes == 5) }
    }

    @Test("passes over links, in circles or not, and everything that is no file")
    func oddThings() async throws {
        try scratch.write("inside/photo.jpg", "x")
        let outside = try ScratchFolder()
        try outside.write("secret.jpg", "x")
        for (target, name) in [
            (".", "circle"), ("..", "inside/up"), ("self", "self"), (outside.path, "out"),
            (outside.path(of: "secret.jpg"), "secret.jpg"), ("nowhere", "dead"),
        ] {
            #expect(symlink(target, scratch.path(of: name)) == 0)
        }
        #expect(mkfifo(scratch.path(of: "pipe.jpg"), 0o644) == 0)
        try makeSocket(scratch.path(of: "socket.jpg"))
        try scratch.write(".hidden.jpg", "x")
        try scratch.write(".Trash/photo.jpg", "x")
        try scratch.write(".likeness.sqlite-wal", "x")
        let kinds = try await folder.entries().map { entry in
            switch entry.kind {
            case .file: "\(entry.name.text) file"
            case .passedOver(let reason, _): "\(entry.name.text) \(reason.rawValue)"
            case .closedFolder: "\(entry.name.text) closed"
            }
        }
        #expect(
            kinds == [
                ".Trash hidden", ".hidden.jpg hidden", "circle link", "dead link", "inside/photo.jpg file",
                "inside/up link", "out link", "pipe.jpg pipe", "secret.jpg link", "self link",
                "socket.jpg socket",
            ])
    }

    @Test("names devices, where the test may make one")
    func devices() async throws {
        guard mknod(scratch.path(of: "null.jpg"), S_IFCHR | 0o644, 1 << 8 | 3) == 0 else {
            print("skipped: this user may not make devices")
            return
        }
        let kinds = try await folder.entries().map(\.kind)
        guard case .passedOver(.device, _)? = kinds.first else {
            Issue.record("a device is named as one")
            return
        }
        await #expect(throws: PhotoOpenError.notAFile) { try await folder.open(PhotoName("null.jpg")) }
    }

    @Test("opens nothing but files inside, whatever took their place meanwhile")
    func replaced() async throws {
        let outside = try ScratchFolder()
        try outside.write("photo.jpg", "secret")
        try scratch.write("photo.jpg", "x")
        try scratch.write("sub/photo.jpg", "x")
        #expect(try await folder.entries().count == 2)
        #expect(rename(scratch.path(of: "sub"), scratch.path(of: "moved")) == 0)
        #expect(symlink(outside.path, scratch.path(of: "sub")) == 0)
        await #expect(throws: PhotoOpenError.vanished) { try await folder.open(PhotoName("sub/photo.jpg")) }
        #expect(unlink(scratch.path(of: "photo.jpg")) == 0)
        await #expect(throws: PhotoOpenError.vanished) { try await folder.open(PhotoName("photo.jpg")) }
        #expect(symlink(outside.path(of: "photo.jpg"), scratch.path(of: "photo.jpg")) == 0)
        await #expect(throws: PhotoOpenError.notAFile) { try await folder.open(PhotoName("photo.jpg")) }
        #expect(mkfifo(scratch.path(of: "pipe"), 0o644) == 0)
        try scratch.makeFolder("folder")
        try makeSocket(scratch.path(of: "socket"))
        for name in ["pipe", "folder", "socket"] {
            await #expect(throws: PhotoOpenError.notAFile, "\(name)") {
                try await folder.open(PhotoName(name))
            }
        }
    }

    @Test(
        "refuses names that lead out",
        arguments: ["../x", "a/../../x", "/etc/passwd", "", "./x", "a//b", "x\u{0}y"])
    func leadingOut(name: String) async throws {
        try scratch.write("x", "x")
        try scratch.write("a/b", "x")
        await #expect(throws: PhotoOpenError.vanished) { try await folder.open(PhotoName(name)) }
    }

    @Test("tells what a file is by its first bytes, and its stamp from the open file")
    func opening() async throws {
        try scratch.write("picture.txt", [0xFF, 0xD8, 0xFF, 0xE0] + [UInt8](repeating: 7, count: 9000))
        try scratch.write("empty.jpg", "")
        let found = try await folder.open(PhotoName("picture.txt"))
        #expect(found.kind == .picture(.jpeg))
        guard case .file(let stamp)? = try await folder.entries().last?.kind else {
            Issue.record("the listing has a file")
            return
        }
        #expect(found.photo.stamp == stamp && stamp.sizeInBytes == 9004)
        #expect(fcntl(found.photo.descriptor, F_GETFL) & (O_ACCMODE | O_NONBLOCK) == O_RDONLY | O_NONBLOCK)
        #expect(fcntl(found.photo.descriptor, F_GETFD) & FD_CLOEXEC == FD_CLOEXEC)
        #expect(try await folder.open(PhotoName("empty.jpg")).kind == .empty)
    }

    @Test("gives a file that was written again another stamp")
    func stamps() async throws {
        // The same length and the same time of modification, which anybody can set.
        let times = [timeval(tv_sec: 1000, tv_usec: 0), timeval(tv_sec: 1000, tv_usec: 0)]
        func write(_ text: String) throws {
            try scratch.write("a.jpg", text)
            #expect(utimes(scratch.path(of: "a.jpg"), times) == 0)
        }
        try write("one")
        let first = try await folder.open(PhotoName("a.jpg")).photo.stamp
        // The file system's clock ticks a few hundred times a second, so the first try may fall into the same tick.
        var tries = 0
        repeat {
            tries += 1
            try write("two")
        } while try await folder.open(PhotoName("a.jpg")).photo.stamp == first && tries < 10_000
        #expect(try await folder.open(PhotoName("a.jpg")).photo.stamp != first)
        #expect(try await folder.open(PhotoName("a.jpg")).photo.stamp.inode == first.inode)
    }

    @Test("goes deeper than any path may be long")
    func deep() async throws {
        let part = String(repeating: "d", count: 100)
        let descriptor = open(scratch.path, O_RDONLY | O_DIRECTORY)
        var here = descriptor
        for _ in 0..<60 {
            #expect(mkdirat(here, part, 0o755) == 0)
            let next = openat(here, part, O_RDONLY | O_DIRECTORY)
            close(here)
            here = next
        }
        close(openat(here, "photo.jpg", O_CREAT | O_WRONLY, 0o644))
        close(here)
        let entries = try await folder.entries()
        #expect(entries.map(\.name.bytes.count) == [60 * 101 + 9])
        for entry in entries { #expect(try await folder.open(entry.name).kind == .empty) }
    }

    @Test("leaves out our own previews, and nothing else that lies in a folder with their mark")
    func previews() async throws {
        try scratch.write("a.jpg", "x")
        let previews = try FolderRenditions(DiskPath(scratch.path(of: "previews")))
        let hash = Sample.facts(0xABC).contentHash
        try await previews.keep(preview: [1], thumbnail: [1], of: hash)
        let others = [
            "previews/.hidden", "previews/\(hash)-other.jpg", "previews/\(hash)-preview.jpg.jpg",
            "previews/\(hash.dropLast())-preview.jpg", "previews/\(hash.dropLast())G-preview.jpg",
            "previews/inner/\(hash)-preview.jpg", "previews/party.jpg",
        ]
        for name in others { try scratch.write(name, "x") }
        #expect(
            symlink("party.jpg", scratch.path(of: "previews/\(Sample.facts(1).contentHash)-preview.jpg")) == 0
        )
        let linked = "previews/\(Sample.facts(1).contentHash)-preview.jpg"
        #expect(
            try await Set(folder.entries().map(\.name.text)) == Set(["a.jpg", linked] + others))
        // Without the mark the names mean nothing.
        #expect(unlink(scratch.path(of: "previews/.likeness-previews")) == 0)
        #expect(try await folder.entries().count == others.count + 4)
    }

    @Test(
        "reports a folder without permission and goes on",
        .disabled(if: geteuid() == 0, "root may read anything"))
    func closedFolder() async throws {
        try await expectClosedFolderReported(in: scratch.path)
    }

    @Test(
        "reports a folder without permission also to root, who lays the power down first",
        .enabled(if: geteuid() == 0, "only root can lay its power down"))
    func closedFolderAsRoot() async throws {
        await #expect(processExitsWith: .success) { [path = scratch.path as String] in
            try becomeOrdinaryUser(owning: path)
            try await expectClosedFolderReported(in: path)
        }
    }

    @Test("that cannot be opened says why")
    func root() async throws {
        try scratch.write("file", "x")
        #expect(throws: FolderError.missing) { try FolderFiles(DiskPath(scratch.path(of: "none"))) }
        #expect(throws: FolderError.notAFolder) { try FolderFiles(DiskPath(scratch.path(of: "file"))) }
        #expect(symlink(".", scratch.path(of: "chosen")) == 0)
        #expect(try await FolderFiles(DiskPath(scratch.path(of: "chosen"))).entries().count == 2)
    }

    @Test("lets a selfie be a link, but only to a file")
    func selfie() throws {
        try scratch.write("me.jpg", "hello")
        #expect(symlink("me.jpg", scratch.path(of: "link.jpg")) == 0)
        #expect(
            try FolderFiles.open(single: DiskPath(scratch.path(of: "link.jpg"))).photo.stamp.sizeInBytes == 5)
        #expect(throws: PhotoOpenError.notAFile) { try FolderFiles.open(single: DiskPath("/dev/null")) }
        #expect(throws: PhotoOpenError.notAFile) { try FolderFiles.open(single: DiskPath(scratch.path)) }
        #expect(throws: PhotoOpenError.vanished) {
            try FolderFiles.open(single: DiskPath(scratch.path(of: "no")))
        }
    }

    private func makeSocket(_ path: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(status == 0)
    }
}

/// `path` is a folder that this user owns.
private func expectClosedFolderReported(in path: String) async throws {
    for name in ["/open", "/closed", "/listed"] { #expect(mkdir(path + name, 0o755) == 0) }
    for name in ["/open/a.jpg", "/closed/b.jpg", "/listed/c.jpg", "/unreadable.jpg"] {
        close(open(path + name, O_CREAT | O_WRONLY, 0o644))
    }
    #expect(chmod(path + "/closed", 0) == 0 && chmod(path + "/listed", 0o444) == 0)
    #expect(chmod(path + "/unreadable.jpg", 0) == 0)
    let folder = try FolderFiles(DiskPath(path))
    let entries = try await folder.entries()
    let closed = entries.filter { $0.kind == .closedFolder(.noPermission) }.map(\.name.text)
    #expect(closed == ["closed", "listed"])
    #expect(entries.map(\.name.text) == ["closed", "listed", "open/a.jpg", "unreadable.jpg"])
    await #expect(throws: PhotoOpenError.noPermission) { try await folder.open(PhotoName("unreadable.jpg")) }
    chmod(path + "/closed", 0o755)
    chmod(path + "/listed", 0o755)
}

import Domain
import Glibc
import Storage
import TestSupport
import Testing

@Suite("SQLite file", .timeLimit(.minutes(10))) struct SQLiteFileTests {
    private let scratch: ScratchFolder
    private var path: DiskPath { DiskPath(scratch.path(of: "index.sqlite")) }

    init() throws { scratch = try ScratchFolder() }

    @Test("is readable by its owner only, with everything beside it")
    func permissions() async throws {
        let index = try await FaceIndex.opened(path)
        try await index.put([Sample.record("a.jpg")])
        _ = try await index.known()
        for ending in ["", "-wal", "-shm"] {
            #expect(scratch.permissions(of: "index.sqlite" + ending) == 0o600, "\(ending)")
        }
    }

    @Test(
        "leaves a file alone that is something else",
        arguments: ["", "word\n", String(repeating: "text ", count: 3000)])
    func otherFile(text: String) async throws {
        // An empty file is a database that was never written, and may be filled.
        try scratch.write("index.sqlite", text)
        guard !text.isEmpty else {
            _ = try await FaceIndex.opened(path)
            return
        }
        await #expect(throws: StorageError.notADatabase) { try await FaceIndex.opened(path) }
        #expect(try scratch.read("index.sqlite") == Array(text.utf8))
        #expect(try scratch.names() == ["index.sqlite"])
    }

    @Test("leaves another program's database alone")
    func otherDatabase() async throws {
        // Ours, with our mark taken from its head: a database all the same.
        do {
            _ = try await FaceIndex.opened(path)
        }
        var bytes = try scratch.read("index.sqlite")
        bytes.replaceSubrange(68..<72, with: [0, 0, 0, 0])
        try scratch.write("index.sqlite", bytes)
        await #expect(throws: StorageError.notADatabase) { try await FaceIndex.opened(path) }
        #expect(try scratch.read("index.sqlite") == bytes)
    }

    @Test("is never a link, a folder or a pipe")
    func oddPlaces() async throws {
        try scratch.makeFolder("folder")
        #expect(symlink("target", scratch.path(of: "link")) == 0)
        #expect(mkfifo(scratch.path(of: "pipe"), 0o600) == 0)
        for name in ["folder", "link", "pipe"] {
            await #expect(throws: StorageError.notADatabase, "\(name)") {
                try await FaceIndex.opened(DiskPath(scratch.path(of: name)))
            }
        }
        #expect(try scratch.names() == ["folder", "link", "pipe"])
    }

    @Test("is missing where it is missing")
    func missing() async throws {
        await #expect(throws: StorageError.missing) {
            try await FaceIndex.opened(path, SQLiteSettings(.existing))
        }
        await #expect(throws: StorageError.missing) {
            try await FaceIndex.opened(DiskPath(scratch.path(of: "no/such/folder.sqlite")))
        }
        #expect(try scratch.names() == [])
    }

    @Test("made by a newer program is refused and stays as it is")
    func newer() async throws {
        try await add("INSERT INTO migrations VALUES (99, 'from the future', 0)")
        let before = try scratch.read("index.sqlite")
        let known = Int64(Schema.steps.count)
        await #expect(throws: StorageError.newerThanProgram(version: 99, known: known)) {
            try await FaceIndex.opened(path)
        }
        #expect(try scratch.read("index.sqlite") == before)
        #expect(try scratch.names() == ["index.sqlite"])
    }

    @Test("that is damaged says so, wherever the damage is, and never crashes")
    func damaged() async throws {
        do {
            let index = try await FaceIndex.opened(path)
            try await index.put((0..<200).map { Sample.record("photo \($0).jpg") })
        }
        let whole = try scratch.read("index.sqlite")
        var complaints = 0
        for start in stride(from: 100, to: whole.count, by: 4096) {
            var bytes = whole
            for place in start..<min(start + 600, bytes.count) {
                bytes[place] = UInt8(truncatingIfNeeded: place &* 37)
            }
            try scratch.write("index.sqlite", bytes)
            do throws(StorageError) {
                let index = try await FaceIndex.opened(path)
                _ = try await index.known()
                _ = try await index.totals()
                _ = try await index.foldUsableFaces(into: 0) { count, _ in count += 1 }
            } catch {
                complaints += 1
                #expect(
                    [.damaged, .notADatabase].contains(error) || error.code == "unexpected",
                    "\(start): \(error)")
            }
        }
        #expect(complaints > 5)
    }

    @Test("that cannot grow says so, keeps what it had, and goes on once there is room")
    func full() async throws {
        var settings = SQLiteSettings()
        settings.mostPages = 160
        var done = 0
        do {
            let index = try await FaceIndex.opened(path, settings)
            await #expect(throws: StorageError.diskFull) {
                for number in 0..<5000 {
                    try await index.put([
                        Sample.record(
                            "photo \(number).jpg", .developed(Sample.facts(number), [Sample.face()]))
                    ])
                    done = number + 1
                }
            }
            #expect(try await index.totals().photos == [.indexed: done])
        }
        #expect(done > 10)
        let roomy = try await FaceIndex.opened(path)
        try await roomy.put([
            Sample.record("one more.jpg", .developed(Sample.facts(10_000), [Sample.face()]))
        ])
        #expect(
            try await roomy.totals() == IndexTotals(photos: [.indexed: done + 1], faces: [.seed: done + 1]))
    }

    @Test("on a disk that takes no more is a full disk, also to the system's own refusal")
    func fullDisk() async throws {
        await #expect(processExitsWith: .success) { [path = scratch.path(of: "index.sqlite") as String] in
            let index = try await FaceIndex.opened(DiskPath(path))
            // No file may grow beyond this; without the signal the system answers with an error.
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 2_000_000, rlim_max: 2_000_000)
            #expect(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            var done = 0
            do throws(StorageError) {
                while done < 5000 {
                    try await index.put([Sample.record("photo \(done).jpg")])
                    done += 1
                }
            } catch {
                #expect(error == .diskFull, "\(error)")
            }
            #expect((10..<5000).contains(done), "\(done)")
            let totals = try await index.totals()
            #expect(totals.photos == [.indexed: done])
        }
        let count = try await FaceIndex.opened(path).totals().photos[.indexed] ?? 0
        #expect(count > 10)
    }

    /// The index of an earlier run, with one more change.
    private func add(_ sql: String) async throws {
        _ = try await FaceIndex.opened(path)
        let database = try await SQLiteDatabase.open(path)
        try await database.write { session throws(StorageError) in try session.execute(sql) }
    }
}

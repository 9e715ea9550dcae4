import Domain
import Glibc
import Storage
import TestSupport
import Testing

@Suite("A crash", .timeLimit(.minutes(10))) struct CrashTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    @Test(
        "by kill -9 between and inside units of work loses nothing that was told done", arguments: [0, 1, 2])
    func killed(round: Int) async throws {
        let path = scratch.path(of: "index.sqlite")
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, round = round as Int] in
            let database = try await SQLiteDatabase.open(DiskPath(path))
            let index = try await FaceIndex.opened(in: database)
            for number in 0..<20 { try await index.put([photo(number)]) }
            try await database.write { session throws(StorageError) in
                // More than SQLite keeps in memory, so that half of the work is in the file already.
                try session.execute("UPDATE photos SET profile = 'half done'")
                for _ in 0..<round {
                    try session.execute(
                        "INSERT INTO settings VALUES (hex(randomblob(16)), hex(zeroblob(3000000)))")
                }
                kill(getpid(), SIGKILL)
            }
        }
        try await expectWholePhotos(in: path, count: 20...20)
        // And the next run goes on from there.
        let index = try await FaceIndex.opened(DiskPath(path))
        try await index.put([photo(20)])
        try await expectWholePhotos(in: path, count: 21...21)
    }

    @Test("that leaves any part of the last writes leaves whole photos only")
    func tornWrites() async throws {
        let database = try await SQLiteDatabase.open(DiskPath(scratch.path(of: "index.sqlite")))
        let index = try await FaceIndex.opened(in: database)
        for number in 0..<12 { try await index.put([photo(number)]) }
        // The files as they are on disk while everything is still open: what a power cut would find.
        let base = try scratch.read("index.sqlite")
        let log = try scratch.read("index.sqlite-wal")
        var counts: [Int] = []
        for step in 0...40 {
            let name = "torn \(step).sqlite"
            try scratch.write(name, base)
            try scratch.write(name + "-wal", Array(log.prefix(log.count * step / 40)))
            counts.append(try await expectWholePhotos(in: scratch.path(of: name), count: 0...12))
        }
        #expect(counts == counts.sorted() && counts.first == 0 && counts.last == 12)
        #expect(Set(counts).count > 6)
    }

    /// Each photo has its own number of faces, which its width repeats.
    @discardableResult
    private func expectWholePhotos(in path: String, count: ClosedRange<Int>) async throws -> Int {
        let database = try await SQLiteDatabase.open(DiskPath(path))
        _ = try await FaceIndex.opened(in: database)
        let photos = try await database.read { session throws(StorageError) in
            #expect(
                try session.firstRow("PRAGMA integrity_check") { row throws(StorageError) in try row.text(0) }
                    == "ok")
            return try session.rows(
                """
                SELECT width, profile, (SELECT count(*) FROM faces WHERE faces.photo = photos.id) FROM photos
                """
            ) { row throws(StorageError) in
                (try row.integer(0), try row.text(1), try row.integer(2))
            }
        }
        #expect(photos.allSatisfy { $0.0 == $0.2 && $0.1 == "sRGB" })
        #expect(count.contains(photos.count))
        return photos.count
    }
}

private func photo(_ number: Int) -> PhotoRecord {
    var facts = Sample.facts(number)
    facts.width = number % 5
    let faces = (0..<number % 5).map { Sample.face(at: Float($0)) }
    return Sample.record("photo \(number).jpg", .developed(facts, faces))
}

import Domain
import Storage
import TestSupport
import Testing

/// What only the index in a database has to keep.
@Suite("Index in a database", .timeLimit(.minutes(10))) struct FaceIndexTests {
    private let scratch: ScratchFolder
    private let database: SQLiteDatabase

    init() async throws {
        scratch = try ScratchFolder()
        database = try await SQLiteDatabase.open(DiskPath(scratch.path(of: "index.sqlite")))
    }

    @Test("writes down every fact of a photo and every measure of a face")
    func columns() async throws {
        let index = try await FaceIndex.opened(in: database) { 1_780_000_000_123 }
        try await index.put([
            Sample.record(
                "a.jpg", .developed(Sample.facts(), [Sample.face(at: 0.5, Verdict(.attach, .soft))]))
        ])
        let photo = try await row(
            """
            SELECT state, policy, pack, settled_at, format, width, height, taken_clock, taken_zone_minutes,
                content_hash, perceptual_hash, profile, reason FROM photos
            """, 13)
        #expect(
            photo == [
                .text("indexed"), .text("standard"), .text("pack-1"), .integer(Int64(1_780_000_000_123)),
                .text("jpeg"), .integer(6000), .integer(4000), .integer(Int64(1_780_000_000_250)),
                .integer(-90),
                .text(Sample.facts().contentHash),
                .text("0123456789abcdef"), .text("sRGB"), .null,
            ])
        let face = try await row(
            """
            SELECT number, x, y, width, height, score, sharpness, brightness, contrast, clipped, yaw, pitch, roll,
                occlusion, size, tier, reason FROM faces
            """, 17)
        #expect(
            face == [
                .integer(1), .real(10.5), .real(20.25), .real(100), .real(75), .real(0.875), .real(0.5),
                .real(120),
                .real(40), .real(0.01), .real(-12.5), .real(3), .real(7), .real(0.1), .real(100),
                .text("attach"),
                .text("soft"),
            ])
        let landmarks = try await row("SELECT landmarks FROM faces", 1)
        guard case .blob(let bytes)? = landmarks?.first else {
            Issue.record("landmarks are bytes")
            return
        }
        // 30.0, the second number, in little-endian order.
        #expect(bytes.count == 80 && Array(bytes[8..<16]) == [0, 0, 0, 0, 0, 0, 0x3E, 0x40])
    }

    @Test("keeps a photo's identifier when it is developed anew, and gives its faces new ones")
    func identifiers() async throws {
        let index = try await FaceIndex.opened(in: database)
        try await index.put([Sample.record("a.jpg")])
        let (photo, face) = (
            try await row("SELECT id FROM photos", 1), try await row("SELECT id FROM faces", 1)
        )
        try await index.put([Sample.record("a.jpg")])
        #expect(try await row("SELECT id FROM photos", 1) == photo)
        #expect(try await row("SELECT id FROM faces", 1) != face)
    }

    @Test("writes a batch whole or not at all")
    func batch() async throws {
        let index = try await FaceIndex.opened(in: database)
        var broken = Sample.face()
        broken.score = .nan
        await #expect(throws: StorageError.conflict) {
            try await index.put([
                Sample.record("a.jpg"),
                Sample.record("b.jpg", .developed(Sample.facts(), [Sample.face(), broken])),
            ])
        }
        #expect(try await index.known().isEmpty)
    }

    @Test("calls a vector damaged that was sealed for another face")
    func oddVector() async throws {
        let index = try await FaceIndex.opened(in: database)
        try await index.put([Sample.record("a.jpg")])
        try await database.write { session throws(StorageError) in
            try session.execute("UPDATE faces SET sealed = $1", [.blob([1, 2, 3])])
        }
        await #expect(throws: StorageError.damaged) {
            try await index.foldUsableFaces(into: 0) { count, _ in count += 1 }
        }
    }

    @Test("keeps one photo for one content under several names, until the last is gone")
    func sameContent() async throws {
        let index = try await FaceIndex.opened(in: database)
        try await index.put([Sample.record("a.jpg"), Sample.record("copy of a.jpg")])
        #expect(try await row("SELECT count(*) FROM photos", 1) == [.integer(1)])
        #expect(try await index.totals() == IndexTotals(photos: [.indexed: 2], faces: [.seed: 1]))
        try await index.forget([PhotoName("a.jpg")])
        #expect(try await index.foldUsableFaces(into: []) { $0.append($1.photo.text) } == ["copy of a.jpg"])
        try await index.forget([PhotoName("copy of a.jpg")])
        #expect(try await row("SELECT count(*) FROM photos", 1) == [.integer(0)])
        #expect(try await row("SELECT sum(photos) FROM photo_counts", 1) == [.integer(0)])
    }

    private func row(_ sql: String, _ columns: Int) async throws(StorageError) -> [DatabaseValue]? {
        try await database.read { session throws(StorageError) in
            try session.firstRow(sql) { row throws(StorageError) in (0..<columns).map { row.value($0) } }
        }
    }
}

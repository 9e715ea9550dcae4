import Domain
import Storage
import TestSupport
import Testing

/// A database as the first version of the program left it: made by the first step alone, its vectors open.
enum EarlierIndex {
    static let faceCount = 3
    /// Long and odd enough to be found in a file by their bytes.
    static let vectors: [FaceVector] = (0..<faceCount).map { face in
        FaceVector((0..<128).map { place in Float(place * 7 % 31) * 0.0173 + Float(face) * 1.0417 })
    }

    private static let content = String(repeating: "ab", count: 32)
    private static let other = String(repeating: "cd", count: 32)
    private static let failure = PhotoFailure(
        code: "unreadable", sentence: "It is no picture.", isLasting: true)

    static func bytes(of vector: FaceVector) -> [UInt8] {
        vector.values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } }
    }

    /// Two paths with one content (each was a photo with faces of its own), one without a face, one that failed, one
    /// that was skipped.
    static func make(_ kind: DatabaseKind) async throws -> TestDatabase {
        let base = try await TestDatabase(kind)
        try await base.database.migrate(through: [Schema.steps[0]], at: 1)
        try await base.database.write { session throws(StorageError) in
            for (name, value) in [
                ("pack_name", "sample"), ("pack_identity", "pack-1"), ("pack_dimension", "128"),
                ("pack_metric", "euclidean"),
            ] {
                try session.execute("INSERT INTO settings VALUES ($1, $2)", [.text(name), .text(value)])
            }
            for (place, path) in ["a.jpg", "twin.jpg"].enumerated() {
                let photo = try session.put(path, "indexed", content: content, at: place + 1)
                for number in 1...faceCount {
                    // The fourth face of each is too small to be recognised.
                    try session.put(number, of: photo, vectors[number - 1])
                }
                try session.put(faceCount + 1, of: photo, nil)
            }
            _ = try session.put("sea.jpg", "no-face", content: other, at: 3)
            _ = try session.put("broken.jpg", "failed", content: nil, at: 4)
            _ = try session.put("notes.txt", "skipped", content: nil, at: 5)
        }
        return base
    }

    /// Everything that was known before is known still.
    static func expect(in index: FaceIndex) async throws {
        let pack = IndexPack(name: "sample", identity: "pack-1", dimension: 128, metric: .euclidean)
        #expect(try await index.pack() == pack)
        #expect(
            try await index.totals()
                == IndexTotals(
                    photos: [.indexed: 2, .noFace: 1, .failed: 1, .skipped: 1],
                    faces: [.seed: faceCount, .ignored: 1]))
        #expect(try await index.failures() == [PhotoName("broken.jpg"): failure])
        let standings = try await index.known().mapValues(\.standing)
        #expect(
            standings == [
                PhotoName("a.jpg"): .developed(contentHash: content, hasFaces: true),
                PhotoName("twin.jpg"): .developed(contentHash: content, hasFaces: true),
                PhotoName("sea.jpg"): .developed(contentHash: other, hasFaces: false),
                PhotoName("broken.jpg"): .failed(failure), PhotoName("notes.txt"): .skipped(.other),
            ])
        let known = try await index.known()[PhotoName("sea.jpg")]
        #expect(known?.stamp == Sample.stamp(3, inode: .max))
        #expect(known?.recipe == Sample.recipe)
        let faces = try await index.foldUsableFaces(into: [] as [IndexedFace]) { $0.append($1) }
        for name in [PhotoName("a.jpg"), PhotoName("twin.jpg")] {
            let ofPhoto = faces.filter { $0.photo == name }.sorted { $0.number < $1.number }
            #expect(ofPhoto.map { index.turned($0.vector) } == vectors)
            #expect(ofPhoto.map(\.number) == Array(1...faceCount))
            #expect(
                ofPhoto.map(\.box) == (1...faceCount).map { Box(x: Double($0), y: 2, width: 30, height: 40) })
        }
        #expect(faces.count == 2 * faceCount)
    }
}

extension DatabaseSession {
    /// A photo as the first version wrote it down.
    fileprivate func put(_ path: String, _ state: String, content: String?, at place: Int)
        throws(StorageError) -> PhotoID
    {
        let photo = PhotoID(at: Int64(place))
        let reason: [DatabaseValue] =
            switch state {
            case "failed": [.text("unreadable"), .text("It is no picture."), .integer(1)]
            case "skipped": [.text(SkipReason.other.rawValue), .null, .null]
            default: [.null, .null, .null]
            }
        let facts: [DatabaseValue] =
            content.map { content in
                [
                    .text("jpeg"), .integer(6000), .integer(4000), .integer(1_780_000_000_250), .integer(-90),
                    .text("Made"), .text("Up"), .text("00-7"), .text(content), .text("0123456789abcdef"),
                    .text("sRGB"),
                ]
            } ?? Array(repeating: .null, count: 11)
        try execute(
            """
            INSERT INTO photos (id, path, file_size, file_changed_ns, file_inode, state, reason, reason_sentence,
                reason_lasts, policy, pack, settled_at, format, width, height, taken_clock, taken_zone_minutes,
                camera_make, camera_model, camera_serial, content_hash, perceptual_hash, profile)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
                $22, $23)
            """,
            [
                .blob(photo.bytes), .blob(Array(path.utf8)), .integer(place),
                .integer(1_700_000_000_123_456_789), .integer(-1), .text(state),
            ] + reason + [.text("standard"), .text("pack-1"), .integer(place)] + facts)
        return photo
    }

    /// A face as the first version wrote it down.
    fileprivate func put(_ number: Int, of photo: PhotoID, _ vector: FaceVector?) throws(StorageError) {
        try execute(
            """
            INSERT INTO faces (id, photo, number, x, y, width, height, landmarks, score, sharpness, brightness,
                contrast, clipped, yaw, pitch, roll, occlusion, size, tier, reason, pack, vector)
            VALUES ($1, $2, $3, $4, 2, 30, 40, $5, 0.9, 0.5, 120, 40, 0.01, 1, 2, 3, 0.1, 40, $6, $7, 'pack-1', $8)
            """,
            [
                .blob(FaceID(at: 1).bytes), .blob(photo.bytes), .integer(number), .real(Double(number)),
                .blob([UInt8](repeating: 0, count: 80)), .text(vector == nil ? "ignored" : "seed"),
                vector == nil ? .text("small") : .null, .optional(vector.map(EarlierIndex.bytes)),
            ])
    }
}

internal import Domain

/// A development as it travels: everything but pictures and vectors, which follow as blobs.
struct DevelopReply: Codable, Equatable {
    var facts: PictureFacts
    var faces: [FaceReply]
    var cost: [String: Double]

    struct FaceReply: Codable, Equatable {
        var box: Box
        var landmarks: [Point]
        var score: Double
        var quality: FaceQuality
        var tier: Verdict.Tier
        var reason: Verdict.Reason?
        var hasVector: Bool
    }

    /// Blobs: vectors one behind the other, preview, thumbnail; empty where there is none.
    static func frame(_ development: Development, id: UInt64) -> Frame {
        let reply = DevelopReply(
            facts: development.facts,
            faces: development.faces.map { face in
                FaceReply(
                    box: face.box, landmarks: face.landmarks, score: face.score, quality: face.quality,
                    tier: face.verdict.tier, reason: face.verdict.reason, hasVector: face.vector != nil)
            }, cost: development.cost)
        var vectors: [UInt8] = []
        for face in development.faces {
            for value in face.vector?.values ?? [] {
                withUnsafeBytes(of: value.bitPattern.littleEndian) { vectors.append(contentsOf: $0) }
            }
        }
        return Frame(
            kind: .answer, id: id, text: WireText.write(reply),
            blobs: [vectors, development.preview ?? [], development.thumbnail ?? []])
    }
}

/// What a development must look like to be believed: a child that has opened a picture may be lying.
struct DevelopExpectation: Sendable {
    let order: DevelopOrder
    let limits: Limits
    let dimension: Int
    let sizeInBytes: Int

    func development(reading frame: Frame) throws(WireFault) -> Development {
        let reply = try WireText.read(DevelopReply.self, from: frame.text)
        guard frame.blobs.count == 3 else { throw WireFault("\(frame.blobs.count) blobs of a development") }
        try check(reply.facts)
        guard reply.faces.count <= Self.mostFaces else { throw WireFault("\(reply.faces.count) faces") }
        var vectors = try vectors(reading: frame.blobs[0], count: reply.faces.count(where: \.hasVector))[...]
        var faces: [Face] = []
        for face in reply.faces {
            try check(face, in: reply.facts)
            faces.append(
                Face(
                    box: face.box, landmarks: face.landmarks, score: face.score, quality: face.quality,
                    verdict: Verdict(face.tier, face.reason),
                    vector: face.hasVector ? vectors.popFirst() : nil))
        }
        guard reply.cost.count <= 32, reply.cost.values.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
            throw WireFault("an impossible cost")
        }
        return Development(
            facts: reply.facts, faces: faces, preview: try picture(frame.blobs[1]),
            thumbnail: try picture(frame.blobs[2]), cost: reply.cost)
    }

    private static let mostFaces = 8192
    private static let longestText = 1024

    private func check(_ facts: PictureFacts) throws(WireFault) {
        guard (1...1 << 20).contains(facts.width), (1...1 << 20).contains(facts.height),
            facts.width * facts.height <= limits.pixels
        else { throw WireFault("a picture of \(facts.width) x \(facts.height) pixels") }
        guard facts.sizeInBytes == sizeInBytes else { throw WireFault("a size that is not the file's") }
        guard Self.isHexadecimal(facts.contentHash, digits: 64),
            Self.isHexadecimal(facts.perceptualHash, digits: 16)
        else { throw WireFault("a hash that is none") }
        let texts = [facts.profile, facts.camera.make, facts.camera.model, facts.camera.serial]
        guard texts.allSatisfy({ ($0?.utf8.count ?? 0) <= Self.longestText }) else {
            throw WireFault("a text that is too long")
        }
    }

    private func check(_ face: DevelopReply.FaceReply, in facts: PictureFacts) throws(WireFault) {
        let quality = face.quality
        let numbers = [
            face.box.x, face.box.y, face.box.width, face.box.height, face.score, quality.sharpness,
            quality.brightness, quality.contrast, quality.clipped, quality.yaw, quality.pitch, quality.roll,
            quality.occlusion, quality.size,
        ]
        guard numbers.allSatisfy(\.isFinite), face.landmarks.allSatisfy({ $0.x.isFinite && $0.y.isFinite })
        else {
            throw WireFault("a face of numbers that are not finite")
        }
        guard face.landmarks.count == 5, (0...1.01).contains(face.score) else {
            throw WireFault("a face that is none")
        }
        // A rounding error wide, no more: boxes are cut at the picture's edge.
        guard face.box.x >= -1, face.box.y >= -1, face.box.width >= 0, face.box.height >= 0,
            face.box.right <= Double(facts.width) + 1, face.box.bottom <= Double(facts.height) + 1
        else { throw WireFault("a face outside the picture") }
        guard (face.tier == .seed) == (face.reason == nil), (face.tier == .ignored) == !face.hasVector else {
            throw WireFault("a verdict that contradicts itself")
        }
    }

    private func vectors(reading bytes: [UInt8], count: Int) throws(WireFault) -> [FaceVector] {
        guard bytes.count == count * dimension * 4 else { throw WireFault("vectors of another size") }
        var values = [Float](repeating: 0, count: count * dimension)
        for place in values.indices {
            let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[place * 4 + $1]) << (8 * UInt32($1)) }
            values[place] = Float(bitPattern: bits)
        }
        guard values.allSatisfy(\.isFinite) else { throw WireFault("a vector that is not finite") }
        return (0..<count).map { FaceVector(Array(values[$0 * dimension..<($0 + 1) * dimension])) }
    }

    private func picture(_ bytes: [UInt8]) throws(WireFault) -> [UInt8]? {
        guard bytes.isEmpty == !order.wantsRenditions,
            bytes.isEmpty || bytes.starts(with: [0xFF, 0xD8, 0xFF])
        else { throw WireFault("renditions other than ordered") }
        return bytes.isEmpty ? nil : bytes
    }

    private static func isHexadecimal(_ text: String, digits: Int) -> Bool {
        text.utf8.count == digits
            && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}

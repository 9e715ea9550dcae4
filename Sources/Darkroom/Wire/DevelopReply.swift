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
                    box: face.box, landmarks: face.landmarks, score: min(face.score, 1),
                    quality: face.quality,
                    verdict: Verdict(face.tier, face.reason),
                    vector: face.hasVector ? vectors.popFirst() : nil))
        }
        guard reply.cost.count <= 32, reply.cost.values.allSatisfy((0...Self.longestStep).contains),
            reply.cost.keys.allSatisfy({
                $0.utf8.count <= 32 && $0.utf8.allSatisfy { (97...122).contains($0) }
            })
        else { throw WireFault("an impossible cost") }
        return Development(
            facts: cleaned(reply.facts), faces: faces, preview: try picture(frame.blobs[1]),
            thumbnail: try picture(frame.blobs[2]), cost: reply.cost)
    }

    private static let mostFaces = 8192
    private static let longestText = 1024
    /// Seconds; no step takes a day.
    private static let longestStep = 86_400.0
    /// Far beyond any pack's numbers, and its square is still one.
    private static let largestOfVector: Float = 1e6

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

    /// The file's own words, which a page or a terminal will show.
    private func cleaned(_ facts: PictureFacts) -> PictureFacts {
        var facts = facts
        facts.profile = printable(facts.profile)
        facts.camera = Camera(
            make: facts.camera.make.map(printable), model: facts.camera.model.map(printable),
            serial: facts.camera.serial.map(printable))
        return facts
    }

    private func check(_ face: DevelopReply.FaceReply, in facts: PictureFacts) throws(WireFault) {
        let longerSide = Double(max(facts.width, facts.height))
        // Points of a face at the edge lie outside, but never farther than a few pictures, or canvases of the
        // detector where the picture is smaller than these.
        let reach = 3 * max(longerSide, 640)
        let near = -reach...longerSide + reach
        // A network's arithmetic may round a score to a little more than one.
        guard face.landmarks.count == 5, (0...1.01).contains(face.score),
            face.landmarks.allSatisfy({ near.contains($0.x) && near.contains($0.y) })
        else { throw WireFault("a face that is none") }
        try check(face.quality, longerSide: longerSide)
        // A rounding error wide, no more: boxes are cut at the picture's edge. Numbers that are not finite fail
        // here as they do above: they lie in no range.
        guard face.box.x >= -1, face.box.y >= -1, face.box.width >= 0, face.box.height >= 0,
            face.box.right <= Double(facts.width) + 1, face.box.bottom <= Double(facts.height) + 1
        else { throw WireFault("a face outside the picture") }
        guard (face.tier == .seed) == (face.reason == nil), (face.tier == .ignored) == !face.hasVector else {
            throw WireFault("a verdict that contradicts itself")
        }
    }

    private func check(_ quality: FaceQuality, longerSide: Double) throws(WireFault) {
        // Its correction for diagonal blur may take sharpness a little below nothing.
        guard (-0.1...1).contains(quality.sharpness), (0...255).contains(quality.brightness),
            (0...128).contains(quality.contrast), (0...1).contains(quality.clipped),
            (0...1).contains(quality.occlusion), (0...longerSide + 1).contains(quality.size),
            [quality.yaw, quality.pitch, quality.roll].allSatisfy((-180...180).contains)
        else { throw WireFault("measures that no face has") }
    }

    private func vectors(reading bytes: [UInt8], count: Int) throws(WireFault) -> [FaceVector] {
        guard bytes.count == count * dimension * 4 else { throw WireFault("vectors of another size") }
        var values = [Float](repeating: 0, count: count * dimension)
        for place in values.indices {
            let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[place * 4 + $1]) << (8 * UInt32($1)) }
            values[place] = Float(bitPattern: bits)
        }
        guard values.allSatisfy({ abs($0) <= Self.largestOfVector }) else {
            throw WireFault("a vector beyond all bounds")
        }
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

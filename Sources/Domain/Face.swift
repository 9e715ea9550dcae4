/// A face as the darkroom found and measured it.
package struct Face: Sendable, Equatable, Codable {
    package var box: Box
    /// Eye, eye, nose tip, mouth corner, mouth corner; left before right as the picture shows them.
    package var landmarks: [Point]
    /// How sure the detector is, 0 to 1.
    package var score: Double
    package var quality: FaceQuality
    package var verdict: Verdict
    /// Absent where the face is ignored: nobody is ever compared with it.
    package var vector: FaceVector?

    package init(
        box: Box, landmarks: [Point], score: Double, quality: FaceQuality, verdict: Verdict,
        vector: FaceVector?
    ) {
        self.box = box
        self.landmarks = landmarks
        self.score = score
        self.quality = quality
        self.verdict = verdict
        self.vector = vector
    }
}

/// What one face looks like to somebody who has to recognise it.
package struct FaceQuality: Sendable, Equatable, Codable {
    /// Share of fine detail that a slight blur would remove: sharp faces lie near .58, useless ones below .22.
    package var sharpness: Double
    /// Mean luma of the face, 0 to 255.
    package var brightness: Double
    /// Standard deviation of the face's luma.
    package var contrast: Double
    /// Share of the face that is burnt out.
    package var clipped: Double
    /// Degrees; positive when the nose points to the left edge of the picture.
    package var yaw: Double
    /// Degrees; a weak estimate, since the depth of noses and mouths varies.
    package var pitch: Double
    /// Degrees; positive when the face is turned clockwise.
    package var roll: Double
    /// 0 for a face in full view, 1 for one that is surely covered.
    package var occlusion: Double
    /// Longer side of the box, in pixels of the original.
    package var size: Double

    package init(
        sharpness: Double, brightness: Double, contrast: Double, clipped: Double, yaw: Double, pitch: Double,
        roll: Double, occlusion: Double, size: Double
    ) {
        self.sharpness = sharpness
        self.brightness = brightness
        self.contrast = contrast
        self.clipped = clipped
        self.yaw = yaw
        self.pitch = pitch
        self.roll = roll
        self.occlusion = occlusion
        self.size = size
    }
}

/// What a face may do in the grouping of an event, and why no more.
package struct Verdict: Sendable, Hashable, Codable {
    package var tier: Tier
    /// Absent exactly for a seed.
    package var reason: Reason?

    package init(_ tier: Tier, _ reason: Reason? = nil) {
        precondition((tier == .seed) == (reason == nil), "every tier below seed has its reason")
        self.tier = tier
        self.reason = reason
    }

    /// A *seed* may form a person, an *attach* face may only join one, an *ignored* face stays out.
    package enum Tier: String, Sendable, Hashable, Codable, CaseIterable { case seed, attach, ignored }

    /// Why a face is less than a seed: stable words for the API and the database.
    package enum Reason: String, Sendable, Hashable, Codable, CaseIterable {
        case tiny, small, blurred, soft, dark, overexposed, flat, turned, covered, unsure
    }
}

/// Where a face lies among all faces, in the space of one model pack.
package struct FaceVector: Sendable, Hashable, Codable {
    package var values: [Float]

    package init(_ values: [Float]) { self.values = values }
}

/// How vectors of a pack are compared; a distance is 0 for the same picture and grows with difference.
package enum Metric: String, Sendable, Hashable, Codable {
    /// Length of the difference of the raw vectors.
    case euclidean
    /// One minus the cosine of the angle between them: 0 to 2.
    case cosine

    /// Without end where there is none, as of vectors that are no numbers.
    package func distance(_ first: FaceVector, _ second: FaceVector) -> Double {
        precondition(first.values.count == second.values.count, "vectors of different packs never meet")
        switch self {
        case .euclidean:
            var sum: Float = 0
            for (a, b) in zip(first.values, second.values) { sum += (a - b) * (a - b) }
            return sum.isNaN ? .infinity : Double(sum.squareRoot())
        case .cosine:
            var dot: Float = 0
            var squareA: Float = 0
            var squareB: Float = 0
            for (a, b) in zip(first.values, second.values) {
                dot += a * b
                squareA += a * a
                squareB += b * b
            }
            let norm = squareA.squareRoot() * squareB.squareRoot()
            if norm == 0 { return 1 }
            let cosine = dot / norm
            return norm.isFinite && cosine.isFinite ? max(0, 1 - Double(cosine)) : .infinity
        }
    }
}

internal import Domain
internal import Imaging
internal import Inference

/// The second landmark pass: the detector's landmarks are best on an upright face of middling size,
/// so every face is brought into that form and read again.
struct RefineLandmarks {
    let detector: FaceDetector

    /// Landmarks in pixels of the original; the given ones where the second pass sees no face.
    func landmarks(of face: Candidate, in picture: borrowing Negative) throws(InferenceError) -> [Point] {
        let template = FaceTemplate.closeUp
        var placement = template.placement(of: face.landmarks)
        if placement.scale > 1 {
            // Small faces are not enlarged: the crop shows more of their surroundings instead.
            let centre = Point(x: Double(template.side) / 2, y: Double(template.side) / 2)
            placement = placement.shrunk(by: 1 / placement.scale, around: centre)
        }
        let found = try detector.candidates(
            in: picture.patch(placement, side: template.side), above: Self.lowest)
        guard let refined = Self.average(of: found, near: placement(face.box.centre)) else {
            return face.landmarks
        }
        let back = placement.inverse
        return refined.map { back($0) }
    }

    private static let lowest = 0.15

    /// The mean of all views of the face at the place expected, weighed by the square of their scores.
    private static func average(of found: [Candidate], near expected: Point) -> [Point]? {
        let central = found.filter { candidate in
            let reach = candidate.box.longerSide / 2
            return abs(candidate.box.centre.x - expected.x) < reach
                && abs(candidate.box.centre.y - expected.y) < reach
        }
        guard let best = central.first else { return nil }
        var sums = [Point](repeating: Point(x: 0, y: 0), count: best.landmarks.count)
        var weights = 0.0
        for view in central where view.box.overlap(with: best.box) > 0.5 {
            let weight = view.score * view.score
            weights += weight
            for index in sums.indices {
                sums[index].x += view.landmarks[index].x * weight
                sums[index].y += view.landmarks[index].y * weight
            }
        }
        return sums.map { Point(x: $0.x / weights, y: $0.y / weights) }
    }
}

extension Similarity {
    /// The same placement with everything drawn together towards a point of the crop.
    fileprivate func shrunk(by factor: Double, around centre: Point) -> Similarity {
        Similarity(
            a: a * factor, b: b * factor, tx: centre.x + (tx - centre.x) * factor,
            ty: centre.y + (ty - centre.y) * factor)
    }
}

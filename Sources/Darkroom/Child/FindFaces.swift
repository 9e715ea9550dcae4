internal import Domain
internal import Imaging
internal import Inference

/// Finds the faces of one picture by looking twice.
struct FindFaces {
    let detector: FaceDetector
    let rule: LookingRule

    /// Faces in pixels of the upright original, best first.
    func faces(in picture: borrowing Negative) throws(InferenceError) -> [Candidate] {
        let longSide = max(picture.width, picture.height)
        let first = try look(at: picture, toFit: rule.firstSide)
        let shrink = Double(min(rule.firstSide, longSide)) / Double(longSide)
        var sure: [Candidate] = []
        var unsure: [Candidate] = []
        for candidate in first {
            let isLarge = candidate.box.longerSide * shrink >= rule.largeSide
            if candidate.score >= rule.sure || (isLarge && candidate.score >= rule.sureWhenLarge) {
                sure.append(candidate)
            } else {
                unsure.append(candidate)
            }
        }
        if sure.isEmpty || rule.alwaysGlances {
            // A face that fills the picture is too large for the detector at this size.
            sure += try look(at: picture, toFit: Self.glanceSide).filter { $0.score >= rule.sure }
        }
        if let magnification = rule.magnification {
            let plan = CloserLook.plan(for: unsure, magnification: magnification * shrink)
            for look in plan { sure += try closer(look, at: picture) }
        } else {
            sure += unsure.filter { $0.score >= rule.accepted }
        }
        return Self.settled(sure).map { face in
            Candidate(
                box: face.box.clamped(toWidth: Double(picture.width), height: Double(picture.height)),
                landmarks: face.landmarks, score: face.score)
        }
    }

    private static let glanceSide = 320

    /// One pass over the whole picture, in pixels of the original.
    private func look(at picture: borrowing Negative, toFit side: Int) throws(InferenceError) -> [Candidate] {
        let pixels = picture.reduced(toFit: side)
        let acrossScale = Double(picture.width) / Double(pixels.width)
        let downScale = Double(picture.height) / Double(pixels.height)
        return suppressed(try detector.candidates(in: pixels, above: rule.lowest), overlap: 0.3)
            .map { $0.scaled(across: acrossScale, down: downScale) }
    }

    /// One closer look, in pixels of the original; faces cut by the crop's edge belong to another look.
    private func closer(_ look: CloserLook, at picture: borrowing Negative) throws(InferenceError)
        -> [Candidate]
    {
        let pixels = picture.patch(look.placement, side: look.side)
        let found = suppressed(try detector.candidates(in: pixels, above: rule.accepted), overlap: 0.3)
        let back = look.placement.inverse
        return found.map { $0.moved(by: back) }
            .filter { rule.believes($0) }
            .filter { look.shows($0.box, inPictureOfWidth: picture.width, height: picture.height) }
    }

    /// One box for each face: the best of those that overlap, and no part of a face beside its whole.
    static func settled(_ candidates: [Candidate]) -> [Candidate] {
        let single = suppressed(candidates, overlap: 0.3)
        return single.filter { inner in
            !single.contains { outer in
                outer.box.area > inner.box.area
                    && inner.box.sharedArea(with: outer.box) >= 0.6 * inner.box.area
            }
        }
    }
}

extension Candidate {
    /// The same face where x and y are measured in other units.
    func scaled(across: Double, down: Double) -> Candidate {
        Candidate(
            box: Box(
                x: box.x * across, y: box.y * down, width: box.width * across, height: box.height * down),
            landmarks: landmarks.map { Point(x: $0.x * across, y: $0.y * down) }, score: score)
    }

    /// The same face after a shift and a scale; turns are not expected, a box cannot show them.
    func moved(by way: Similarity) -> Candidate {
        let corner = way(Point(x: box.x, y: box.y))
        return Candidate(
            box: Box(x: corner.x, y: corner.y, width: box.width * way.scale, height: box.height * way.scale),
            landmarks: landmarks.map { way($0) }, score: score)
    }
}

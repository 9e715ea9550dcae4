package import Domain

/// A place where a detector sees a face.
package struct Candidate: Sendable, Equatable {
    package var box: Box
    /// Eye, eye, nose tip, mouth corner, mouth corner; left before right as the picture shows them.
    package var landmarks: [Point]
    package var score: Double

    package init(box: Box, landmarks: [Point], score: Double) {
        self.box = box
        self.landmarks = landmarks
        self.score = score
    }
}

extension Candidate {
    /// Best first; equal scores fall by place, so that the order never depends on chance.
    static func comesFirst(_ first: Candidate, _ second: Candidate) -> Bool {
        if first.score != second.score { return first.score > second.score }
        if first.box.y != second.box.y { return first.box.y < second.box.y }
        if first.box.x != second.box.x { return first.box.x < second.box.x }
        return first.box.area > second.box.area
    }
}

/// Keeps the best of every heap of boxes: each candidate goes that overlaps a better one by more than
/// `overlap`.
package func suppressed(_ candidates: [Candidate], overlap: Double) -> [Candidate] {
    var kept: [Candidate] = []
    for candidate in candidates.sorted(by: Candidate.comesFirst)
    where !kept.contains(where: { $0.box.overlap(with: candidate.box) > overlap }) {
        kept.append(candidate)
    }
    return kept
}

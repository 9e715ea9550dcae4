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

/// Keeps the best of every heap of boxes: each candidate goes that overlaps a better one by more than `overlap`.
package func suppressed(_ candidates: [Candidate], overlap: Double) -> [Candidate] {
    var kept: [Candidate] = []
    var grid = BoxGrid()
    for candidate in candidates.sorted(by: Candidate.comesFirst)
    where !grid.contains(where: { kept[$0].box.overlap(with: candidate.box) > overlap }, near: candidate.box)
    {
        grid.add(kept.count, at: candidate.box)
        kept.append(candidate)
    }
    return kept
}

/// Finds the boxes near a box without asking all of them: a crowd has thousands of candidates.
private struct BoxGrid {
    private static let side = 64.0
    private var cells: [SIMD2<Int32>: [Int]] = [:]

    mutating func add(_ number: Int, at box: Box) {
        for cell in Self.cells(under: box) { cells[cell, default: []].append(number) }
    }

    func contains(where isMeant: (Int) -> Bool, near box: Box) -> Bool {
        Self.cells(under: box).contains { cells[$0]?.contains(where: isMeant) ?? false }
    }

    private static func cells(under box: Box) -> some Sequence<SIMD2<Int32>> {
        let across = line(box.x)...max(line(box.x), line(box.right))
        let down = line(box.y)...max(line(box.y), line(box.bottom))
        return down.lazy.flatMap { row in across.lazy.map { SIMD2($0, row) } }
    }

    /// Boxes from a network may lie anywhere, so the number is clamped.
    private static func line(_ place: Double) -> Int32 {
        let line = (place / side).rounded(.down)
        return line.isNaN ? 0 : Int32(min(max(line, -1000), 1000))
    }
}

internal import Domain
internal import Inference

/// A square crop of the original, at most at its own scale, for a second look at one face or at many.
struct CloserLook: Equatable {
    let side: Int
    let placement: Similarity

    private init(leftTop corner: Point, scale: Double, side: Int) {
        self.side = side
        placement = Similarity(a: scale, b: 0, tx: -scale * corner.x, ty: -scale * corner.y)
    }

    /// The looks needed for the unsure candidates of a first pass, best candidate first.
    ///
    /// A few candidates get a narrow crop each. A crowd is swept by wide crops that many faces share, each a
    /// little smaller than it would like: measured on tiled group photos, that costs half and finds as much.
    static func plan(for unsure: [Candidate], magnification: Double) -> [CloserLook] {
        let single = singly(unsure.map { Wish($0, magnification: magnification, most: 1) })
        guard single.count > mostSingle else { return single }
        let likely = unsure.filter { $0.score >= crowdLowest }
        let swept = sweep(likely.map { Wish($0, magnification: 0, most: crowdScale) })
        return Double(swept.count) * costOfWide < Double(single.count) ? swept : single
    }

    /// Whether a box found in this crop is whole: away from the crop's edge, or cut by the picture's own edge.
    func shows(_ box: Box, inPictureOfWidth width: Int, height: Int) -> Bool {
        let reach = Double(side) / placement.scale
        let left = -placement.tx / placement.scale
        let top = -placement.ty / placement.scale
        let margin = 2 / placement.scale
        return (box.x >= left + margin || left <= 0) && (box.y >= top + margin || top <= 0)
            && (box.right <= left + reach - margin || left + reach >= Double(width))
            && (box.bottom <= top + reach - margin || top + reach >= Double(height))
    }

    private static let narrowSide = 160
    private static let wideSide = 320
    /// In narrow crops.
    private static let costOfWide = 3.8
    private static let mostSingle = 40
    /// A face of 40 pixels, the smallest worth having, keeps 17 of them.
    private static let crowdScale = 0.42
    /// What is less likely is no face in a crowd either, and others' crops show most of it anyhow.
    private static let crowdLowest = 0.05

    /// A candidate that wants to be seen closer.
    private struct Wish {
        let box: Box
        let scale: Double

        /// A small face asks for more than the magnification, one that would not fit its crop for less.
        init(_ candidate: Candidate, magnification: Double, most: Double) {
            box = candidate.box
            let side = max(box.longerSide, 1)
            scale = min(most, 96 / side, max(magnification, 44 / side))
        }

        /// The box with the surroundings that a detector wants to see.
        var roomy: Box {
            let side = box.longerSide * 1.5
            return Box(x: box.centre.x - side / 2, y: box.centre.y - side / 2, width: side, height: side)
        }
    }

    /// One narrow crop a wish, unless the wish lies well inside an earlier crop of about its scale.
    private static func singly(_ wishes: [Wish]) -> [CloserLook] {
        var looks: [CloserLook] = []
        var seen: [Wish] = []
        for wish in wishes {
            let centre = wish.box.centre
            let isSeen = seen.contains { earlier in
                let across = abs(centre.x - earlier.box.centre.x)
                let down = abs(centre.y - earlier.box.centre.y)
                let side = Double(narrowSide)
                let needed = min(wish.box.longerSide * earlier.scale * 0.75, side / 4)
                return max(across, down) * earlier.scale + needed <= side / 2
                    && earlier.scale >= wish.scale * 0.7 && earlier.scale <= wish.scale * 1.6
            }
            if isSeen { continue }
            seen.append(wish)
            let half = Double(narrowSide) / 2 / wish.scale
            let corner = Point(x: centre.x - half, y: centre.y - half)
            looks.append(CloserLook(leftTop: corner, scale: wish.scale, side: narrowSide))
        }
        return looks
    }

    /// Wide crops from top to bottom, each row of them from left to right, until every wish lies inside one.
    private static func sweep(_ wishes: [Wish]) -> [CloserLook] {
        var looks: [CloserLook] = []
        var waiting = wishes.sorted { ($0.roomy.y, $0.roomy.x) < ($1.roomy.y, $1.roomy.x) }
        while let first = waiting.first {
            let reach = Double(wideSide) / first.scale
            let top = first.roomy.y
            var row: [Wish] = []
            var below: [Wish] = []
            for (index, wish) in waiting.enumerated() {
                let fits = wish.roomy.bottom <= top + reach && abs(wish.scale / first.scale - 1) < 0.35
                if fits || index == 0 { row.append(wish) } else { below.append(wish) }
            }
            row.sort { ($0.roomy.x, $0.box.y) < ($1.roomy.x, $1.box.y) }
            while let leftmost = row.first {
                let left = leftmost.roomy.x
                looks.append(CloserLook(leftTop: Point(x: left, y: top), scale: first.scale, side: wideSide))
                row = row.dropFirst().filter { $0.roomy.right > left + reach }
            }
            waiting = below
        }
        return looks
    }
}

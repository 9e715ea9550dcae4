/// A place in a picture, in pixels of the upright original; (0, 0) is the outer corner of the first pixel.
package struct Point: Sendable, Hashable, Codable {
    package var x: Double
    package var y: Double

    package init(x: Double, y: Double) {
        self.x = x
        self.y = y
    }

    /// Written as `[x, y]`, the form that every face tool reads.
    package init(from decoder: any Decoder) throws {
        var pair = try decoder.unkeyedContainer()
        x = try pair.decode(Double.self)
        y = try pair.decode(Double.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var pair = encoder.unkeyedContainer()
        try pair.encode(x)
        try pair.encode(y)
    }
}

/// A rectangle in a picture, in pixels of the upright original.
package struct Box: Sendable, Hashable, Codable {
    package var x: Double
    package var y: Double
    package var width: Double
    package var height: Double

    package init(x: Double, y: Double, width: Double, height: Double) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    package var right: Double { x + width }
    package var bottom: Double { y + height }
    package var area: Double { max(0, width) * max(0, height) }
    package var longerSide: Double { max(width, height) }
    package var centre: Point { Point(x: x + width / 2, y: y + height / 2) }

    /// The pixels that both boxes cover.
    package func sharedArea(with other: Box) -> Double {
        let width = min(right, other.right) - max(x, other.x)
        let height = min(bottom, other.bottom) - max(y, other.y)
        return width > 0 && height > 0 ? width * height : 0
    }

    /// Intersection over union: 1 for the same box, 0 for boxes apart.
    package func overlap(with other: Box) -> Double {
        let shared = sharedArea(with: other)
        let union = area + other.area - shared
        return union > 0 ? shared / union : 0
    }

    /// The part of the box that lies inside a picture of this size.
    package func clamped(toWidth limitX: Double, height limitY: Double) -> Box {
        let left = min(max(x, 0), limitX)
        let top = min(max(y, 0), limitY)
        return Box(
            x: left, y: top,
            width: max(0, min(right, limitX) - left), height: max(0, min(bottom, limitY) - top))
    }
}

/// A turn, a scale and a shift: maps (x, y) to (a·x − b·y + tx, b·x + a·y + ty).
package struct Similarity: Sendable, Hashable {
    package var a: Double
    package var b: Double
    package var tx: Double
    package var ty: Double

    package init(a: Double, b: Double, tx: Double, ty: Double) {
        self.a = a
        self.b = b
        self.tx = tx
        self.ty = ty
    }

    /// The least-squares fit that carries `source` onto `target`, without reflection.
    package init(carrying source: [Point], onto target: [Point]) {
        precondition(source.count == target.count && source.count >= 2, "a fit needs pairs of points")
        let count = Double(source.count)
        let from = Point(x: source.map(\.x).reduce(0, +) / count, y: source.map(\.y).reduce(0, +) / count)
        let to = Point(x: target.map(\.x).reduce(0, +) / count, y: target.map(\.y).reduce(0, +) / count)
        var dot = 0.0
        var cross = 0.0
        var spread = 0.0
        for (s, t) in zip(source, target) {
            let sx = s.x - from.x
            let sy = s.y - from.y
            let dx = t.x - to.x
            let dy = t.y - to.y
            dot += sx * dx + sy * dy
            cross += sx * dy - sy * dx
            spread += sx * sx + sy * sy
        }
        // Five equal points have no scale; a unit scale keeps the crop finite.
        let a = spread > 0 ? dot / spread : 1
        let b = spread > 0 ? cross / spread : 0
        self.init(a: a, b: b, tx: to.x - a * from.x + b * from.y, ty: to.y - b * from.x - a * from.y)
    }

    package var scale: Double { (a * a + b * b).squareRoot() }

    package func callAsFunction(_ point: Point) -> Point {
        Point(x: a * point.x - b * point.y + tx, y: b * point.x + a * point.y + ty)
    }

    /// The way back.
    package var inverse: Similarity {
        let square = a * a + b * b
        precondition(square > 0, "a similarity that shrinks to a point has no inverse")
        let ia = a / square
        let ib = -b / square
        return Similarity(a: ia, b: ib, tx: -(ia * tx - ib * ty), ty: -(ib * tx + ia * ty))
    }
}

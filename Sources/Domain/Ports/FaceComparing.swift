/// The vectors of one event's faces, opened and laid out for comparing. Rows are numbered from 0 in the order in which they
/// were added.
package protocol FaceComparing: Sendable {
    var count: Int { get }

    /// More rows at the end.
    func append(_ vectors: [FaceVector])

    /// Every pair of rows nearer than the radius of which at least one is `from` or later; nil where there are more than
    /// `most`, which is found out before much memory is spent on them.
    func pairs(within radius: Double, from: Int, atMost most: Int) -> [NearPair]?

    /// The nearest rows, best first; the row decides between equals.
    func nearest(to vector: FaceVector, atMost count: Int) -> [Near]

    /// Every row nearer than the radius, best first.
    func near(_ vector: FaceVector, within radius: Double) -> [Near]

    func distance(between first: Int, and second: Int) -> Double

    func distance(from vector: FaceVector, to row: Int) -> Double

    func vector(_ row: Int) -> FaceVector

    /// Where the middle of some rows lies.
    func mean(of rows: [Int]) -> FaceVector
}

extension FaceComparing {
    package func pairs(within radius: Double, from: Int) -> [NearPair] {
        pairs(within: radius, from: from, atMost: .max) ?? []
    }
}

/// Two rows and how far they are from each other; the first is the smaller.
package struct NearPair: Sendable, Hashable {
    package let first: Int32
    package let second: Int32
    package let distance: Float

    package init(first: Int32, second: Int32, distance: Float) {
        self.first = first
        self.second = second
        self.distance = distance
    }
}

/// A row and how far it is from what was looked for.
package struct Near: Sendable, Hashable {
    package let row: Int32
    package let distance: Float

    package init(row: Int32, distance: Float) {
        self.row = row
        self.distance = distance
    }
}

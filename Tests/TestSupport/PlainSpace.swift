package import Domain
internal import Synchronization

/// Vectors compared one by one, in the plainest way: the twin of the real place for comparing.
package final class PlainSpace: FaceComparing {
    private let metric: Metric
    private let rows = Mutex<[FaceVector]>([])

    package init(_ metric: Metric = .euclidean) { self.metric = metric }

    package var count: Int { rows.withLock { $0.count } }

    package func append(_ vectors: [FaceVector]) { rows.withLock { $0 += vectors } }

    package func pairs(within radius: Double, from: Int, atMost most: Int) -> [NearPair]? {
        let rows = rows.withLock { $0 }
        var pairs: [NearPair] = []
        for first in rows.indices {
            for second in max(first + 1, from)..<max(first + 1, from, rows.count) {
                let distance = Float(metric.distance(rows[first], rows[second]))
                if Double(distance) < radius {
                    pairs.append(
                        NearPair(first: Int32(first), second: Int32(second), distance: distance))
                }
            }
        }
        return pairs.count > most ? nil : pairs
    }

    package func nearest(to vector: FaceVector, atMost count: Int) -> [Near] {
        Array(near(vector, within: .infinity).prefix(count))
    }

    package func near(_ vector: FaceVector, within radius: Double) -> [Near] {
        rows.withLock { $0 }.enumerated().map { row, other in
            Near(row: Int32(row), distance: Float(metric.distance(vector, other)))
        }
        .filter { Double($0.distance) < radius }
        .sorted { ($0.distance, $0.row) < ($1.distance, $1.row) }
    }

    package func distance(between first: Int, and second: Int) -> Double {
        rows.withLock { metric.distance($0[first], $0[second]) }
    }

    package func distance(from vector: FaceVector, to row: Int) -> Double {
        rows.withLock { metric.distance(vector, $0[row]) }
    }

    package func vector(_ row: Int) -> FaceVector { rows.withLock { $0[row] } }

    package func mean(of rows: [Int]) -> FaceVector {
        let vectors = self.rows.withLock { all in
            rows.map { row -> [Float] in
                let values = all[row].values
                guard metric == .cosine else { return values }
                let norm = values.map { $0 * $0 }.reduce(0, +).squareRoot()
                return values.map { $0 / max(norm, .leastNormalMagnitude) }
            }
        }
        guard var sum = vectors.first.map({ $0.map(Double.init) }) else { return FaceVector([]) }
        for vector in vectors.dropFirst() {
            for (place, value) in vector.enumerated() { sum[place] += Double(value) }
        }
        return FaceVector(sum.map { Float($0 / Double(vectors.count)) })
    }
}

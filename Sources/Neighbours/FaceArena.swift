internal import CKernels
internal import Dispatch
package import Domain
internal import Glibc
internal import Synchronization

/// The vectors of an event's faces while they are open: in full, and as codes of eight bits that tell what need not be
/// looked at. Answers are exact, and the same whatever the order and the batches in which rows came.
///
/// Rows are added by one at a time and may be compared by many.
package final class FaceArena: FaceComparing {
    private let metric: Metric
    private let dimension: Int
    private let width: Int
    private let kernel: lk_kernel
    private let rows: Mutex<ArenaRows>

    /// - Parameter width: how many processors a join may use; all where nothing is said.
    package init(_ metric: Metric, dimension: Int, width: Int? = nil, kernel: Kernel? = nil) {
        precondition(dimension > 0, "vectors have values")
        self.metric = metric
        self.dimension = dimension
        self.width = width ?? max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        self.kernel = kernel?.value ?? lk_best_kernel()
        rows = Mutex(ArenaRows(dimension: dimension, isCosine: metric == .cosine))
    }

    /// How products of codes are made; the best that the processor has, but for tests.
    package enum Kernel: String, Sendable, CaseIterable {
        case plain, avx2, vnni

        package var isThere: Bool { lk_has_kernel(value) != 0 }

        fileprivate var value: lk_kernel {
            switch self {
            case .plain: LK_PLAIN
            case .avx2: LK_AVX2
            case .vnni: LK_VNNI
            }
        }
    }

    package var count: Int { rows.withLock { $0.count } }

    package func append(_ vectors: [FaceVector]) {
        for vector in vectors {
            precondition(vector.values.count == dimension, "vectors of one model have one dimension")
        }
        rows.withLock { $0.append(vectors) }
    }

    package func pairs(within radius: Double, from: Int, atMost most: Int) -> [NearPair]? {
        let rows = snapshot()
        guard rows.count > 1, from < rows.count, radius > 0 else { return [] }
        // From the last block on, which has most rows before it: so nobody is left alone with the longest.
        let starts = Array(stride(from: max(0, from), to: rows.count, by: Self.columnsOfBlock).reversed())
        let found = Mutex([(start: Int, pairs: [NearPair])]())
        let next = Atomic(0)
        let count = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: min(width, starts.count)) { _ in
            while case let place = next.add(1, ordering: .relaxed).oldValue, place < starts.count {
                let columns = min(Self.columnsOfBlock, rows.count - starts[place])
                let pairs = rows.join(from, starts[place], columns, Float(radius), radius, kernel)
                guard count.add(pairs.count, ordering: .relaxed).newValue <= most else { return }
                found.withLock { $0.append((starts[place], pairs)) }
            }
        }
        guard count.load(ordering: .relaxed) <= most else { return nil }
        let blocks = found.withLock { $0.sorted { $0.start < $1.start } }
        var pairs: [NearPair] = []
        pairs.reserveCapacity(blocks.reduce(0) { $0 + $1.pairs.count })
        for block in blocks { pairs += block.pairs }
        return pairs
    }

    package func nearest(to vector: FaceVector, atMost count: Int) -> [Near] {
        Array(search(vector, most: count, radius: .infinity).prefix(count))
    }

    package func near(_ vector: FaceVector, within radius: Double) -> [Near] {
        search(vector, most: .max, radius: radius)
    }

    package func distance(between first: Int, and second: Int) -> Double {
        Double(snapshot().distance(first, second))
    }

    package func distance(from vector: FaceVector, to row: Int) -> Double {
        Double(snapshot().distance(from: vector, to: row))
    }

    package func vector(_ row: Int) -> FaceVector { snapshot().vector(row) }

    package func mean(of rows: [Int]) -> FaceVector { snapshot().mean(of: rows) }

    private func search(_ vector: FaceVector, most: Int, radius: Double) -> [Near] {
        precondition(vector.values.count == dimension, "vectors of one model have one dimension")
        let rows = snapshot()
        guard rows.count > 0, radius > 0 else { return [] }
        return rows.search(vector, most: min(most, rows.count), radius, kernel)
            .sorted { ($0.distance, $0.row) < ($1.distance, $1.row) }
    }

    private func snapshot() -> ArenaRows.View { rows.withLock { $0.view } }

    /// Codes of so many columns lie in the second cache of a processor.
    private static let columnsOfBlock = 512
}

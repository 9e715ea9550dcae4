import CKernels
import Domain
import Glibc
import Neighbours
import TestSupport
import Testing

@Suite("A place for comparing faces", .timeLimit(.minutes(10))) struct ArenaTests {
    private static let kernels: [FaceArena.Kernel] = FaceArena.Kernel.allCases.filter { kernel in
        if !kernel.isThere { print("skipped: this processor has no \(kernel.rawValue)") }
        return kernel.isThere
    }

    enum Shape: CaseIterable { case spread, people, equal, zeros, huge, tiny, spiky }

    /// Vectors of some kind, some of them several times.
    private static func vectors(
        _ shape: Shape, _ count: Int, _ dimension: Int, using random: inout SeededGenerator
    ) -> [FaceVector] {
        func noise(_ size: Float) -> [Float] {
            (0..<dimension).map { _ in Float.random(in: -size...size, using: &random) }
        }
        let middles = (0..<5).map { _ in noise(1) }
        return (0..<count).map { number in
            switch shape {
            case .spread: FaceVector(noise(1))
            case .people: FaceVector(zip(middles[number % 5], noise(0.3)).map { $0 + $1 })
            case .equal: FaceVector(middles[0])
            case .zeros: FaceVector([Float](repeating: 0, count: dimension))
            case .huge: FaceVector(noise(1e6).map { $0 + 3e6 })
            case .tiny: FaceVector(noise(1e-6))
            case .spiky:
                FaceVector((0..<dimension).map { $0 == number % dimension ? 100 : Float($0 % 3) * 0.01 })
            }
        }
    }

    @Test(
        "finds the pairs that comparing everything finds, in any order and batches",
        arguments: [Metric.euclidean, .cosine], [1, 5, 128, 513])
    func joins(metric: Metric, dimension: Int) {
        var random = SeededGenerator(seed: UInt64(dimension))
        for shape in Shape.allCases {
            let vectors = Self.vectors(shape, 70, dimension, using: &random)
            let plain = PlainSpace(metric)
            plain.append(vectors)
            let all = plain.pairs(within: .infinity, from: 0)
            let distances = all.map { Double($0.distance) }.sorted()
            for kernel in Self.kernels {
                let whole = FaceArena(metric, dimension: dimension, kernel: kernel)
                whole.append(vectors)
                let batches = FaceArena(metric, dimension: dimension, width: 1, kernel: kernel)
                for start in stride(from: 0, to: 70, by: 9) {
                    batches.append(Array(vectors[start..<min(start + 9, 70)]))
                }
                for share in [0.02, 0.3, 0.9] {
                    // Between two distances, so that no rounding decides.
                    let place = Int(share * Double(distances.count - 1))
                    let radius = (distances[place] + distances[place + 1]) / 2 + 1e-9
                    let wanted = all.filter { Double($0.distance) < radius }.map { [$0.first, $0.second] }
                    let found = whole.pairs(within: radius, from: 0)
                    let gap = distances[place + 1] - distances[place]
                    if gap > 1e-5 * max(1, radius) {
                        #expect(
                            Set(found.map { [$0.first, $0.second] }) == Set(wanted), "\(shape) \(kernel)")
                    }
                    #expect(batches.pairs(within: radius, from: 0) == found, "\(shape) \(kernel)")
                    #expect(
                        whole.pairs(within: radius, from: 51) == found.filter { $0.second >= 51 },
                        "\(shape) \(kernel)")
                    #expect(whole.pairs(within: radius, from: 0, atMost: found.count) == found)
                    if !found.isEmpty {
                        #expect(whole.pairs(within: radius, from: 0, atMost: found.count - 1) == nil)
                    }
                    for pair in found.prefix(50) {
                        let (first, second) = (Int(pair.first), Int(pair.second))
                        #expect(Double(pair.distance) == whole.distance(between: second, and: first))
                    }
                }
            }
        }
    }

    @Test(
        "finds the nearest that comparing everything finds", arguments: [Metric.euclidean, .cosine],
        [1, 5, 128, 513])
    func searches(metric: Metric, dimension: Int) {
        var random = SeededGenerator(seed: UInt64(7 + dimension))
        for shape in Shape.allCases {
            let vectors = Self.vectors(shape, dimension > 200 ? 300 : 1100, dimension, using: &random)
            for kernel in Self.kernels {
                let arena = FaceArena(metric, dimension: dimension, kernel: kernel)
                arena.append(vectors)
                for query in Self.vectors(shape, 1, dimension, using: &random) + [vectors[7]] {
                    let all = (0..<vectors.count).map { row in
                        Near(row: Int32(row), distance: Float(arena.distance(from: query, to: row)))
                    }.sorted { ($0.distance, $0.row) < ($1.distance, $1.row) }
                    for count in [1, 200] {
                        let found = arena.nearest(to: query, atMost: count)
                        #expect(
                            found.map(\.distance) == all.prefix(count).map(\.distance), "\(shape) \(kernel)")
                    }
                    let radius = Double(all[40].distance)
                    #expect(
                        arena.near(query, within: radius) == all.filter { Double($0.distance) < radius },
                        "\(shape) \(kernel)")
                }
            }
        }
    }

    @Test("puts what is no number near nobody, and finds all others", arguments: [Metric.euclidean, .cosine])
    func notNumbers(metric: Metric) {
        var random = SeededGenerator(seed: 5)
        var vectors = Self.vectors(.people, 60, 128, using: &random)
        // Two of each: they are not near each other either.
        for (row, value) in [
            (7, Float.nan), (8, .nan), (20, .infinity), (21, .infinity), (33, -.infinity),
            (41, .greatestFiniteMagnitude), (42, .greatestFiniteMagnitude),
        ] {
            vectors[row].values[row / 2] = value
            if value > 1e30 { vectors[row].values[100] = value }
        }
        // Of equal finite ones, the difference is a number.
        let odd: Set<Int32> = metric == .euclidean ? [7, 8, 20, 21, 33] : [7, 8, 20, 21, 33, 41, 42]
        let huge: Set<Int32> = [41, 42]
        for kernel in Self.kernels {
            let arena = FaceArena(metric, dimension: 128, kernel: kernel)
            arena.append(vectors)
            let pairs = arena.pairs(within: metric == .euclidean ? 100 : 2.1, from: 0)
            #expect(!pairs.contains { odd.contains($0.first) || odd.contains($0.second) })
            #expect(
                pairs.filter { !huge.contains($0.first) && !huge.contains($0.second) }.count == 53 * 52 / 2)
            for count in [3, 53, 60] {
                let found = arena.nearest(to: vectors[0], atMost: count).map(\.row)
                #expect(found.first == 0 && found.count == min(count, 53) && odd.isDisjoint(with: found))
            }
            for row in odd {
                #expect(arena.near(vectors[Int(row)], within: .infinity).isEmpty)
                #expect(arena.nearest(to: vectors[Int(row)], atMost: 5).isEmpty)
                #expect(arena.distance(between: 0, and: Int(row)) == .infinity)
            }
        }
    }

    @Test(
        "finds the nearest also among vectors that have no direction, and for one of them",
        arguments: [Metric.euclidean, .cosine], [5, 128])
    func zeros(metric: Metric, dimension: Int) {
        var random = SeededGenerator(seed: UInt64(dimension))
        var vectors = Self.vectors(.spread, 400, dimension, using: &random)
        let zero = FaceVector([Float](repeating: 0, count: dimension))
        let short = FaceVector([Float](repeating: 1e-25, count: dimension))
        for row in stride(from: 0, to: 400, by: 7) { vectors[row] = row % 2 == 0 ? zero : short }
        for kernel in Self.kernels {
            let arena = FaceArena(metric, dimension: dimension, kernel: kernel)
            arena.append(vectors)
            for query in [vectors[1], vectors[2], zero, short] {
                let all = (0..<400).map { row in
                    Near(row: Int32(row), distance: Float(arena.distance(from: query, to: row)))
                }.sorted { ($0.distance, $0.row) < ($1.distance, $1.row) }
                for count in [1, 30, 200, 400] {
                    #expect(
                        arena.nearest(to: query, atMost: count).map(\.distance)
                            == all.prefix(count).map(\.distance), "\(kernel)")
                }
                let radius = Double(all[150].distance).nextUp
                #expect(arena.near(query, within: radius) == all.filter { Double($0.distance) < radius })
            }
            let radius = metric == .euclidean ? 0.9 : 0.95
            let wanted = (0..<400).flatMap { first in
                (first + 1..<400).filter { arena.distance(between: first, and: $0) < radius }.map {
                    [first, $0]
                }
            }
            #expect(arena.pairs(within: radius, from: 0).map { [Int($0.first), Int($0.second)] } == wanted)
        }
    }

    @Test("measures as the metric does", arguments: [Metric.euclidean, .cosine])
    func measures(metric: Metric) {
        var random = SeededGenerator(seed: 3)
        let vectors = Self.vectors(.people, 20, 128, using: &random)
        let arena = FaceArena(metric, dimension: 128)
        arena.append(vectors)
        for (row, vector) in vectors.enumerated() {
            #expect(arena.vector(row) == vector)
            let (found, wanted) = (
                arena.distance(between: 0, and: row), metric.distance(vectors[0], vector)
            )
            #expect(abs(found - wanted) < 1e-5)
        }
    }

    @Test("makes the same products of codes with every kernel", arguments: [64, 128, 512, 576])
    func products(length: Int) {
        var random = SeededGenerator(seed: UInt64(length))
        for extreme in [false, true] {
            let codes = (0..<41 * length).map { _ in
                extreme
                    ? (Bool.random(using: &random) ? Int8(127) : -127)
                    : Int8.random(in: -127...127, using: &random)
            }
            let (query, rows) = (Array(codes[..<length]), Array(codes[length...]))
            var wanted = [Int32](repeating: 0, count: 40)
            for row in 0..<40 {
                for place in 0..<length {
                    wanted[row] += Int32(query[place]) * Int32(rows[row * length + place])
                }
            }
            let sums = (0..<40).map { row in
                rows[row * length..<(row + 1) * length].reduce(Int32(0)) { $0 + Int32($1) }
            }
            for kernel in [LK_PLAIN, LK_AVX2, LK_VNNI] where lk_has_kernel(kernel) != 0 {
                var found = [Int32](repeating: 0, count: 40)
                var fine = found
                let turned = query.map { -$0 }
                #expect(
                    lk_products_with(kernel, query, turned, rows, sums, 40, Int32(length), &found, &fine) == 0
                )
                #expect(found == wanted && fine == wanted.map { -$0 })
                var tile = [Int32](repeating: 0, count: 8 * 32)
                let columns = Array(rows[(8 * length)...])
                #expect(lk_products_of_tile(kernel, rows, columns, Int32(length), &tile) == 0)
                for i in 0..<8 {
                    for j in 0..<32 {
                        var sum: Int32 = 0
                        for place in 0..<length {
                            sum += Int32(rows[i * length + place]) * Int32(columns[j * length + place])
                        }
                        #expect(tile[i * 32 + j] == sum)
                    }
                }
            }
        }
    }
}

@Suite("Open vectors in memory (MemoryTests)", .timeLimit(.minutes(10))) struct ArenaMemoryTests {
    @Test("are given back")
    func rounds() async {
        await #expect(processExitsWith: .success) {
            func peakInKilobytes() -> Int {
                var usage = rusage()
                getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
                return usage.ru_maxrss
            }
            func round() {
                let arena = FaceArena(.euclidean, dimension: 128)
                var random = SeededGenerator(seed: 1)
                for _ in 0..<20 {
                    arena.append(
                        (0..<500).map { _ in
                            FaceVector((0..<128).map { _ in Float.random(in: 0...1, using: &random) })
                        })
                }
                _ = arena.pairs(within: 3, from: 9_900)
                _ = arena.nearest(to: arena.vector(0), atMost: 100)
            }
            round()
            let memory = peakInKilobytes()
            for _ in 0..<6 { round() }
            // One arena is 6 MB.
            #expect(peakInKilobytes() - memory < 12_000, "\(peakInKilobytes() - memory) KB more")
        }
    }
}

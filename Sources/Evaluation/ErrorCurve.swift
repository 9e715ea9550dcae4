/// True matches against false ones over all distances, with every person counted as often as drawn.
///
/// A person drawn twice brings pairs with others twice; pairs between a person's own copies are no pairs of
/// different people and stay out. Only the nearest different pairs are walked, as far as the rates and distances
/// asked for reach, so that thousands of photos can be drawn a thousand times.
struct ErrorCurve {
    let same: Int
    let different: Int
    private let pairs: FacePairs
    private let sameSums: [Int]
    private let differentSums: [Int]

    /// - Parameter draws: how often each person was drawn; absent means once each.
    /// - Parameter rate: the highest rate of false matches that will be asked for.
    /// - Parameter distance: the greatest distance that will be asked for.
    init(of pairs: FacePairs, draws: [Int]? = nil, upToRate rate: Double, distance: Double) {
        let draws = draws ?? [Int](repeating: 1, count: pairs.facesOfPerson.count)
        self.pairs = pairs
        let faces = zip(draws, pairs.facesOfPerson).map { $0 * $1 }
        let all = faces.reduce(0, +)
        different = (all * all - faces.reduce(0) { $0 + $1 * $1 }) / 2
        var sum = 0
        sameSums = pairs.same.map { pair in
            sum += draws[Int(pair.first)]
            return sum
        }
        same = sum
        sum = 0
        var sums: [Int] = []
        for pair in pairs.different {
            if pair.distance > distance, Double(sum) > Self.allowed(at: rate, of: different) { break }
            sum += draws[Int(pair.first)] * draws[Int(pair.second)]
            sums.append(sum)
        }
        differentSums = sums
    }

    /// Whether the draw left anything to measure.
    var isMeasurable: Bool { same > 0 && different > 0 }

    /// The distance below which no more than this share of the different pairs lies.
    func threshold(atRate rate: Double) -> Double {
        let allowed = Self.allowed(at: rate, of: different)
        let first = differentSums.partitioningIndex { Double($0) > allowed }
        return first < differentSums.count ? pairs.different[first].distance : .infinity
    }

    /// How many different pairs a rate stands for, in whole pairs.
    func pairs(beyondRate rate: Double) -> Int { Int(Self.allowed(at: rate, of: different)) }

    /// A hundredth of 6,700 pairs is 67, whatever floating point makes of it.
    private static func allowed(at rate: Double, of pairs: Int) -> Double { rate * Double(pairs) + 1e-9 }

    /// The share of the same pairs below a distance.
    func matchRate(below distance: Double) -> Double {
        let count = pairs.same.partitioningIndex { $0.distance >= distance }
        return Double(count == 0 ? 0 : sameSums[count - 1]) / Double(same)
    }

    func matchRate(atRate rate: Double) -> Double { matchRate(below: threshold(atRate: rate)) }

    /// The share of the same pairs that lie beyond a bar.
    func missRate(at bar: Double) -> Double { 1 - matchRate(below: bar.nextUp) }

    /// Different pairs up to a bar.
    func falseMatches(at bar: Double) -> Int {
        let count = min(
            pairs.different.partitioningIndex { $0.distance > bar }, differentSums.count)
        return count == 0 ? 0 : differentSums[count - 1]
    }

    func falseMatchRate(at bar: Double) -> Double { Double(falseMatches(at: bar)) / Double(different) }
}

extension Array {
    /// The first index whose element fulfils a condition that holds for all behind it; the count where none does.
    func partitioningIndex(where condition: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if condition(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

/// Draws people with replacement, to tell how much a figure owes to who happens to be in the photos.
///
/// Pairs of one person are not independent, so people are drawn, not pairs. The generator is our own with a fixed
/// seed: the same photos give the same intervals on every machine.
struct Bootstrap {
    static let rounds = 1000

    private var state: UInt64

    init(seed: UInt64 = 1) { state = seed }

    /// How often each of so many people is drawn in one round.
    mutating func draws(people: Int) -> [Int] {
        var draws = [Int](repeating: 0, count: people)
        for _ in 0..<people { draws[index(below: people)] += 1 }
        return draws
    }

    /// Figures of all people once, with the interval that the drawn rounds give each; all figures see the same rounds.
    ///
    /// Absent where the people as they are leave nothing to measure; rounds that leave nothing are passed over.
    static func estimates(
        people: Int, figures: [(ErrorCurve) -> Double], curve: ([Int]) -> ErrorCurve
    ) -> [Estimate]? {
        let whole = curve([Int](repeating: 1, count: people))
        guard whole.isMeasurable else { return nil }
        var bootstrap = Bootstrap()
        var drawn = [[Double]](repeating: [], count: figures.count)
        for _ in 0..<rounds {
            let curve = curve(bootstrap.draws(people: people))
            guard curve.isMeasurable else { continue }
            for (index, figure) in figures.enumerated() { drawn[index].append(figure(curve)) }
        }
        return zip(figures, drawn).map { figure, values in Estimate(figure(whole), drawn: values) }
    }

    /// The 95 % interval of a figure that was measured in every round.
    static func interval(of values: [Double]) -> (low: Double, high: Double)? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        return (quantile(0.025, of: sorted), quantile(0.975, of: sorted))
    }

    private static func quantile(_ share: Double, of sorted: [Double]) -> Double {
        let place = share * Double(sorted.count - 1)
        let below = Int(place)
        let above = min(below + 1, sorted.count - 1)
        if sorted[below] == sorted[above] { return sorted[below] }  // Also where both are infinite.
        return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
    }

    private mutating func index(below count: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(count)).high)
    }

    /// SplitMix64: a counter, thoroughly mixed.
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// A measured figure with its 95 % interval.
package struct Estimate: Sendable, Equatable, Codable {
    package var value: Double
    package var low: Double
    package var high: Double

    /// The interval always holds the figure: with few people a drawn one can lie to one side of it.
    init(_ value: Double, drawn: [Double]) {
        self.value = value
        let interval = Bootstrap.interval(of: drawn)
        low = min(value, interval?.low ?? value)
        high = max(value, interval?.high ?? value)
    }

    /// The same, where none of so many cases was seen: drawing again can only give none again, but up to three in so
    /// many would have stayed unseen once in twenty times.
    func whereNoneWasSeen(among cases: Int) -> Estimate {
        var estimate = self
        if value == 0 { estimate.high = max(high, min(1, 3 / Double(max(1, cases)))) }
        return estimate
    }
}

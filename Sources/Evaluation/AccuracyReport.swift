package import Domain

/// How well a pack tells people apart on a labelled folder.
package struct AccuracyReport: Sendable, Equatable, Codable {
    package var pack: String
    package var metric: Metric
    package var people: Int
    /// Labelled photos, with a vector or without.
    package var photos: Int
    package var missed: [MissedPhoto]
    package var samePairs: Int
    package var differentPairs: Int
    /// Same pairs that there would be with the missed photos; no rate below counts them.
    package var samePairsLost: Int
    package var equalErrorRate: Double?
    package var verification: [AtRate]
    package var bars: [BarRates]
    package var rankOne: RankOne?

    /// The share of same pairs that match where at most this share of different pairs does.
    package struct AtRate: Sendable, Equatable, Codable {
        package var falseMatchRate: Double
        /// Different pairs that the figure rests on; with too few there is no figure.
        package var pairsBeyond: Int
        package var matchRate: Estimate?
        package var threshold: Estimate?
    }

    /// A bar of the pack with its errors on these photos.
    package struct BarRates: Sendable, Equatable, Codable {
        package var preset: Preset
        package var name: String
        package var distance: Double
        package var falseMatches: Int
        package var falseMatchRate: Estimate
        package var missRate: Estimate
    }

    package static let rates = [1e-2, 1e-3, 1e-4]
    /// A rate that rests on fewer different pairs than this is chance.
    package static let leastPairsBeyond = 5

    package init(faces: [LabelledVector], missed: [MissedPhoto], pack: PackFacts) {
        let pairs = FacePairs(of: faces, metric: pack.metric)
        self.pack = pack.name
        metric = pack.metric
        people = Set(faces.map(\.identity) + missed.map(\.identity)).count
        photos = faces.count + missed.count
        self.missed = missed
        samePairs = pairs.same.count
        differentPairs = pairs.different.count
        samePairsLost = Self.samePairs(of: faces.map(\.identity) + missed.map(\.identity)) - pairs.same.count
        equalErrorRate = pairs.equalErrorRate
        let (verification, bars) = Self.rates(of: pairs, bars: Self.bars(of: pack))
        self.verification = verification
        self.bars = bars
        rankOne = RankOne(of: faces, metric: pack.metric)
    }

    private static func samePairs(of identities: [String]) -> Int {
        Dictionary(grouping: identities) { $0 }.values.reduce(0) { $0 + $1.count * ($1.count - 1) / 2 }
    }

    private struct Bar {
        let preset: Preset
        let name: String
        let distance: Double
    }

    private static func bars(of pack: PackFacts) -> [Bar] {
        Preset.allCases.flatMap { preset -> [Bar] in
            guard let bars = pack.thresholds(for: preset) else { return [] }
            return [
                ("merge", bars.merge), ("attach", bars.attach), ("selfie", bars.selfie), ("ask", bars.ask),
            ]
            .map { Bar(preset: preset, name: $0.0, distance: $0.1.distance) }
        }
    }

    /// All figures of the pairs, from the same rounds of drawn people.
    private static func rates(of pairs: FacePairs, bars: [Bar]) -> ([AtRate], [BarRates]) {
        let distance = bars.map(\.distance).max() ?? 0
        let highest = rates.max() ?? 0
        let whole = ErrorCurve(of: pairs, upToRate: highest, distance: distance)
        var figures: [(ErrorCurve) -> Double] = []
        for rate in rates {
            figures.append { $0.matchRate(atRate: rate) }
            figures.append { $0.threshold(atRate: rate) }
        }
        for bar in bars {
            figures.append { $0.falseMatchRate(at: bar.distance) }
            figures.append { $0.missRate(at: bar.distance) }
        }
        let estimates = Bootstrap.estimates(people: pairs.facesOfPerson.count, figures: figures) { draws in
            ErrorCurve(of: pairs, draws: draws, upToRate: highest, distance: distance)
        }
        let verification = rates.enumerated().map { index, rate in
            let beyond = whole.pairs(beyondRate: rate)
            guard let estimates, beyond >= leastPairsBeyond else {
                return AtRate(falseMatchRate: rate, pairsBeyond: beyond)
            }
            return AtRate(
                falseMatchRate: rate, pairsBeyond: beyond, matchRate: estimates[2 * index],
                threshold: estimates[2 * index + 1])
        }
        guard let estimates else { return (verification, []) }
        let ofBars = estimates.dropFirst(2 * rates.count)
        return (
            verification,
            bars.enumerated().map { index, bar in
                BarRates(
                    preset: bar.preset, name: bar.name, distance: bar.distance,
                    falseMatches: whole.falseMatches(at: bar.distance),
                    falseMatchRate: ofBars[ofBars.startIndex + 2 * index]
                        .whereNoneWasSeen(among: pairs.different.count),
                    missRate: ofBars[ofBars.startIndex + 2 * index + 1])
            }
        )
    }
}

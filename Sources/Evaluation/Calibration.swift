package import Domain
internal import Glibc

/// Thresholds for a pack, proposed from the distances between faces whose people are known.
///
/// Decisions:
/// - A preset is the share of different people that may form one person: 1 in 50,000 for children, in 20,000 at
///   intimate events, in 10,000 at conferences, in 5,000 outdoors. A merge spreads by itself and is the strictest bar.
///   A selfie is looked at by its owner and may err twice as often, an attached face touches one photo and may three
///   times. A question is answered by a person and may twenty times, but it shows the photo to the one who is asked:
///   eight times at intimate events, four times where children are.
/// - A bar rests on no fewer than five different pairs beyond it, as in `AccuracyReport`. Where there are too few, it
///   lies below the strictest bar that could be measured by a margin for each power of ten that is missing: 20 % of a
///   Euclidean distance, and of a cosine distance, which goes as its square, 36 %. On the open pack the step between
///   rates of 1e-2 and 1e-3 is 11 %, but towards the near end, where look-alikes are, it grows: with 15 % the bars at
///   1e-4 and 3e-4 let in half as many again as they were meant to.
/// - The margin is a guess about pairs that nobody saw, so it ends where it would have to reach too far: with fewer
///   than five pairs at a rate of 1 in 100 nothing is proposed.
/// - Distances are rounded down to thousandths; a bar never lies on the pair that it must keep out.
package struct Calibration: Sendable, Equatable, Codable {
    package var pack: String
    package var metric: Metric
    package var people: Int
    package var photos: Int
    package var samePairs: Int
    package var differentPairs: Int
    /// The lowest rate of false matches that these pairs can carry; absent where they carry none.
    package var strictestRate: Double?
    /// Strictest preset first.
    package var presets: [Proposal]

    /// The bars of one preset.
    package struct Proposal: Sendable, Equatable, Codable {
        package var preset: Preset
        /// Merge, selfie, attach and ask: strictest first.
        package var bars: [Bar]
    }

    /// One proposed bar, with the errors that the photos show at it.
    package struct Bar: Sendable, Equatable, Codable {
        package var name: Name
        /// The rate of false matches that the bar is meant to keep.
        package var targetRate: Double
        /// Different pairs that the target stands for.
        package var pairsBeyond: Int
        /// Where the target itself could be measured; absent where a margin had to stand in for pairs.
        package var measured: Estimate?
        /// Absent where too few pairs of different people, or none of the same, are there to propose anything.
        package var distance: Double?
        package var falseMatches: Int?
        package var falseMatchRate: Estimate?
        package var missRate: Estimate?
    }

    /// The questions a pack has a bar for, strictest first.
    package enum Name: String, Sendable, Codable, CaseIterable {
        case merge, selfie, attach, ask

        /// How much more often than a merge it may err.
        func leniency(in preset: Preset) -> Double {
            switch (self, preset) {
            case (.merge, _): 1
            case (.selfie, _): 2
            case (.attach, _): 3
            case (.ask, .children): 4
            case (.ask, .intimate): 8
            case (.ask, .conference), (.ask, .outdoor): 20
            }
        }
    }

    /// The share of different people that a preset lets form one person.
    package static func mergeRate(of preset: Preset) -> Double {
        switch preset {
        case .children: 2e-5
        case .intimate: 5e-5
        case .conference: 1e-4
        case .outdoor: 2e-4
        }
    }

    /// Beyond this rate no bar is worth having, measured or not.
    static let highestRate = 1e-2

    package init(faces: [LabelledVector], pack: PackFacts) {
        self.init(faces: faces, pack: pack.name, metric: pack.metric)
    }

    package init(faces: [LabelledVector], pack: String, metric: Metric) {
        let pairs = FacePairs(of: faces, metric: metric)
        let whole = ErrorCurve(of: pairs, upToRate: Self.highestRate, distance: 0)
        self.pack = pack
        self.metric = metric
        people = pairs.facesOfPerson.count
        photos = faces.count
        samePairs = pairs.same.count
        differentPairs = pairs.different.count
        let anchor = whole.isMeasurable ? Anchor(whole, metric) : nil
        strictestRate = anchor?.rate
        presets = Preset.allCases.map { preset in
            let bars = Name.allCases.map { name in
                let rate = Self.mergeRate(of: preset) * name.leniency(in: preset)
                return Bar(
                    name: name, targetRate: rate, pairsBeyond: whole.pairs(beyondRate: rate),
                    distance: anchor?.distance(atRate: rate, whole))
            }
            return Proposal(preset: preset, bars: bars)
        }
        if anchor != nil { measure(pairs) }
    }

    /// The proposed bars as a pack's manifest holds them; absent where nothing could be proposed.
    package func thresholds(for preset: Preset) -> Thresholds? {
        guard let bars = presets.first(where: { $0.preset == preset })?.bars else { return nil }
        func bar(_ name: Name) -> Thresholds.Bar? {
            guard let bar = bars.first(where: { $0.name == name }), let distance = bar.distance else {
                return nil
            }
            return Thresholds.Bar(
                distance: distance, falseMatchRate: bar.falseMatchRate?.value, missRate: bar.missRate?.value,
                evidence: evidence(for: bar))
        }
        guard let merge = bar(.merge), let attach = bar(.attach), let selfie = bar(.selfie),
            let ask = bar(.ask)
        else { return nil }
        return Thresholds(merge: merge, attach: attach, selfie: selfie, ask: ask)
    }

    private func evidence(for bar: Bar) -> Thresholds.Evidence? {
        guard let rate = bar.falseMatchRate, let miss = bar.missRate, let falseMatches = bar.falseMatches
        else {
            return nil
        }
        return Thresholds.Evidence(
            people: people, samePairs: samePairs, differentPairs: differentPairs, falseMatches: falseMatches,
            falseMatchInterval: [rate.low, rate.high], missInterval: [miss.low, miss.high],
            restsOnMargin: bar.measured == nil)
    }

    /// The strictest bar that the pairs can carry, from which all stricter ones are taken.
    private struct Anchor {
        let rate: Double
        private let distance: Double
        private let shrinkage: Double

        init?(_ whole: ErrorCurve, _ metric: Metric) {
            rate = Double(AccuracyReport.leastPairsBeyond) / Double(whole.different)
            guard rate <= Calibration.highestRate else { return nil }
            distance = whole.threshold(atRate: rate)
            switch metric {
            case .euclidean: shrinkage = 0.8
            case .cosine: shrinkage = 0.8 * 0.8
            }
        }

        func distance(atRate target: Double, _ whole: ErrorCurve) -> Double {
            if whole.pairs(beyondRate: target) >= AccuracyReport.leastPairsBeyond {
                return Calibration.roundedDown(whole.threshold(atRate: target))
            }
            let missing = log10(rate / target)
            return Calibration.roundedDown(distance * pow(shrinkage, missing))
        }
    }

    private static func roundedDown(_ distance: Double) -> Double {
        let rounded = (distance * 1000).rounded(.down) / 1000
        return max(0, rounded < distance && rounded > 0 ? rounded : distance.nextDown)
    }

    /// Fills in what the photos show at every bar, all from the same rounds of drawn people.
    private mutating func measure(_ pairs: FacePairs) {
        let bars = presets.flatMap(\.bars)
        let furthest = bars.compactMap(\.distance).max() ?? 0
        let whole = ErrorCurve(of: pairs, upToRate: Self.highestRate, distance: furthest)
        var figures: [(ErrorCurve) -> Double] = []
        for bar in bars {
            figures.append { $0.threshold(atRate: bar.targetRate) }
            figures.append { $0.falseMatchRate(at: bar.distance ?? 0) }
            figures.append { $0.missRate(at: bar.distance ?? 0) }
        }
        let estimates = Bootstrap.estimates(people: people, figures: figures) { draws in
            ErrorCurve(of: pairs, draws: draws, upToRate: Self.highestRate, distance: furthest)
        }
        guard let estimates else { return }
        var place = 0
        for preset in presets.indices {
            for index in presets[preset].bars.indices {
                defer { place += 3 }
                let bar = presets[preset].bars[index]
                guard let distance = bar.distance else { continue }
                let isMeasured = bar.pairsBeyond >= AccuracyReport.leastPairsBeyond
                presets[preset].bars[index].measured = isMeasured ? estimates[place] : nil
                presets[preset].bars[index].falseMatches = whole.falseMatches(at: distance)
                presets[preset].bars[index].falseMatchRate = estimates[place + 1]
                    .whereNoneWasSeen(among: pairs.different.count)
                presets[preset].bars[index].missRate = estimates[place + 2]
            }
        }
    }
}

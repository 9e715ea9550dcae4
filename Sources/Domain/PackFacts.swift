/// What the rest of the house needs to know of a model pack: who it is, how its vectors compare, where its bars lie.
package struct PackFacts: Sendable, Equatable, Codable {
    package var name: String
    /// SHA-256 over the pack's files: vectors of different identities never mix.
    package var identity: String
    package var dimension: Int
    package var metric: Metric
    package var thresholds: [Preset: Thresholds]
    /// Whether its makers know of faces that it confuses: then nothing unsure is decided without a person.
    package var hasKnownWeakness: Bool

    package init(
        name: String, identity: String, dimension: Int, metric: Metric, thresholds: [Preset: Thresholds],
        hasKnownWeakness: Bool = false
    ) {
        self.name = name
        self.identity = identity
        self.dimension = dimension
        self.metric = metric
        self.thresholds = thresholds
        self.hasKnownWeakness = hasKnownWeakness
    }

    package func thresholds(for preset: Preset) -> Thresholds? { thresholds[preset] }

    /// What an event is matched by: its own distances where it has some, else its preset's.
    package func thresholds(for settings: EventSettings) -> Thresholds? {
        guard let own = settings.distances else { return thresholds[settings.preset] }
        return Thresholds(
            merge: Thresholds.Bar(distance: own.merge), attach: Thresholds.Bar(distance: own.attach),
            selfie: Thresholds.Bar(distance: own.selfie), ask: Thresholds.Bar(distance: own.ask))
    }
}

/// Kinds of event, strictest matching first.
package enum Preset: String, Sendable, Hashable, Codable, CaseIterable, CodingKeyRepresentable {
    case children, intimate, conference, outdoor
}

/// Distances up to which two faces count as one person, each for its own question.
package struct Thresholds: Sendable, Hashable, Codable {
    /// Two seeds form a person.
    package var merge: Bar
    /// A face joins a person.
    package var attach: Bar
    /// A selfie matches.
    package var selfie: Bar
    /// Beyond the selfie's bar and up to here, "is this you?" may be asked.
    package var ask: Bar

    package init(merge: Bar, attach: Bar, selfie: Bar, ask: Bar) {
        self.merge = merge
        self.attach = attach
        self.selfie = selfie
        self.ask = ask
    }

    /// A distance with the errors measured at it; absent rates were never measured.
    package struct Bar: Sendable, Hashable, Codable {
        package var distance: Double
        package var falseMatchRate: Double?
        package var missRate: Double?
        /// What the rates rest on; absent where that was not kept.
        package var evidence: Evidence?

        package init(
            distance: Double, falseMatchRate: Double? = nil, missRate: Double? = nil,
            evidence: Evidence? = nil
        ) {
            self.distance = distance
            self.falseMatchRate = falseMatchRate
            self.missRate = missRate
            self.evidence = evidence
        }
    }

    /// How many pairs of how many people a bar was measured on, and how sure its rates are.
    package struct Evidence: Sendable, Hashable, Codable {
        package var people: Int
        package var samePairs: Int
        package var differentPairs: Int
        package var falseMatches: Int
        /// 95 %, low and high.
        package var falseMatchInterval: [Double]
        package var missInterval: [Double]
        /// Too few different people were there to measure the bar: it is a measured one less a margin.
        package var restsOnMargin: Bool

        package init(
            people: Int, samePairs: Int, differentPairs: Int, falseMatches: Int,
            falseMatchInterval: [Double], missInterval: [Double], restsOnMargin: Bool
        ) {
            self.people = people
            self.samePairs = samePairs
            self.differentPairs = differentPairs
            self.falseMatches = falseMatches
            self.falseMatchInterval = falseMatchInterval
            self.missInterval = missInterval
            self.restsOnMargin = restsOnMargin
        }
    }
}

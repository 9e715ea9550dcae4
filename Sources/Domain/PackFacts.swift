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

        package init(distance: Double, falseMatchRate: Double? = nil, missRate: Double? = nil) {
            self.distance = distance
            self.falseMatchRate = falseMatchRate
            self.missRate = missRate
        }
    }
}

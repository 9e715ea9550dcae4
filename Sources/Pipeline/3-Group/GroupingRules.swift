package import Domain

/// What the people of an event are found by: its method, the distances of its settings, and the model pack they belong to.
package struct GroupingRules: Sendable {
    package let thresholds: Thresholds
    package let grouping: any Grouping
    package let bars: GroupingBars
    /// Other bars, another method or another pack make other people.
    package let name: String

    /// Nil where the pack has no thresholds for what the event is set to.
    package init?(_ settings: EventSettings, _ pack: PackFacts) {
        guard let thresholds = pack.thresholds(for: settings) else { return nil }
        self.thresholds = thresholds
        bars = GroupingBars(thresholds, pack)
        switch settings.grouping {
        case .constrained: grouping = ConstrainedGrouping()
        case .dbscan: grouping = DBSCANGrouping()
        }
        name =
            "\(settings.grouping.rawValue) \(bars.merge) \(bars.attach) \(bars.question) \(bars.margin) "
            + "\(bars.keepsOutUnsure) \(pack.identity.prefix(16))"
    }
}

extension GroupingBars {
    package init(_ thresholds: Thresholds, _ pack: PackFacts) {
        let merge = thresholds.merge.distance
        self.init(
            merge: merge, attach: thresholds.attach.distance, question: merge * 1.12, margin: merge * 0.08,
            keepsOutUnsure: pack.hasKnownWeakness)
    }
}

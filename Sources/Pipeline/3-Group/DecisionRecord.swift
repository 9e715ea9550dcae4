package import Domain

/// What was decided about the people of an event, and what of it holds.
package struct DecisionRecord: Sendable {
    /// Oldest first, those that were taken back too.
    package let decisions: [Decision]
    /// Those of which at least a part could not hold beside a newer one, by their numbers.
    package let overruled: Set<Int64>

    /// Needs no vector, so nothing is opened.
    package static func read(
        of event: EventID, from kept: any PeopleKeeping
    ) async throws(PoolError) -> DecisionRecord {
        var faces: [GroupFace] = []
        var last: FaceID?
        while case let page = try await kept.faces(of: event, after: last, limit: 2000), !page.isEmpty {
            faces += page.map { GroupFace($0) }
            last = page.last?.id
        }
        let decisions = try await kept.decisions(of: event)
        return DecisionRecord(
            decisions: decisions, overruled: Constraints(decisions, faces: faces).overruled)
    }
}

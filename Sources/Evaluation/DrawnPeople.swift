/// A thousand draws of people, made once, so that all figures of a report see the same rounds.
struct DrawnPeople {
    /// Fewer people than this say nothing of others: the interval would only repeat who they are.
    static let leastPeople = 5

    let people: Int
    private let rounds: [[Int]]

    init(people: Int) {
        self.people = people
        var bootstrap = Bootstrap()
        rounds = (0..<Bootstrap.rounds).map { _ in bootstrap.draws(people: people) }
    }

    /// Figures of all people, each with its interval; absent where the people as they are leave nothing to measure.
    ///
    /// - Parameter figures: what each figure is when every person counts as often as told, in an order that stays;
    ///   `nil` where such a draw leaves nothing to measure, and the round is passed over.
    func estimates(_ figures: ([Int]) -> [Double?]) -> [Estimate?] {
        let whole = figures([Int](repeating: 1, count: people))
        var drawn = [[Double]](repeating: [], count: whole.count)
        for round in rounds {
            for (index, value) in figures(round).enumerated() {
                if let value { drawn[index].append(value) }
            }
        }
        return zip(whole, drawn).map { value, drawn in value.map { Estimate($0, drawn: drawn) } }
    }
}

extension Estimate {
    /// The same, where not one of so many people lost anything: up to three in so many would have stayed unseen once
    /// in twenty times, and each may lose everything.
    ///
    /// People are counted and not their faces or pairs, since the faces of one person fail together.
    func whereNoneWasMissed(among people: Int) -> Estimate {
        var estimate = self
        if value == 1 { estimate.low = min(low, max(0, 1 - 3 / Double(max(1, people)))) }
        return estimate
    }
}

/// How many of some people something happened to.
package struct PeopleShare: Sendable, Equatable, Codable {
    package var affected: Int
    package var people: Int
    /// Absent with too few people.
    package var rate: Estimate?

    /// - Parameter isAffected: one entry for each person.
    init(_ isAffected: [Bool]) {
        people = isAffected.count
        affected = isAffected.count { $0 }
        guard people >= DrawnPeople.leastPeople else { return }
        let estimates = DrawnPeople(people: people).estimates { draws in
            [Double(zip(draws, isAffected).reduce(0) { $0 + ($1.1 ? $1.0 : 0) }) / Double(draws.count)]
        }
        rate = estimates[0]?.whereNoneWasSeen(among: people)
    }
}

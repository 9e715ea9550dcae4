/// What selfies were given against what was their due, counted in photos.
package struct SelfieScores: Sendable, Equatable, Codable {
    /// Of people who are in the event.
    package var selfies: Int
    package var people: Int
    package var given: Int
    /// Given, but of others.
    package var wrong: Int
    package var shown: Int
    package var findable: Int
    /// Given of the findable.
    package var found: Int
    /// Of the photos given, those that show the person.
    package var precision: Estimate?
    /// Of the photos that show the person, those given.
    package var recall: Estimate?
    /// Of the photos with a usable face of the person, those given.
    package var recallOfFindable: Estimate?
    /// People who are in no photo of the event, and those of them who were given photos all the same.
    package var strangers: PeopleShare

    init(_ selfies: [GivenSelfie]) {
        let guests = selfies.filter { !$0.isStranger }
        let byIdentity = Dictionary(grouping: guests, by: \.identity).sorted { $0.key < $1.key }
        let tallies = byIdentity.map { $0.value.reduce(into: Tally()) { $0.add($1) } }
        let all = tallies.reduce(into: Tally()) { $0.add($1, times: 1) }
        self.selfies = guests.count
        people = tallies.count
        given = all.given
        wrong = all.given - all.right
        shown = all.shown
        findable = all.findable
        found = all.found
        let strangers = Dictionary(grouping: selfies.filter(\.isStranger), by: \.identity)
        self.strangers = PeopleShare(
            strangers.sorted { $0.key < $1.key }.map { $0.value.contains { !$0.given.isEmpty } })
        guard people >= DrawnPeople.leastPeople else { return }
        let among = people
        let figures = DrawnPeople(people: people).estimates { draws in
            zip(draws, tallies).reduce(into: Tally()) { $0.add($1.1, times: $1.0) }.figures
        }.map { $0?.whereNoneWasMissed(among: among) }
        precision = figures[0]
        recall = figures[1]
        recallOfFindable = figures[2]
    }

    /// Photos of one person's selfies.
    private struct Tally {
        var given = 0
        var right = 0
        var shown = 0
        var findable = 0
        var found = 0

        mutating func add(_ selfie: GivenSelfie) {
            given += selfie.given.count
            right += selfie.given.intersection(selfie.shown).count
            shown += selfie.shown.count
            findable += selfie.findable.count
            found += selfie.given.intersection(selfie.findable).count
        }

        mutating func add(_ other: Tally, times: Int) {
            given += other.given * times
            right += other.right * times
            shown += other.shown * times
            findable += other.findable * times
            found += other.found * times
        }

        var figures: [Double?] {
            [
                given > 0 ? Double(right) / Double(given) : nil,
                shown > 0 ? Double(right) / Double(shown) : nil,
                findable > 0 ? Double(found) / Double(findable) : nil,
            ]
        }
    }
}

package import Domain

/// What another distance would change, before anybody sets it.
package struct WhatIf: Sendable, Equatable {
    package let now: Figures
    package let then: Figures
    /// People of today who would become one, or fall apart.
    package let merged: Int
    package let split: Int
    /// Pairs of faces that are together now and would not be, or the other way round.
    package let changedPairs: Int
    /// Pairs of faces between both distances that would change sides, nearest first: what to look at.
    package let examples: [Example]

    package struct Figures: Sendable, Equatable {
        package let people: Int
        package let faces: Int
        /// On which somebody would be found.
        package let photos: Int
        /// What only a person could tell.
        package let questions: Int
        /// What selfies would find, one of each person's own faces taken for one.
        package let selfies: Selfies

        fileprivate init(_ partition: Partition, _ event: EventFaces, selfie bar: Double) {
            let faces = event.faces
            let grouped = partition.person.indices.filter { partition.person[$0] != nil }
            people = partition.people.count
            self.faces = grouped.count
            photos = Set(grouped.map { faces[$0].photo }).count
            questions = partition.questions.count
            selfies = Selfies(partition, event, below: bar)
        }
    }

    /// A face of each person stands for their selfie, and the other faces for the event.
    package struct Selfies: Sendable, Equatable {
        package private(set) var taken = 0
        /// Those that are near enough to the rest of their own person.
        package private(set) var findingThemselves = 0
        /// Those that are near enough to somebody else.
        package private(set) var findingOthers = 0

        fileprivate init(_ partition: Partition, _ event: EventFaces, below bar: Double) {
            var chosen = [Int32: [Int: [Double]]]()
            for rows in partition.people where rows.count > 1 {
                let seeds = rows.filter { event.faces[$0].tier == .seed }
                let best = (seeds.isEmpty ? rows : seeds).min { first, second in
                    let (a, b) = (event.faces[first], event.faces[second])
                    return (a.content, a.number) < (b.content, b.number)
                }
                if let best { chosen[Int32(best)] = [:] }
            }
            var isChosen = [Bool](repeating: false, count: event.faces.count)
            for row in chosen.keys { isChosen[Int(row)] = true }
            for pair in event.pairs where isChosen[Int(pair.first)] || isChosen[Int(pair.second)] {
                for (selfie, other) in [(pair.first, pair.second), (pair.second, pair.first)]
                where isChosen[Int(selfie)] {
                    guard let person = partition.person[Int(other)] else { continue }
                    chosen[selfie]?[person, default: []].append(Double(pair.distance))
                }
            }
            taken = chosen.count
            for (row, near) in chosen {
                let selfie = Int(row)
                let own = partition.person[selfie]
                var findsOthers = false
                for (person, distances) in near {
                    let others = partition.people[person].filter { $0 != selfie }
                    let asked = min(MatchPeople.membersAsked, others.count)
                    // Pairs are known up to some distance; beyond it they are measured.
                    let all =
                        distances.count >= asked
                        ? distances : others.map { event.space.distance(between: selfie, and: $0) }
                    guard all.sorted().prefix(asked).reduce(0, +) / Double(asked) < bar else { continue }
                    if person == own { findingThemselves += 1 } else { findsOthers = true }
                }
                if findsOthers { findingOthers += 1 }
            }
        }
    }

    package struct Example: Sendable, Equatable {
        package let first: FaceID
        package let second: FaceID
        package let distance: Double
    }

    /// Compares the people and the matches that two sets of bars give.
    package init(
        _ faces: EventFaces, now: GroupingBars, then: GroupingBars, selfie: (now: Double, then: Double),
        grouping: any Grouping, examples limit: Int = 12, makeSpace: () -> any FaceComparing
    ) {
        let before = faces.partition(grouping, now, makeSpace: makeSpace)
        let after = faces.partition(grouping, then, makeSpace: makeSpace)
        self.now = Figures(before, faces, selfie: selfie.now)
        self.then = Figures(after, faces, selfie: selfie.then)
        merged = Self.parts(of: before, in: after)
        split = Self.parts(of: after, in: before)
        let changed = faces.pairs.filter { pair in
            let (first, second) = (Int(pair.first), Int(pair.second))
            func together(_ partition: Partition) -> Bool {
                partition.person[first] != nil && partition.person[first] == partition.person[second]
            }
            return together(before) != together(after)
        }
        changedPairs = changed.count
        // The nearest pair of each two people is enough to look at.
        var seen: Set<[Int?]> = []
        self.examples = changed.sorted { $0.distance < $1.distance }.filter { pair in
            seen.insert(
                [
                    before.person[Int(pair.first)], before.person[Int(pair.second)],
                    after.person[Int(pair.first)], after.person[Int(pair.second)],
                ]).inserted
        }.prefix(limit).map {
            Example(
                first: faces.faces[Int($0.first)].id, second: faces.faces[Int($0.second)].id,
                distance: Double($0.distance))
        }
    }

    /// How many more people of the one there are in people of the other.
    private static func parts(of small: Partition, in large: Partition) -> Int {
        large.people.reduce(0) { sum, rows in
            sum + max(0, Set(rows.compactMap { small.person[$0] }).count - 1)
        }
    }
}

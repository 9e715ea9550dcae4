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

        fileprivate init(_ partition: Partition, _ faces: [GroupFace]) {
            let grouped = partition.person.indices.filter { partition.person[$0] != nil }
            people = partition.people.count
            self.faces = grouped.count
            photos = Set(grouped.map { faces[$0].photo }).count
            questions = partition.questions.count
        }
    }

    package struct Example: Sendable, Equatable {
        package let first: FaceID
        package let second: FaceID
        package let distance: Double
    }

    /// Compares the people that two sets of bars give.
    package init(
        _ faces: EventFaces, now: GroupingBars, then: GroupingBars, grouping: any Grouping,
        examples limit: Int = 12, makeSpace: () -> any FaceComparing
    ) {
        let before = faces.partition(grouping, now, makeSpace: makeSpace)
        let after = faces.partition(grouping, then, makeSpace: makeSpace)
        self.now = Figures(before, faces.faces)
        self.then = Figures(after, faces.faces)
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

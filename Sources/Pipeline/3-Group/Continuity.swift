package import Domain

/// Lets people stay themselves when faces are grouped anew.
package struct Continuity {
    /// The identifier of each person of a partition: its earlier self is who shares most faces with it, those first that
    /// somebody decided on, so that whom an organiser has touched is not renamed by a larger group that joins them. Who is
    /// new gets a new one; who shares as many with two keeps the older.
    package static func identifiers(
        of partition: Partition, earlier: [PersonID?], at milliseconds: Int64
    ) -> [PersonID] {
        var shared: [Overlap: (decided: Int, all: Int)] = [:]
        for (row, person) in partition.person.enumerated() {
            guard let person, let before = earlier[row] else { continue }
            let overlap = Overlap(person: person, before: before)
            shared[overlap, default: (0, 0)].all += 1
            if partition.isDecided[row] { shared[overlap, default: (0, 0)].decided += 1 }
        }
        let ordered = shared.sorted { first, second in
            (second.value.decided, second.value.all, first.key.before, first.key.person)
                < (first.value.decided, first.value.all, second.key.before, second.key.person)
        }
        var identifiers = [PersonID?](repeating: nil, count: partition.people.count)
        var taken: Set<PersonID> = []
        for (overlap, _) in ordered where identifiers[overlap.person] == nil {
            if taken.insert(overlap.before).inserted { identifiers[overlap.person] = overlap.before }
        }
        return identifiers.map { $0 ?? PersonID(at: milliseconds) }
    }

    private struct Overlap: Hashable {
        let person: Int
        let before: PersonID
    }

    /// What decisions say of each person: a trait goes to who has most of the faces that it was given for, the newest last.
    /// Faces that were taken away from the others since count no more, however many they are.
    package static func traits(
        of partition: Partition, faces: [GroupFace], _ decisions: [Decision]
    ) -> [Person.Traits] {
        var rows: [FaceID: Int] = [:]
        for (row, face) in faces.enumerated() { rows[face.id] = row }
        var traits = [Person.Traits](repeating: Person.Traits(), count: partition.people.count)
        let standing = decisions.filter { !$0.isUndone }.sorted { $0.number < $1.number }
        let leavings = Leavings(standing)
        for decision in standing {
            for case .trait(let given, let trait) in decision.rulings {
                var counts: [Int: Int] = [:]
                for face in leavings.staying(of: given, since: decision.number) {
                    if let row = rows[face], let person = partition.person[row] {
                        counts[person, default: 0] += 1
                    }
                }
                // People are in the order of their first faces by content.
                let holder = counts.max { first, second in
                    (first.value, partition.people[first.key].count, second.key)
                        < (second.value, partition.people[second.key].count, first.key)
                }
                guard let holder else { continue }
                // A face stands for nobody but its own person.
                if case .cover(let face) = trait, rows[face].flatMap({ partition.person[$0] }) != holder.key {
                    continue
                }
                traits[holder.key].take(trait)
            }
        }
        return traits
    }
}

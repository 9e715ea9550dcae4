internal import Domain
internal import FoundationEssentials

/// A decision as it is written, with what it moved.
struct KeptDecision {
    var decision: Decision
    let effects: Effects

    static let select =
        "SELECT id, number, kind, rulings, effects, is_undone, actor_kind, actor, at FROM decisions"

    init(_ row: any DatabaseRow) throws(StorageError) {
        decision = Decision(
            id: try row.identifier(0), number: try row.integer(1), kind: try row.word(2),
            rulings: try Self.value([Ruling].self, try row.text(3)), act: try Act(row, from: 6),
            isUndone: try row.truth(5))
        effects = try Self.value(Effects.self, try row.text(4))
    }

    static func json(_ value: some Encodable) throws(StorageError) -> String {
        do { return String(decoding: try JSONEncoder().encode(value), as: UTF8.self) } catch {
            throw .unfitText
        }
    }

    private static func value<Value: Decodable>(
        _ type: Value.Type, _ text: String
    ) throws(StorageError) -> Value {
        do { return try JSONDecoder().decode(type, from: Data(text.utf8)) } catch { throw .damaged }
    }
}

extension KeptDecision {
    /// What a decision moved, and how people were before and after.
    struct Effects: Codable {
        struct Move: Codable {
            let face: FaceID
            let from: PersonID?
            let to: PersonID?
        }

        struct Change: Codable {
            let person: PersonID
            /// Absent where there was no such person.
            let before: Person.Traits?
            let after: Person.Traits?
            /// Of who went with it.
            var last: Mark?
        }

        /// What is known of a person beside faces and traits.
        struct Mark: Codable {
            let createdAt: Int64
            let version: Int64
        }

        var faces: [Move] = []
        var people: [Change] = []
        /// The count of the event's writings with this one: whoever groups next and still finds it groups because of it.
        var writing: Int64?

        /// Takes in what grouping made of the decision, so that both are taken back together. A face that nobody had was
        /// not moved by it: it may have come in between.
        mutating func absorb(_ later: Effects) {
            var places: [FaceID: Int] = [:]
            for (place, move) in faces.enumerated() { places[move.face] = place }
            for move in later.faces {
                if let place = places[move.face] {
                    faces[place] = Move(face: move.face, from: faces[place].from, to: move.to)
                } else if move.from != nil {
                    faces.append(move)
                }
            }
            for change in later.people {
                guard let place = people.firstIndex(where: { $0.person == change.person }) else {
                    people.append(change)
                    continue
                }
                people[place] = Change(
                    person: change.person, before: people[place].before, after: change.after,
                    last: change.last ?? people[place].last)
            }
        }

        /// For the record: how many faces moved, and how people were called and shown.
        var facts: (was: Facts, became: Facts) {
            var (was, became): (Facts, Facts) = ([:], [:])
            if !faces.isEmpty { became["faces"] = String(faces.count) }
            for change in people.prefix(20) where change.before != change.after {
                was[change.person.text] = change.before?.words ?? "nobody"
                became[change.person.text] = change.after?.words ?? "nobody"
            }
            return (was, became)
        }

        /// The same backwards.
        var undone: Effects {
            Effects(
                faces: faces.map { Move(face: $0.face, from: $0.to, to: $0.from) },
                people: people.map {
                    Change(person: $0.person, before: $0.after, after: $0.before, last: $0.last)
                }, writing: writing)
        }
    }

    /// Whether a decision stands, as it is written.
    enum Standing: Int64 {
        case stands = 0
        case undone = 1
        /// Undone, and another one was made since.
        case undoneForGood = 2
    }
}

extension DatabaseValue {
    static func standing(_ standing: KeptDecision.Standing) -> DatabaseValue { .integer(standing.rawValue) }
}

extension Person.Traits {
    fileprivate var words: String {
        [
            name ?? "nameless", isHidden ? "hidden" : nil, isIgnored ? "ignored" : nil,
            cover.map { "cover \($0.text)" },
        ].compactMap(\.self).joined(separator: ", ")
    }
}

/// What somebody decided about the people of an event, with who and when. It stays on the record also when it is undone.
package struct Decision: Sendable, Hashable {
    package let id: DecisionID
    /// Its place among the decisions of its event, from 1.
    package let number: Int64
    package let kind: Kind
    package let rulings: [Ruling]
    package let act: Act
    package var isUndone: Bool

    package init(
        id: DecisionID, number: Int64, kind: Kind, rulings: [Ruling], act: Act, isUndone: Bool = false
    ) {
        self.id = id
        self.number = number
        self.kind = kind
        self.rulings = rulings
        self.act = act
        self.isUndone = isUndone
    }

    /// The faces that it is about.
    package var faces: Set<FaceID> {
        rulings.reduce(into: []) { faces, ruling in
            switch ruling {
            case .together(let some), .outside(let some), .trait(let some, _): faces.formUnion(some)
            case .apart(let first, let second): faces.formUnion(first + second)
            }
        }
    }

    /// What the organiser did, in the words of the record.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case name, merge, split, move, notThisPerson = "not-this-person", ignore, hide, cover, same, different
        case gather

        /// Whether it says something of one person, and nothing of who belongs to whom.
        package var isOfPerson: Bool { [.name, .ignore, .hide, .cover].contains(self) }
    }
}

/// What a decision says of faces. Faces that are gone are passed over; nothing here names a group, since groups come and go.
package enum Ruling: Sendable, Hashable, Codable {
    /// These faces show one person.
    case together([FaceID])
    /// No face of the one list shows the person of the other.
    case apart([FaceID], [FaceID])
    /// These faces are in nobody's group.
    case outside([FaceID])
    /// Whoever has most of these faces is called so, hidden, ignored, or shown by this face.
    case trait([FaceID], PersonTrait)
}

/// What an organiser gives to a person.
package enum PersonTrait: Sendable, Hashable, Codable {
    /// Nil takes the name away.
    case name(String?)
    /// Left out of galleries.
    case hidden(Bool)
    /// Left out of the list of people and of every figure.
    case ignored(Bool)
    /// The face that stands for the person.
    case cover(FaceID)
}

extension Identifier: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Self(text: text) else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "no identifier"))
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

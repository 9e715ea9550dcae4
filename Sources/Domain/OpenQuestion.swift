/// Something that only a person can tell, as it is kept until somebody does.
package struct OpenQuestion: Sendable, Hashable {
    package let kind: Kind
    /// The two people in question, the larger first; where a face is claimed, the one that it is nearer to.
    package let people: [PersonID]
    /// The two nearest faces, or the claimed face and one of the second person.
    package let first: FaceID
    package let second: FaceID
    package let distance: Double
    /// How many photos an answer may move.
    package let weight: Int

    package init(
        kind: Kind, people: [PersonID], first: FaceID, second: FaceID, distance: Double, weight: Int
    ) {
        self.kind = kind
        self.people = people
        self.first = first
        self.second = second
        self.distance = distance
        self.weight = weight
    }

    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Near enough for one person, but on the same photos: two people, or a mirror, a screen, a collage.
        case samePhotos = "same-photos"
        /// A little farther apart than one person's faces are.
        case closePair = "close-pair"
        /// Near enough, but an organiser has a hand in both.
        case bothTouched = "both-touched"
        /// Two people are almost equally near to one face.
        case claimedTwice = "claimed-twice"
    }

    package enum Answer: String, Sendable, Hashable, CaseIterable {
        /// Of two people: they are one, or two.
        case same, different
        /// Of a claimed face: whose it is.
        case first, second, neither
    }

    /// What can be answered to it.
    package var answers: [Answer] {
        kind == .claimedTwice ? [.first, .second, .neither] : [.same, .different]
    }

    /// What it is called as long as it is open, whatever else is asked meanwhile: the ends of the ids it is about. Where an
    /// answer says which of the two, it is another question once they have changed places.
    package var key: String {
        let parts =
            kind == .claimedTwice ? [first.text] + people.map(\.text) : people.sorted().map(\.text)
        return parts.map { $0.suffix(6) }.joined(separator: "-")
    }
}

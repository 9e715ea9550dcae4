package import Domain

/// A face as grouping sees it. Its vector lies under the same number in a `FaceComparing`.
package struct GroupFace: Sendable, Hashable {
    package let id: FaceID
    package let photo: PhotoID
    /// Hash of the photo's bytes and number of the face: what decides between equals, whenever and in whatever order
    /// photos arrived.
    package let content: String
    package let number: Int
    package let tier: Verdict.Tier

    package init(id: FaceID, photo: PhotoID, content: String, number: Int, tier: Verdict.Tier) {
        self.id = id
        self.photo = photo
        self.content = content
        self.number = number
        self.tier = tier
    }

    /// What decides between equals.
    func comesBefore(_ other: GroupFace) -> Bool {
        photo == other.photo
            ? number < other.number : (content, number) < (other.content, other.number)
    }

    init(_ face: FaceOfEvent) {
        self.init(
            id: face.id, photo: face.photo, content: face.contentHash, number: face.number, tier: face.tier)
    }
}

extension [GroupFace] {
    /// The place of each face among all by content.
    var ranks: [Int32] {
        // Contents are hashes, so their first letters decide nearly always, but between the faces of one photo.
        let beginnings = map { face in
            face.content.utf8.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        let order = indices.sorted { a, b in
            beginnings[a] != beginnings[b] ? beginnings[a] < beginnings[b] : self[a].comesBefore(self[b])
        }
        var ranks = [Int32](repeating: 0, count: count)
        for (rank, row) in order.enumerated() { ranks[row] = Int32(rank) }
        return ranks
    }
}

/// How near faces must be.
package struct GroupingBars: Sendable, Hashable {
    /// Two seeds form a person.
    package var merge: Double
    /// A face joins a person, by the mean of the person's seeds.
    package var attach: Double
    /// Beyond `merge` and up to here two people may be one: a question.
    package var question: Double
    /// A face that lies this much nearer to its person than to the next is surely nobody else's. With a model of known
    /// weakness the others stay out; else they join the nearest, and become a question.
    package var margin: Double
    package var keepsOutUnsure: Bool
    /// The middles of two groups are one person's: measured far below what other people's come to.
    package var middle: Double { merge * 0.9 }

    package init(
        merge: Double, attach: Double, question: Double, margin: Double = 0.04, keepsOutUnsure: Bool = false
    ) {
        self.merge = merge
        self.attach = attach
        self.question = max(question, merge)
        self.margin = margin
        self.keepsOutUnsure = keepsOutUnsure
    }
}

/// What grouping makes of an event's faces. Rows number the faces as they were handed in.
package struct Partition: Sendable, Equatable {
    /// Each person's rows, ascending, people in the order of their first face by content.
    package var people: [[Int]] = []
    /// For each row its person; nil outside of every person.
    package var person: [Int?] = []
    /// For each row whether somebody decided with whom it is.
    package var isDecided: [Bool] = []
    /// Best first: the answer that would change most.
    package var questions: [Question] = []
    /// Decisions, by number, of which a part could not hold beside a newer one.
    package var overruled: Set<Int64> = []

    package init() {}
}

/// Something that only a person can tell.
package struct Question: Sendable, Hashable {
    package let kind: OpenQuestion.Kind
    /// The two people in question, the larger first; where a face is claimed, the one that it is nearer to.
    package let people: [Int]
    /// The two nearest faces, or the claimed face and one of the second person.
    package let first: Int
    package let second: Int
    package let distance: Double
    /// How many photos an answer may move.
    package let weight: Int

    package init(
        kind: OpenQuestion.Kind, people: [Int], first: Int, second: Int, distance: Double, weight: Int
    ) {
        self.kind = kind
        self.people = people
        self.first = first
        self.second = second
        self.distance = distance
        self.weight = weight
    }
}

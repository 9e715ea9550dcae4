import Domain
import TestSupport

@testable import Pipeline

/// Faces on a line or in a small space, with what grouping needs to know of them.
struct GroupScene {
    var faces: [GroupFace] = []
    var vectors: [FaceVector] = []
    var decisions: [Decision] = []
    var bars = GroupingBars(merge: 0.5, attach: 0.6, question: 0.8, margin: 0.1)

    /// Adds a face and tells its row.
    @discardableResult
    mutating func add(
        _ values: Float..., photo: Int, tier: Verdict.Tier = .seed
    ) -> Int {
        add(values, photo: photo, tier: tier)
    }

    @discardableResult
    mutating func add(_ values: [Float], photo: Int, tier: Verdict.Tier = .seed) -> Int {
        let id = Self.photo(photo)
        let number = faces.filter { $0.photo == id }.count
        faces.append(
            GroupFace(
                id: FaceID(at: Int64(faces.count)), photo: id, content: "photo \(1000 + photo)",
                number: number, tier: tier))
        vectors.append(FaceVector(values))
        return faces.count - 1
    }

    mutating func decide(_ kind: Decision.Kind = .same, _ rulings: Ruling..., isUndone: Bool = false) {
        decisions.append(
            Decision(
                id: DecisionID(at: Int64(decisions.count)), number: Int64(decisions.count + 1), kind: kind,
                rulings: rulings, act: Act(by: .commandLine, at: 1), isUndone: isUndone))
    }

    func ids(_ rows: Int...) -> [FaceID] { rows.map { faces[$0].id } }

    func partition(_ grouping: any Grouping = ConstrainedGrouping()) -> Partition {
        let space = PlainSpace()
        space.append(vectors)
        return grouping.partition(
            of: faces, in: space,
            pairs: space.pairs(within: bars.question.nextUp, from: 0).ordered(of: faces), decisions, bars,
            makeSpace: { PlainSpace() })
    }

    /// The people as their rows.
    func people(_ grouping: any Grouping = ConstrainedGrouping()) -> [[Int]] {
        partition(grouping).people.sorted { $0[0] < $1[0] }
    }

    /// The same faces in another order.
    func shuffled(using random: inout SeededGenerator) -> GroupScene {
        var scene = self
        let order = faces.indices.shuffled(using: &random)
        scene.faces = order.map { faces[$0] }
        scene.vectors = order.map { vectors[$0] }
        return scene
    }

    private static let photos = (0..<200).map { PhotoID(at: Int64($0)) }

    private static func photo(_ number: Int) -> PhotoID { photos[number] }
}

extension Partition {
    /// What it says, whatever the numbers of rows and people.
    func words(_ faces: [GroupFace]) -> Set<String> {
        func name(_ row: Int) -> String { "\(faces[row].content)/\(faces[row].number)" }
        func names(_ person: Int) -> String { people[person].map(name).sorted().joined(separator: " ") }
        return Set(
            people.indices.map { names($0) }
                + questions.map { question in
                    "\(question.kind) \(question.people.map(names).sorted()) "
                        + "\([name(question.first), name(question.second)].sorted()) \(question.weight)"
                } + overruled.map { "overruled \($0)" })
    }
}

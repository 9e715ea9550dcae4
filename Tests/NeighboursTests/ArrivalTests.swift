import Domain
import Neighbours
import Pipeline
import TestSupport
import Testing

@Suite("Faces that arrive in batches", .timeLimit(.minutes(10))) struct ArrivalTests {
    @Test("come to the same people as all at once, in any order", arguments: 0..<200)
    func batches(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let metric: Metric = seed % 2 == 0 ? .euclidean : .cosine
        let middles = (0..<Int.random(in: 2...7, using: &random)).map { _ in
            (0..<8).map { _ in Float.random(in: -1...1, using: &random) }
        }
        let photos = (0..<Int.random(in: 5...25, using: &random)).map { PhotoID(at: Int64($0)) }
        var faces: [(face: GroupFace, vector: FaceVector)] = []
        for (number, photo) in photos.enumerated() {
            for place in 0..<Int.random(in: 1...4, using: &random) {
                let middle = middles[Int.random(in: 0..<middles.count, using: &random)]
                let vector = middle.map { $0 + Float.random(in: -0.35...0.35, using: &random) }
                let face = GroupFace(
                    id: FaceID(at: Int64(faces.count)), photo: photo, content: "photo \(100 + number)",
                    number: place, tier: Int.random(in: 0..<5, using: &random) == 0 ? .attach : .seed)
                faces.append((face, FaceVector(vector)))
            }
        }
        let decisions = (0..<Int.random(in: 0...4, using: &random)).map { number -> Decision in
            func some() -> [FaceID] {
                (0...1).map { _ in faces[Int.random(in: 0..<faces.count, using: &random)].face.id }
            }
            let ruling: Ruling =
                switch number % 3 {
                case 0: .together(some())
                case 1: .apart(some(), some())
                default: .outside(some())
                }
            return Decision(
                id: DecisionID(at: 1), number: Int64(number + 1), kind: .same, rulings: [ruling],
                act: Act(by: .commandLine, at: 1))
        }
        let bars =
            metric == .euclidean
            ? GroupingBars(merge: 0.6, attach: 0.7, question: 0.75)
            : GroupingBars(merge: 0.12, attach: 0.15, question: 0.16)
        let wanted = people(faces, batch: faces.count, decisions, bars, metric)
        for batch in [1, 3, 10] {
            #expect(people(faces.shuffled(using: &random), batch: batch, decisions, bars, metric) == wanted)
        }
    }

    /// The people as sets of faces, however many came at a time.
    private func people(
        _ faces: [(face: GroupFace, vector: FaceVector)], batch: Int, _ decisions: [Decision],
        _ bars: GroupingBars, _ metric: Metric
    ) -> Set<Set<FaceID>> {
        let space = FaceArena(metric, dimension: 8)
        var pairs: [NearPair] = []
        for start in stride(from: 0, to: faces.count, by: batch) {
            space.append(faces[start..<min(start + batch, faces.count)].map(\.vector))
            pairs += space.pairs(within: bars.question.nextUp, from: start)
        }
        let partition = ConstrainedGrouping().partition(
            of: faces.map(\.face), in: space, pairs: pairs.ordered(of: faces.map(\.face)), decisions, bars,
            makeSpace: { FaceArena(metric, dimension: 8) })
        return Set(partition.people.map { Set($0.map { faces[$0].face.id }) })
    }
}

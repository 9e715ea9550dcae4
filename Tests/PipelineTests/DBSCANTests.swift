import Domain
import FoundationEssentials
import TestSupport
import Testing

@testable import Pipeline

@Suite("DBSCAN") struct DBSCANTests {
    /// As Fixtures/make_dbscan.py wrote it.
    struct Fixture: Decodable {
        let name: String
        let metric: Metric
        let eps: Double
        let minSamples: Int
        let labels: [Int]
        let vectors: [[Float]]
    }

    private static let fixtures: [Fixture] = {
        let path = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        let bytes = (try? ScratchFolder.bytes(of: "/\(path)/Fixtures/dbscan.json")) ?? []
        return (try? JSONDecoder().decode([Fixture].self, from: Data(bytes))) ?? []
    }()

    @Test("gives every face the label that scikit-learn gives it", arguments: 0..<20)
    func labels(number: Int) throws {
        try #require(Self.fixtures.count == 20)
        let fixture = Self.fixtures[number]
        let space = PlainSpace(fixture.metric)
        space.append(fixture.vectors.map { FaceVector($0) })
        let faces = fixture.vectors.indices.map { row in
            GroupFace(
                id: FaceID(at: Int64(row)), photo: PhotoID(at: Int64(row)), content: "\(1_000_000 + row)",
                number: 0, tier: .seed)
        }
        // As an event's bars are: what is noise stays noise, however far weak faces may attach.
        let bars = GroupingBars(
            merge: fixture.eps, attach: fixture.eps * 1.2, question: fixture.eps, margin: fixture.eps * 0.08)
        let partition = DBSCANGrouping(minSamples: fixture.minSamples).partition(
            of: faces, in: space, pairs: space.pairs(within: fixture.eps.nextUp, from: 0).ordered(of: faces),
            [], bars,
            makeSpace: { PlainSpace(fixture.metric) })
        // scikit-learn numbers people by their first core, we by their first face.
        var numbers: [Int: Int] = [:]
        for (row, label) in fixture.labels.enumerated() {
            let person = partition.person[row]
            guard label >= 0, let person else {
                #expect(label < 0 && person == nil, "\(fixture.name), row \(row)")
                continue
            }
            #expect(numbers[person, default: label] == label, "\(fixture.name), row \(row)")
            numbers[person] = label
        }
        #expect(Set(numbers.values).count == numbers.count, "\(fixture.name): two people share a label")
    }

    @Test("lets weak faces join a person, but no noise among the good ones")
    func weak() {
        var scene = GroupScene()
        let a = [scene.add(0, 0.4, photo: 0), scene.add(0, -0.05, photo: 1)]
        // No farther from the middle than good faces merge, but from both of them.
        let noise = scene.add(0.47, 0.17, photo: 20)
        let joins = scene.add(-0.3, 0.17, photo: 21, tier: .attach)
        let partition = scene.partition(DBSCANGrouping())
        #expect(partition.people == [a + [joins]] && partition.person[noise] == nil)
    }

    @Test("makes nobody of a face that was parted from its neighbours")
    func parted() {
        var scene = GroupScene()
        let rows = (0..<3).map { scene.add(Float($0) * 0.1, photo: $0) }
        scene.decide(.notThisPerson, .apart(scene.ids(rows[0]), scene.ids(rows[1], rows[2])))
        #expect(scene.people(DBSCANGrouping()) == [[rows[1], rows[2]]])
    }
}

import Domain
import Evaluation
import Testing

@Suite("Comparison") struct ComparisonTests {
    /// Forty people of two photos each, the two apart by `gap`; every second one by `oddGap`.
    func people(gap: Float, oddGap: Float) -> [LabelledVector] {
        (10..<50).flatMap { person in
            let place = Float(person) * 1000
            return faces(("p\(person)", [place, place + (person % 2 == 0 ? gap : oddGap)]))
        }
    }

    func vectors(_ faces: [LabelledVector]) -> [PhotoName: FaceVector] {
        Dictionary(uniqueKeysWithValues: faces.map { ($0.photo, $0.vector) })
    }

    @Test("finds no difference between equals, and knows it for certain")
    func equals() throws {
        let ours = people(gap: 1, oddGap: 700)
        let comparison = try #require(
            Comparison(atRate: 0.01, ours: ours, .euclidean, reference: vectors(ours), .euclidean))
        #expect(comparison.difference.value == 0)
        #expect(comparison.difference.low == 0 && comparison.difference.high == 0)
        #expect(!comparison.isSignificantlyBelow && !comparison.isSignificantlyAbove)
    }

    @Test("sees that half the people are lost")
    func worse() throws {
        let ours = people(gap: 1, oddGap: 1500)
        let reference = vectors(people(gap: 1, oddGap: 2))
        #expect(Comparison(atRate: 0.001, ours: ours, .euclidean, reference: reference, .euclidean) == nil)
        let comparison = try #require(
            Comparison(atRate: 0.01, ours: ours, .euclidean, reference: reference, .euclidean))
        #expect(comparison.ours.value == 0.5 && comparison.reference.value == 1)
        #expect(comparison.isSignificantlyBelow)
        #expect(comparison.difference.high < -0.25 && comparison.difference.low > -0.75)
        #expect(comparison.text.contains("significantly below"))
    }

    @Test("compares only photos that both know")
    func common() throws {
        let ours = people(gap: 1, oddGap: 2)
        let reference = vectors(ours).filter { $0.key != ours[0].photo && $0.key != ours[7].photo }
        let comparison = try #require(
            Comparison(atRate: 0.01, ours: ours, .euclidean, reference: reference, .euclidean))
        #expect(comparison.photos == 78)
        #expect(Comparison(atRate: 0.01, ours: ours, .euclidean, reference: [:], .euclidean) == nil)
    }

    @Test("reads vectors from a table")
    func reads() throws {
        let table = try CSVTable(reading: "file,v0,v1\na/1.jpg,0.5,-1e-3\n")
        #expect(
            try Comparison.vectors(in: table) == [PhotoName("a/1.jpg"): FaceVector([0.5, -0.001])])
        let broken = try CSVTable(reading: "file,v0,v1\na/1.jpg,0.5,\n")
        #expect(throws: CSVError.notANumber(row: 1, column: "v1")) { try Comparison.vectors(in: broken) }
    }
}

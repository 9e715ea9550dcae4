import Domain
import Testing

@Suite("Metric") struct MetricTests {
    private let east = FaceVector([1, 0, 0])
    private let north = FaceVector([0, 2, 0])

    @Test("euclidean is the length of the difference")
    func euclidean() {
        #expect(Metric.euclidean.distance(east, east) == 0)
        #expect(abs(Metric.euclidean.distance(east, north) - 5.0.squareRoot()) < 1e-6)
    }

    @Test("cosine looks at the angle alone: 0 for one direction, 1 for a right angle, 2 for the opposite")
    func cosine() {
        #expect(abs(Metric.cosine.distance(east, FaceVector([9, 0, 0]))) < 1e-6)
        #expect(abs(Metric.cosine.distance(east, north) - 1) < 1e-6)
        #expect(abs(Metric.cosine.distance(east, FaceVector([-3, 0, 0])) - 2) < 1e-6)
    }

    @Test("cosine is never below zero and finds nothing alike in a zero vector")
    func edges() {
        let odd = FaceVector([0.1, 0.7, 0.3])
        #expect(Metric.cosine.distance(odd, odd) >= 0)
        #expect(Metric.cosine.distance(FaceVector([0, 0, 0]), east) == 1)
        for value in [Float.nan, .infinity, .greatestFiniteMagnitude] {
            #expect(Metric.cosine.distance(FaceVector([value, 1, 0]), east) == .infinity)
            #expect(Metric.euclidean.distance(FaceVector([value, 1, 0]), east) == .infinity)
        }
    }
}

import Domain
import Inference
import Testing

@Suite("Memory of the runtime", .serialized) struct MemoryTests {
    @Test("networks that are let go give their memory back", .timeLimit(.minutes(10)))
    func freesNetworks() throws {
        let runtime = try InferenceRuntime()
        let description = GeneratedPack.manifest().detector
        func round() throws {
            let detector = try FaceDetector(
                runtime: runtime, network: GeneratedPack.detector, description: description)
            // The outputs of this size have 8 MB.
            _ = try detector.candidates(in: RGBPixels(width: 1600, height: 1200), above: 0.5)
        }
        #expect(try growth(over: 12, round) < 40)
    }

    @Test("running a network again and again does not grow", .timeLimit(.minutes(10)))
    func runsForEver() throws {
        let runtime = try InferenceRuntime()
        let manifest = GeneratedPack.manifest()
        let detector = try FaceDetector(
            runtime: runtime, network: GeneratedPack.detector, description: manifest.detector)
        let embedder = try FaceEmbedder(
            runtime: runtime, network: GeneratedPack.embedder, description: manifest.embedder)
        let chip = RGBPixels(width: 112, height: 112, filledWith: 77)
        let picture = RGBPixels(width: 320, height: 200, filledWith: 77)
        func round() throws {
            _ = try embedder.vector(of: chip)
            _ = try detector.candidates(in: picture, above: 0.5)
        }
        #expect(try growth(over: 1000, round) < 20)
    }

    /// Megabytes by which the process grows over some rounds, after a few to warm up.
    ///
    /// Other tests share the process and may take memory meanwhile, so the least of three tries counts: a
    /// leak shows in each of them.
    private func growth(over rounds: Int, _ round: () throws -> Void) throws -> Int {
        for _ in 0..<max(3, rounds / 20) { try round() }
        var least = Int.max
        for _ in 0..<3 where least > 5 {
            let before = try residentMegabytes()
            for _ in 0..<rounds { try round() }
            least = min(least, try residentMegabytes() - before)
        }
        return least
    }
}

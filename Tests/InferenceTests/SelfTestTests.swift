import Domain
import Inference
import TestSupport
import Testing

@Suite("Self-test") struct SelfTestTests {
    @Test("a whole 512-d pack passes: detection, chip, vector, distance by cosine")
    func passes() throws {
        let report = try run(GeneratedPack.manifest())
        #expect(report.dimension == 512 && report.facesInNothing == 0 && report.distanceOfDifferent > 0)
    }

    @Test("vectors of 512 numbers are equal for equal chips and nearer for like chips")
    func embeds() throws {
        let manifest = GeneratedPack.manifest()
        let embedder = try FaceEmbedder(
            runtime: InferenceRuntime(), network: GeneratedPack.embedder, description: manifest.embedder)
        #expect(embedder.chipSide == 112 && embedder.dimension == 512)
        func chip(_ name: String, brighter: Int = 0) -> RGBPixels {
            let whole = MadePicture.chip(named: name)
            var chip = RGBPixels(width: 112, height: 112)
            for y in 0..<112 {
                for x in 0..<112 { chip.set(x, y, whole.colour(x + 19, y + 19).map { $0 + brighter }) }
            }
            return chip
        }
        let first = try embedder.vector(of: chip("face 1"))
        #expect(try embedder.vector(of: chip("face 1")) == first)
        let like = manifest.metric.distance(first, try embedder.vector(of: chip("face 1", brighter: 6)))
        let other = manifest.metric.distance(first, try embedder.vector(of: chip("noise")))
        #expect(like > 0 && like < other)
    }

    @Test("a network that does not keep what the manifest says is named")
    func refuses() throws {
        var manifest = GeneratedPack.manifest()
        manifest.embedder.dimension = 256
        #expect(throws: PackError.self) { try run(manifest) }
        let wrongSize = #expect(throws: PackError.self) { try run(manifest) }
        #expect(wrongSize?.description.contains("face.onnx") == true)

        let wrongDecoder = #expect(throws: PackError.self) {
            var manifest = GeneratedPack.manifest()
            manifest.detector.decoder = .yunet
            _ = try run(manifest)
        }
        #expect(wrongDecoder?.description.contains("det.onnx") == true)

        // With this mean everything is bright to the generated detector.
        let seesEverything = #expect(throws: PackError.self) {
            var manifest = GeneratedPack.manifest()
            manifest.detector.input.mean = [-255, -255, -255]
            _ = try run(manifest)
        }
        #expect(seesEverything?.description.contains("faces in an empty picture") == true)

        let sameForAll = #expect(throws: PackError.self) {
            _ = try run(GeneratedPack.manifest(), embedder: constantEmbedder())
        }
        #expect(sameForAll?.description.contains("same vector for different") == true)

        #expect(throws: PackError.self) {
            try selfTest(
                try InferenceRuntime(), manifest: GeneratedPack.manifest(),
                detectorNetwork: GeneratedPack.embedder,
                embedderNetwork: GeneratedPack.detector)
        }
    }

    @Test("numbers that are not finite are refused")
    func refusesInfinities() throws {
        var graph = OnnxGraph(
            name: "endless", input: .init("in", [1, 3, 112, 112]), outputs: [.init("out", [1, 37_632])])
        let flat = graph.add("Flatten", ["in"], [.number("axis", 1)])
        let zero = graph.add(weights: [0], shape: [1])
        _ = graph.add("Div", [flat, zero], named: "out")
        var manifest = GeneratedPack.manifest()
        manifest.embedder.dimension = 37_632
        let error = #expect(throws: PackError.self) {
            try run(manifest, embedder: OnnxWriter.bytes(of: graph))
        }
        #expect(error?.description.contains("not finite") == true)
    }

    private func run(
        _ manifest: PackManifest, embedder: [UInt8] = GeneratedPack.embedder
    ) throws -> SelfTestReport {
        try selfTest(
            InferenceRuntime(), manifest: manifest, detectorNetwork: GeneratedPack.detector,
            embedderNetwork: embedder)
    }

    private func constantEmbedder() -> [UInt8] {
        var graph = OnnxGraph(
            name: "deaf", input: .init("in", [1, 3, 112, 112]), outputs: [.init("out", [1, 512])])
        let means = graph.add("GlobalAveragePool", ["in"])
        let flat = graph.add("Flatten", [means], [.number("axis", 1)])
        let weights = graph.add(weights: [Float](repeating: 0, count: 3 * 512), shape: [3, 512])
        _ = graph.add("MatMul", [flat, weights], named: "out")
        return OnnxWriter.bytes(of: graph)
    }
}

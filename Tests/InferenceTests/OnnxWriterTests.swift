import Domain
import Inference
import TestSupport
import Testing

@Suite("Written and read networks") struct OnnxWriterTests {
    @Test("a written network computes what its graph says")
    func computesItsGraph() throws {
        var graph = OnnxGraph(
            name: "means", input: .init("in", [1, 3, 32, 32]), outputs: [.init("out", [1, 8])])
        let means = graph.add("GlobalAveragePool", ["in"])
        let flat = graph.add("Flatten", [means], [.number("axis", 1)])
        // Column j adds j times red, 1 times green and minus blue.
        let weights =
            (0..<8).map { Float($0) } + [Float](repeating: 1, count: 8) + [Float](repeating: -1, count: 8)
        let matrix = graph.add(weights: weights, shape: [3, 8])
        _ = graph.add("MatMul", [flat, matrix], named: "out")
        let bytes = OnnxWriter.bytes(of: graph)

        var picture = RGBPixels(width: 32, height: 32)
        for place in 0..<32 * 32 { picture.set(place % 32, place / 32, [100, 50, 7]) }
        let plain = try vector(
            of: picture, bytes, NetworkInput(colourOrder: .rgb, mean: [0, 0, 0], scale: 1))
        #expect(plain == column(red: 100, green: 50, blue: 7))
        let turned = try vector(
            of: picture, bytes, NetworkInput(colourOrder: .bgr, mean: [0, 0, 0], scale: 1))
        #expect(turned == column(red: 7, green: 50, blue: 100))
        // Means count in the network's own order: here blue, green, red.
        let shifted = try vector(
            of: picture, bytes, NetworkInput(colourOrder: .bgr, mean: [7, 48, 0], scale: 2))
        #expect(shifted == column(red: 0, green: 1, blue: 50))
    }

    private func column(red: Int, green: Int, blue: Int) -> [Float] {
        (0..<8).map { column in Float(column * red + green - blue) }
    }

    @Test("the ends of a network are described with names and sizes, open ones as open")
    func describesEnds() throws {
        let runtime = try InferenceRuntime()
        let embedder = try NetworkShape.describe(network: GeneratedPack.embedder, runtime: runtime)
        #expect(embedder.inputs == [.init(name: "data", sizes: [nil, 3, 112, 112])])
        #expect(embedder.outputs == [.init(name: "vector", sizes: [nil, 512])])
        let detector = try NetworkShape.describe(network: GeneratedPack.detector, runtime: runtime)
        #expect(detector.inputs == [.init(name: "pixels", sizes: [1, 3, nil, nil])])
        #expect(detector.outputs.map(\.name) == ["heat", "size", "offset", "marks"])
    }

    @Test(
        "bytes that are no network are refused with a reason",
        arguments: [[], Array("not a network".utf8), [0, 0, 0, 0], [UInt8](repeating: 0x0A, count: 300)])
    func refusesOtherBytes(bytes: [UInt8]) throws {
        let runtime = try InferenceRuntime()
        #expect(throws: InferenceError.self) { try NetworkShape.describe(network: bytes, runtime: runtime) }
    }

    @Test("a network cut short anywhere is refused, or at least cannot be run as what it was")
    func refusesTruncated() throws {
        let runtime = try InferenceRuntime()
        let whole = GeneratedPack.embedder
        let description = GeneratedPack.manifest().embedder
        for part in 1...12 {
            let cut = Array(whole[..<(whole.count * part / 13)])
            #expect(throws: InferenceError.self) {
                try FaceEmbedder(runtime: runtime, network: cut, description: description)
            }
        }
    }

    @Test("random damage to a network never ends the process")
    func survivesDamage() throws {
        let runtime = try InferenceRuntime()
        var dice = Dice(seed: 4)
        for _ in 0..<60 {
            var damaged = GeneratedPack.detector
            for _ in 0..<3 { damaged[dice.roll(damaged.count)] = UInt8(dice.roll(256)) }
            _ = try? NetworkShape.describe(network: damaged, runtime: runtime)
        }
    }

    private func vector(of picture: RGBPixels, _ network: [UInt8], _ input: NetworkInput) throws -> [Float] {
        let template = FaceTemplate.arcFace.points.map { Point(x: $0.x / 4, y: $0.y / 4) }
        let embedder = try FaceEmbedder(
            runtime: InferenceRuntime(), network: network,
            description: .init(file: "n", chipSide: 32, template: template, input: input, dimension: 8))
        return try embedder.vector(of: picture).values
    }
}

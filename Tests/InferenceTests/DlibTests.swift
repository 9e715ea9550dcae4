import Domain
import Inference
import TestSupport
import Testing

@Suite("dlib's file format") struct DlibTests {
    @Test("integers are read with sign and length, and refused when malformed")
    func readsIntegers() throws {
        var reader = DlibReader([0x01, 200, 0x82, 0x39, 0x30, 0x08, 1, 0, 0, 0, 0, 0, 0, 0])
        #expect(try reader.integer() == 200)
        #expect(try reader.integer() == -12_345)
        #expect(try reader.integer() == 1)
        #expect(reader.isAtEnd)
        let malformed: [[UInt8]] = [
            [], [0], [0x02, 1], [0x09] + Array(repeating: 1, count: 9), [0x41, 1],
            [0x88] + Array(repeating: 255, count: 8),
        ]
        for bytes in malformed {
            #expect(throws: DlibError.self) {
                var reader = DlibReader(bytes)
                _ = try reader.integer()
            }
        }
    }

    @Test("a number is its mantissa times two to its exponent, and infinities are refused")
    func readsNumbers() throws {
        var file = DlibFile()
        file.number(0.04)
        file.integer(3)
        file.integer(32_000)
        var reader = DlibReader(file.bytes)
        let number = try reader.number()
        #expect(abs(number - 0.04) < 1e-7)
        #expect(throws: DlibError.self) { _ = try reader.number() }
    }

    @Test("a network with both kinds of block becomes one that runs")
    func convertsNetwork() throws {
        let network = try DlibNetwork(file: DlibFile.network())
        #expect(network.layers.count == 25)
        let bytes = OnnxWriter.bytes(of: try DlibConverter.graph(of: network))
        let template = FaceTemplate.meanFace.points.map { Point(x: $0.x / 4, y: $0.y / 4) }
        let embedder = try FaceEmbedder(
            runtime: InferenceRuntime(), network: bytes,
            description: .init(
                file: "n", chipSide: 48, template: template,
                input: NetworkInput(colourOrder: .rgb, mean: [0, 0, 0], scale: 1), dimension: 8))
        let vector = try embedder.vector(of: RGBPixels(width: 48, height: 48, filledWith: 130))
        #expect(vector.values.allSatisfy { $0.isFinite })
        #expect(Set(vector.values).count > 1)
    }

    @Test("a file cut short at any byte, or longer than its end, is refused")
    func refusesTruncated() throws {
        let whole = DlibFile.network()
        for end in stride(from: 0, to: whole.count, by: 7) {
            #expect(throws: DlibError.self) { try DlibNetwork(file: Array(whole[..<end])) }
        }
        #expect(throws: DlibError.goesOn(at: whole.count)) { try DlibNetwork(file: whole + [0]) }
    }

    @Test("random damage gives an error or another network, never a crash")
    func survivesDamage() {
        let whole = DlibFile.network()
        var dice = Dice(seed: 9)
        var refused = 0
        for _ in 0..<400 {
            var damaged = whole
            for _ in 0..<(1 + dice.roll(4)) { damaged[dice.roll(damaged.count)] = UInt8(dice.roll(256)) }
            do {
                _ = OnnxWriter.bytes(of: try DlibConverter.graph(of: try DlibNetwork(file: damaged)))
            } catch {
                refused += 1
            }
        }
        #expect(refused > 20)
    }

    @Test("layers that do not fit together are refused by name")
    func refusesOtherNetworks() throws {
        var file = DlibFile()
        file.integer(1)
        file.text("loss_metric_2")
        for _ in 0..<2 { file.number(1) }
        for kind in [2, 3] { file.integer(kind) }
        file.text("input_rgb_image_sized")
        for _ in 0..<3 { file.number(1) }
        for _ in 0..<2 { file.integer(48) }
        file.convolution(4, 5, side: 7, stride: 2, padding: 0, ownsInput: true)
        file.plain("relu_")
        let network = try DlibNetwork(file: file.bytes)
        #expect(throws: DlibError.unknownNetwork("a convolution of 5 channels meets 3")) {
            try DlibConverter.graph(of: network)
        }
    }
}

@Suite("The converted network", .enabled(if: Place.hasOpenPack, "the open pack is made by ./run or ./test"))
struct ConvertedNetworkTests {
    private struct Reference: Decodable { let vectors: [String: [Float]] }

    @Test("agrees with dlib on made pictures within 1e-5; with red and blue swapped it does not")
    func agreesWithDlib() throws {
        let reference = try Place.fixture("dlib-vectors.json", as: Reference.self)
        #expect(Set(reference.vectors.keys) == Set(MadePicture.names))
        let pack = try PackFiles(folder: Place.openPack, origin: .builtIn)
        let description = pack.manifest.embedder
        let embedder = try FaceEmbedder(
            runtime: InferenceRuntime(), network: try pack.bytes(of: description.file),
            description: description)
        for (name, expected) in reference.vectors {
            let chip = MadePicture.chip(named: name)
            let vector = try embedder.vector(of: chip)
            #expect(difference(vector.values, expected) < 1e-5, "\(name)")
            #expect(
                difference(try embedder.vector(of: chip.swapped).values, expected) > 1e-3, "\(name), swapped")
        }
    }

    private func difference(_ first: [Float], _ second: [Float]) -> Float {
        zip(first, second).map { abs($0 - $1) }.max() ?? .infinity
    }
}

import Domain
import Glibc
import Inference
import Testing

@Suite("Open pack") struct OpenPackTests {
    @Test(
        "as the set-up made it, it is whole, allowed for business, and passes its self-test",
        .enabled(if: Place.hasOpenPack, "the open pack is made by ./run or ./test"))
    func isWhole() throws {
        let pack = try PackFiles(folder: Place.openPack, origin: .builtIn)
        try pack.check()
        let manifest = pack.manifest
        #expect(manifest.licence.commercialUse == .yes && manifest.licence.texts.count == 4)
        #expect(manifest.metric == .euclidean && manifest.embedder.dimension == 128)
        #expect(manifest.weaknesses.contains { $0.contains("East Asian") })
        let selfies = [Preset.children, .intimate, .conference, .outdoor].map {
            manifest.thresholds[$0]?.selfie.distance ?? 0
        }
        #expect(selfies == selfies.sorted() && (selfies.first ?? 0) > 0)
        let bars = manifest.thresholds.values.flatMap { [$0.merge, $0.attach, $0.selfie, $0.ask] }
        #expect(bars.count == 16 && bars.allSatisfy { $0.falseMatchRate != nil && $0.missRate != nil })
        let report = try selfTest(
            InferenceRuntime(), manifest: manifest,
            detectorNetwork: try pack.bytes(of: manifest.detector.file),
            embedderNetwork: try pack.bytes(of: manifest.embedder.file))
        #expect(report.facesInNothing == 0)
    }

    @Test(
        "made again from the same parts it is the same, byte for byte, and takes the place of what lay there",
        .enabled(if: Place.hasOpenPack && Place.hasParts, "the parts are fetched by ./run or ./test"))
    func isReproducible() throws {
        let folder = TemporaryFolder()
        let place = folder.path + "/open"
        mkdir(place, 0o755)
        try folder.write([1], to: "open/pack.json")
        try OpenPack.make(parts: Place.parts, into: place)
        for file in TemporaryFolder.names(in: Place.openPack) {
            #expect(
                try Place.bytes(of: "\(place)/\(file)") == Place.bytes(of: "\(Place.openPack)/\(file)"),
                "\(file)")
        }
        #expect(TemporaryFolder.names(in: folder.path) == ["open"])
    }

    @Test("wrong, short and missing parts are named with their cure, and nothing is made")
    func refusesWrongParts() throws {
        let parts = TemporaryFolder()
        let folder = TemporaryFolder()
        let place = folder.path + "/models/open"
        let missing = #expect(throws: PackError.self) { try OpenPack.make(parts: parts.path, into: place) }
        #expect(missing?.description.contains("centerface.onnx is missing") == true)
        #expect(missing?.description.contains("elete .deps/parts and run ./run again") == true)
        try parts.write([1, 2, 3], to: "centerface.onnx")
        let wrong = #expect(throws: PackError.self) { try OpenPack.make(parts: parts.path, into: place) }
        #expect(wrong?.description.contains("centerface.onnx is damaged") == true)
        #expect(TemporaryFolder.names(in: folder.path) == [])
    }
}

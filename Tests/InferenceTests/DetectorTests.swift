import Domain
import Inference
import TestSupport
import Testing

@Suite("Faces from a detector's answers") struct DetectorTests {
    @Test("a bright spot is found where it is, in pixels of the picture")
    func findsSpots() throws {
        let detector = try generated()
        var picture = RGBPixels(width: 300, height: 200)
        for y in 80..<84 { for x in 200..<204 { picture.set(x, y, [255, 255, 255]) } }
        let found = try detector.candidates(in: picture, above: 0.5)
        #expect(found.count == 1)
        let face = try #require(found.first)
        #expect(abs(face.box.x - (202 - 16)) < 1e-3 && abs(face.box.y - (82 - 20)) < 1e-3)
        #expect(abs(face.box.width - 32) < 1e-3 && abs(face.box.height - 40) < 1e-3)
        #expect(face.score > 0.999)
        // The generated network's first landmark is at .3 of the width and .4 of the height.
        #expect(abs(face.landmarks[0].x - (186 + 9.6)) < 1e-3 && abs(face.landmarks[0].y - (62 + 16)) < 1e-3)
    }

    @Test("a face that the border cuts keeps its whole box and its landmarks")
    func keepsFacesAtTheBorder() throws {
        var picture = RGBPixels(width: 160, height: 120)
        for y in 0..<4 { for x in 0..<4 { picture.set(x, y, [255, 255, 255]) } }
        let face = try #require(try generated().candidates(in: picture, above: 0.5).first)
        #expect(face.box.x < -13 && face.box.y < -17)
    }

    @Test("the same picture gives the same bits whatever was looked at before")
    func isDeterministic() throws {
        let network =
            Place.hasOpenPack
            ? try Place.bytes(of: Place.openPack + "/centerface.onnx") : GeneratedPack.detector
        let runtime = try InferenceRuntime()
        func fresh() throws -> FaceDetector {
            try FaceDetector(
                runtime: runtime, network: network, description: GeneratedPack.manifest().detector)
        }
        let crowd = MadePicture.crowd()
        let alone = try fresh().candidates(in: crowd, above: 0.02)
        #expect(!alone.isEmpty || !Place.hasOpenPack)
        let busy = try fresh()
        for (width, height) in [(160, 160), (320, 320), (150, 300), (400, 300), (680, 1000), (1000, 680)] {
            _ = try busy.candidates(in: RGBPixels(width: width, height: height, filledWith: 200), above: 0.02)
        }
        // Larger and smaller canvases have used the same memory in between.
        #expect(try busy.candidates(in: crowd, above: 0.02) == alone)
        #expect(try busy.candidates(in: crowd, above: 0.02) == alone)
    }

    @Test(
        "answers of another form than the decoder's are an error",
        arguments: [PackManifest.Decoder.scrfd, .yunet])
    func refusesOtherForms(decoder: PackManifest.Decoder) throws {
        #expect(throws: InferenceError.self) {
            try FaceDetector(
                runtime: InferenceRuntime(), network: GeneratedPack.detector,
                description: .init(file: "d", decoder: decoder, input: decoder.usualInput))
        }
    }

    @Test("of boxes that overlap the best stays, ties fall by place")
    func suppresses() {
        func candidate(_ x: Double, _ score: Double) -> Candidate {
            Candidate(box: Box(x: x, y: 0, width: 10, height: 10), landmarks: [], score: score)
        }
        let kept = suppressed(
            [candidate(4, 0.5), candidate(0, 0.5), candidate(2, 0.9), candidate(30, 0.1)], overlap: 0.3)
        #expect(kept.map(\.box.x) == [2, 30])
        #expect(suppressed([candidate(4, 0.5), candidate(0, 0.5)], overlap: 0.3).map(\.box.x) == [0])
        #expect(suppressed([candidate(0, 0.5), candidate(6, 0.4)], overlap: 0.3).count == 2)
        #expect(suppressed([], overlap: 0.3).isEmpty)
    }

    @Test("a crowd's boxes are compared as if each were held against every other")
    func suppressesCrowds() {
        var dice = Dice(seed: 9)
        let crowd = (0..<1500).map { _ in
            let side = Double(5 + dice.roll(20) * dice.roll(20))
            return Candidate(
                box: Box(
                    x: Double(dice.roll(1200) - 100), y: Double(dice.roll(800) - 100), width: side,
                    height: side * 1.2),
                landmarks: [], score: Double(dice.roll(500)) / 500)
        }
        var plain: [Candidate] = []
        for candidate in suppressed(crowd, overlap: 1)
        where !plain.contains(where: { $0.box.overlap(with: candidate.box) > 0.3 }) {
            plain.append(candidate)
        }
        #expect(plain.count > 100)
        let isSame = suppressed(crowd, overlap: 0.3) == plain
        #expect(isSame)
    }

    private func generated() throws -> FaceDetector {
        try FaceDetector(
            runtime: InferenceRuntime(), network: GeneratedPack.detector,
            description: GeneratedPack.manifest().detector)
    }
}

@Suite("Detectors against a reference") struct DetectorParityTests {
    private struct Reference: Decodable {
        let least: Double
        let found: [Found]

        struct Found: Decodable {
            let box: [Double]
            let score: Double
            let landmarks: [Point]

            func agrees(with candidate: Candidate) -> Bool {
                let found = candidate.box
                var pairs = Array(zip([found.x, found.y, found.width, found.height], box))
                for (place, known) in zip(candidate.landmarks, landmarks) {
                    pairs += [(place.x, known.x), (place.y, known.y)]
                }
                return abs(candidate.score - score) < 1e-4 && pairs.allSatisfy { abs($0 - $1) < 0.01 }
            }
        }
    }

    @Test(
        "CenterFace finds on a made picture what another runtime and decoder find",
        .enabled(if: Place.hasOpenPack, "the open pack is made by ./run or ./test"))
    func centerFace() throws { try compare(.centerface, Place.openPack + "/centerface.onnx") }

    @Test(
        "SCRFD and YuNet do so too", .enabled(if: Place.hasSharedModels, "needs ../shared/models"),
        arguments: [(PackManifest.Decoder.scrfd, "scrfd_2.5g_bnkps.onnx"), (.yunet, "yunet.onnx")])
    func others(decoder: PackManifest.Decoder, file: String) throws {
        try compare(decoder, "\(Place.shared)/models/\(file)")
    }

    private func compare(_ decoder: PackManifest.Decoder, _ path: String) throws {
        let reference = try Place.fixture("places-\(decoder.rawValue).json", as: Reference.self)
        let detector = try FaceDetector(
            runtime: InferenceRuntime(), network: try Place.bytes(of: path),
            description: .init(file: "d", decoder: decoder, input: decoder.usualInput))
        let crowd = MadePicture.crowd()
        let found = try detector.candidates(in: crowd, above: reference.least)
        // The reference also lists cells that lie beyond the picture, in the padding.
        let inside = reference.found.filter { known in
            found.contains { abs($0.box.x - known.box[0]) < 0.01 && abs($0.box.y - known.box[1]) < 0.01 }
        }
        #expect(found.count == inside.count)
        #expect(found.map(\.score) == found.map(\.score).sorted(by: >))
        #expect(found.count >= reference.found.count - 2 && !found.isEmpty)
        for candidate in found {
            #expect(reference.found.contains { $0.agrees(with: candidate) })
        }
        let swapped = try detector.candidates(in: crowd.swapped, above: reference.least)
        #expect(swapped.first?.score != found.first?.score)
    }
}

import Domain
import Inference
import Testing

@Suite("Composed manifest") struct ComposedManifestTests {
    private let scrfd = NetworkShape(
        inputs: [.init(name: "input.1", sizes: [1, 3, nil, nil])],
        outputs: [1, 1, 1, 4, 4, 4, 10, 10, 10].map { .init(name: "o", sizes: [nil, $0]) })
    private let yunet = NetworkShape(
        inputs: [.init(name: "input", sizes: [nil, 3, nil, nil])],
        outputs: [1, 1, 1, 1, 1, 1, 4, 4, 4, 10, 10, 10].map { .init(name: "o", sizes: [nil, nil, $0]) })
    private let arcFace = NetworkShape(
        inputs: [.init(name: "input.1", sizes: [nil, 3, 112, 112])],
        outputs: [.init(name: "683", sizes: [1, 512])])
    private let genderAge = NetworkShape(
        inputs: [.init(name: "data", sizes: [nil, 3, 96, 96])], outputs: [.init(name: "fc1", sizes: [1, 3])])
    private let landmarks = NetworkShape(
        inputs: [.init(name: "data", sizes: [nil, 3, 192, 192])],
        outputs: [.init(name: "fc1", sizes: [1, 212])])

    @Test("a folder in InsightFace's manner explains itself")
    func composes() throws {
        let manifest = try composeManifest(
            files: [
                "det_10g.onnx": scrfd, "w600k_r50.onnx": arcFace, "genderage.onnx": genderAge,
                "2d106det.onnx": landmarks,
            ], choices: PackChoices(name: "buffalo_l"))
        #expect(manifest.detector.file == "det_10g.onnx" && manifest.detector.decoder == .scrfd)
        #expect(
            manifest.detector.input
                == NetworkInput(colourOrder: .rgb, mean: [127.5, 127.5, 127.5], scale: 128))
        #expect(manifest.embedder.file == "w600k_r50.onnx" && manifest.embedder.dimension == 512)
        #expect(manifest.embedder.chipSide == 112 && manifest.metric == .cosine)
        #expect(manifest.licence.commercialUse == .unknown && manifest.licence.summary == "not stated")
        #expect(manifest.licence.commercialUse.words == "not known to be allowed")
        #expect(manifest.weaknesses.contains { $0.contains("not measured") })
    }

    @Test("where several files could do a job the person is asked, and the answer counts")
    func asks() throws {
        let files = ["a.onnx": scrfd, "b.onnx": yunet, "face.onnx": arcFace]
        let error = #expect(throws: PackError.self) {
            try composeManifest(files: files, choices: PackChoices(name: "x"))
        }
        #expect(error?.description.contains("choose one of a.onnx, b.onnx with --detector") == true)
        let chosen = try composeManifest(
            files: files, choices: PackChoices(name: "x", detectorFile: "b.onnx"))
        #expect(chosen.detector.decoder == .yunet && chosen.detector.input.colourOrder == .bgr)
    }

    @Test("all that is missing is named at once")
    func namesAllFaults() {
        let error = #expect(throws: PackError.self) {
            try composeManifest(
                files: ["genderage.onnx": genderAge],
                choices: PackChoices(
                    name: "No Name", detectorFile: "genderage.onnx", embedderFile: "gone.onnx"))
        }
        #expect(error?.faults.count == 3)
        let empty = #expect(throws: PackError.self) {
            try composeManifest(files: [:], choices: PackChoices(name: "x"))
        }
        #expect(empty?.faults.count == 2)
    }

    @Test(
        "the networks of ../shared are told apart and pass the self-test",
        .enabled(if: Place.hasSharedModels, "needs ../shared/models"),
        arguments: ["scrfd_2.5g_bnkps.onnx", "yunet.onnx"])
    func knowsRealNetworks(detector: String) throws {
        let runtime = try InferenceRuntime()
        var networks: [String: [UInt8]] = [:]
        for file in [detector, "mobilefacenet_128.onnx"] {
            networks[file] = try Place.bytes(of: "\(Place.shared)/models/\(file)")
        }
        let shapes = try networks.mapValues { try NetworkShape.describe(network: $0, runtime: runtime) }
        let manifest = try composeManifest(files: shapes, choices: PackChoices(name: "small"))
        #expect(manifest.detector.file == detector && manifest.embedder.dimension == 128)
        let report = try selfTest(
            runtime, manifest: manifest, detectorNetwork: networks[detector] ?? [],
            embedderNetwork: networks["mobilefacenet_128.onnx"] ?? [])
        #expect(report.dimension == 128 && report.facesInNothing == 0)
    }
}

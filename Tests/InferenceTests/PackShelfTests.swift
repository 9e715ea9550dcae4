import Digests
import Domain
import Glibc
import Inference
import Testing

@Suite("Pack shelf") struct PackShelfTests {
    private let data = TemporaryFolder()
    private let builtIn = TemporaryFolder()
    private let source = TemporaryFolder()
    private let shelf: PackShelf

    init() throws {
        try GeneratedPack.write(GeneratedPack.manifest(named: "open"), to: builtIn)
        try GeneratedPack.write(to: source)
        shelf = PackShelf(builtIn: builtIn.path, installed: data.path + "/models")
    }

    @Test("the built-in pack is in use until another is chosen, and can be chosen again")
    func chooses() async throws {
        #expect(try shelf.current().manifest.name == "open")
        _ = try await shelf.install(from: source.path) { _ in }
        #expect(try shelf.current().manifest.name == "open")
        try shelf.use("made")
        #expect(try shelf.current().manifest.name == "made")
        #expect(shelf.list().map(\.name) == ["open", "made"])
        #expect(shelf.list().map(\.isInUse) == [false, true])
        try shelf.use("open")
        #expect(try shelf.current().manifest.name == "open")
    }

    @Test("a pack that is damaged, or was never installed, cannot be chosen; the earlier choice stays")
    func refusesToUse() async throws {
        let pack = try await shelf.install(from: source.path) { _ in }
        try shelf.use("made")
        for name in ["none", "../made", "", "current"] {
            #expect(throws: PackError.self) { try shelf.use(name) }
        }
        truncate(pack.path(of: "face.onnx"), 10)
        #expect(throws: PackError.self) { try shelf.use("made") }
        #expect(try shelf.current().manifest.name == "made")
        try shelf.use("open")
        #expect(try shelf.current().manifest.name == "open")
    }

    @Test("thresholds are written into a manifest with what they rest on, and vectors stay what they are")
    func calibrated() async throws {
        let pack = try await shelf.install(from: source.path) { _ in }
        let evidence = Thresholds.Evidence(
            people: 9, samePairs: 20, differentPairs: 700, falseMatches: 1, falseMatchInterval: [0, 0.01],
            missInterval: [0.1, 0.3], restsOnMargin: true)
        let bar = Thresholds.Bar(distance: 0.4, falseMatchRate: 0.001, missRate: 0.2, evidence: evidence)
        let ask = Thresholds.Bar(distance: 0.6)
        let thresholds = Thresholds(merge: bar, attach: bar, selfie: bar, ask: ask)
        let written = try shelf.set([.children: thresholds], of: "made")
        #expect(written.manifest.thresholds[.children] == thresholds)
        #expect(written.manifest.thresholds[.outdoor] == pack.manifest.thresholds[.outdoor])
        #expect(written.manifest.identity == pack.manifest.identity)
        try written.check()
        #expect(try PackFiles(folder: written.folder, origin: .installed).manifest == written.manifest)
        var wrong = thresholds
        wrong.merge.distance = -1
        #expect(throws: PackError.self) { try shelf.set([.children: wrong], of: "made") }
        #expect(try shelf.pack(named: "made").manifest == written.manifest)
    }

    @Test("a pack whose files are wrong is not installed, and nothing is left behind")
    func refusesDamaged() async throws {
        for file in ["det.onnx", "face.onnx", "LICENSE"] {
            try GeneratedPack.write(to: source)
            truncate("\(source.path)/\(file)", 5)
            let error = await #expect(throws: PackError.self) {
                try await shelf.install(from: source.path) { _ in }
            }
            #expect(error?.description.contains("\(file) is damaged") == true)
            unlink("\(source.path)/\(file)")
            await #expect(throws: PackError.self) { try await shelf.install(from: source.path) { _ in } }
        }
        #expect(shelf.list().map(\.name) == ["open"])
        #expect(names() == [])
    }

    @Test("a new version takes the place of the earlier one only after its self-test")
    func replaces() async throws {
        _ = try await shelf.install(from: source.path) { _ in }
        try shelf.use("made")
        var newer = GeneratedPack.manifest()
        newer.version = "2"
        try GeneratedPack.write(newer, to: source)
        await #expect(throws: PackError("no")) {
            try await shelf.install(from: source.path) { copy in
                #expect(copy.manifest.version == "2")
                try copy.check()
                throw PackError("no")
            }
        }
        #expect(try shelf.current().manifest.version == "1")
        try shelf.current().check()
        _ = try await shelf.install(from: source.path) { _ in }
        #expect(try shelf.current().manifest.version == "2")
        try shelf.current().check()
        #expect(names() == ["current", "made"])
    }

    @Test("a replacement cut off in the middle leaves the earlier pack in use")
    func survivesInterruption() async throws {
        _ = try await shelf.install(from: source.path) { _ in }
        try shelf.use("made")
        let models = data.path + "/models"
        rename(models + "/made", models + "/.earlier-made")
        try shelf.current().check()
        #expect(shelf.list().map(\.name) == ["open", "made"])
        _ = try await shelf.install(from: source.path) { _ in }
        #expect(names() == ["current", "made"])
    }

    @Test("what cut-off installations left is swept up, unless their process runs")
    func sweeps() async throws {
        let models = data.path + "/models"
        mkdir(models, 0o755)
        // No process has a number above 4194304; number 1 always runs.
        for name in [".incoming-two-words-4194999", ".incoming-made-1", ".incoming-odd"] {
            mkdir("\(models)/\(name)", 0o755)
            try data.write([1], to: "models/\(name)/det.onnx")
        }
        try data.write([1], to: "models/.current-4194999")
        _ = try await shelf.install(from: source.path) { _ in }
        #expect(names() == [".incoming-made-1", ".incoming-odd", "made"])
    }

    @Test("a chosen pack that is gone points back to the built-in one")
    func gone() async throws {
        let pack = try await shelf.install(from: source.path) { _ in }
        try shelf.use("made")
        rename(pack.folder, data.path + "/elsewhere")
        let error = #expect(throws: PackError.self) { try shelf.current() }
        #expect(error?.description.contains("likeness models use open") == true)
        try shelf.use("open")
        #expect(try shelf.current().manifest.name == "open")
    }

    @Test("networks without pack.json are installed with a composed manifest and the sums of their copies")
    func installsComposed() async throws {
        unlink(source.path + "/pack.json")
        await #expect(throws: PackError.self) { try await shelf.install(from: source.path) { _ in } }
        let runtime = try InferenceRuntime()
        let composed = try composeManifest(
            files: [
                "det.onnx": .describe(network: GeneratedPack.detector, runtime: runtime),
                "face.onnx": .describe(network: GeneratedPack.embedder, runtime: runtime),
            ], choices: PackChoices(name: "loose", licenceTexts: ["LICENSE"]))
        let pack = try await shelf.install(from: source.path, composed: composed) { copy in
            _ = try selfTest(
                runtime, manifest: copy.manifest, detectorNetwork: try copy.bytes(of: "det.onnx"),
                embedderNetwork: try copy.bytes(of: "face.onnx"))
        }
        try pack.check()
        #expect(pack.manifest.sums["face.onnx"] == SHA256.of(GeneratedPack.embedder))
        #expect(pack.manifest.metric == .cosine && pack.manifest.embedder.dimension == 512)
        #expect(try shelf.pack(named: "loose").manifest == pack.manifest)
    }

    @Test("the built-in pack's name and names that lead elsewhere are refused")
    func refusesNames() async throws {
        for name in ["open", "..", "a/b", "current"] {
            try GeneratedPack.write(GeneratedPack.manifest(named: name), to: source)
            await #expect(throws: PackError.self) { try await shelf.install(from: source.path) { _ in } }
        }
        #expect(names() == [])
    }

    @Test("a broken built-in pack is listed with its faults")
    func listsFaults() throws {
        unlink(builtIn.path + "/det.onnx")
        let entry = try #require(shelf.list().first)
        #expect(throws: PackError.self) { try entry.pack.get() }
    }

    private func names() -> [String] { TemporaryFolder.names(in: data.path + "/models") }
}

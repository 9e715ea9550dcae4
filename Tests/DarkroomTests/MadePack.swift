import Domain
import Inference
import TestSupport

/// A model pack of networks made by arithmetic: it takes bright patches for faces.
enum MadePack {
    static let dimension = 512

    static func install(under folder: ScratchFolder) async throws -> PackFiles {
        try folder.write("source/det.onnx", GeneratedNetworks.detector())
        try folder.write("source/face.onnx", GeneratedNetworks.embedder(dimension: dimension))
        let shelf = PackShelf(builtIn: folder.path(of: "none"), installed: folder.path(of: "models"))
        return try await shelf.install(from: folder.path(of: "source"), composed: manifest) { _ in }
    }

    private static let manifest = PackManifest(
        name: "made", title: "Made by arithmetic", version: "1",
        licence: .init(summary: "none needed", commercialUse: .yes, texts: []),
        detector: .init(
            file: "det.onnx", decoder: .centerface, input: PackManifest.Decoder.centerface.usualInput),
        embedder: .init(
            file: "face.onnx", chipSide: 112, template: FaceTemplate.arcFace.points,
            input: NetworkInput(colourOrder: .rgb, mean: [127.5, 127.5, 127.5], scale: 127.5),
            dimension: dimension),
        metric: .cosine,
        thresholds: Dictionary(
            uniqueKeysWithValues: Preset.allCases.map { preset in
                let bar = Thresholds.Bar(distance: 0.5)
                return (preset, Thresholds(merge: bar, attach: bar, selfie: bar, ask: bar))
            }),
        weaknesses: ["Knows nobody."], sums: [:])
}

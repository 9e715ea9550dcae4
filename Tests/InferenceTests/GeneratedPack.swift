import Digests
import Domain
import Inference
import TestSupport

/// A whole pack of generated networks, 512 numbers by cosine: the common case of a pack that people install.
enum GeneratedPack {
    static let detector = GeneratedNetworks.detector()
    static let embedder = GeneratedNetworks.embedder()
    static let licence = Array("Made by arithmetic; nobody owns it.\n".utf8)

    static func manifest(named name: String = "made") -> PackManifest {
        PackManifest(
            name: name, title: "Generated", version: "1",
            licence: .init(summary: "none needed", commercialUse: .yes, texts: ["LICENSE"]),
            detector: .init(
                file: "det.onnx", decoder: .centerface, input: PackManifest.Decoder.centerface.usualInput),
            embedder: .init(
                file: "face.onnx", chipSide: 112, template: FaceTemplate.arcFace.points,
                input: NetworkInput(colourOrder: .rgb, mean: [127.5, 127.5, 127.5], scale: 127.5),
                dimension: 512),
            metric: .cosine, thresholds: thresholds, weaknesses: ["Knows nobody."],
            sums: [
                "det.onnx": SHA256.of(detector), "face.onnx": SHA256.of(embedder),
                "LICENSE": SHA256.of(licence),
            ])
    }

    static let thresholds = Dictionary(
        uniqueKeysWithValues: Preset.allCases.map { preset in
            let bar = Thresholds.Bar(distance: 0.5)
            return (preset, Thresholds(merge: bar, attach: bar, selfie: bar, ask: bar))
        })

    /// Writes the pack's files; without a manifest the folder looks like networks as people share them.
    static func write(_ manifest: PackManifest? = manifest(), to folder: TemporaryFolder) throws {
        try folder.write(detector, to: "det.onnx")
        try folder.write(embedder, to: "face.onnx")
        try folder.write(licence, to: "LICENSE")
        if let manifest { try folder.write(try manifest.json(), to: "pack.json") }
    }
}

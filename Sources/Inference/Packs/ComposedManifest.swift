internal import Domain

/// What a person says of networks that come without `pack.json`; the rest is found by looking.
package struct PackChoices: Sendable {
    package var name: String
    /// Needed where several files could be the detector.
    package var detectorFile: String?
    package var embedderFile: String?
    /// Licence texts that lie beside the networks.
    package var licenceTexts: [String]

    package init(
        name: String, detectorFile: String? = nil, embedderFile: String? = nil, licenceTexts: [String] = []
    ) {
        self.name = name
        self.detectorFile = detectorFile
        self.embedderFile = embedderFile
        self.licenceTexts = licenceTexts
    }
}

/// A manifest for a pair of networks in InsightFace's manner, from their shapes and a person's choices.
///
/// The sums are left to the installation, which sees the bytes.
package func composeManifest(
    files: [String: NetworkShape], choices: PackChoices
) throws(PackError) -> PackManifest {
    var faults: [String] = []
    let detector = choose("detector", choices.detectorFile, files, &faults) { $0.decoder }
    let embedder = choose("embedder", choices.embedderFile, files, &faults) { $0.dimensionOfChipNetwork }
    if !PackManifest.isPackName(choices.name) {
        faults.append("'\(choices.name.prefix(80))' cannot name a pack: use a-z, 0-9, '.', '_' and '-'.")
    }
    guard let detector, let embedder, faults.isEmpty else { throw PackError(faults) }
    return PackManifest(
        name: choices.name, title: "\(detector.file) with \(embedder.file)", version: "1",
        licence: .init(
            summary: choices.licenceTexts.isEmpty
                ? "not stated" : "see " + choices.licenceTexts.joined(separator: ", "),
            commercialUse: .unknown, texts: choices.licenceTexts),
        detector: .init(file: detector.file, decoder: detector.fact, input: detector.fact.usualInput),
        embedder: .init(
            file: embedder.file, chipSide: FaceTemplate.arcFace.side, template: FaceTemplate.arcFace.points,
            input: NetworkInput(colourOrder: .rgb, mean: [127.5, 127.5, 127.5], scale: 127.5),
            dimension: embedder.fact),
        metric: .cosine, thresholds: arcFaceThresholds,
        weaknesses: [
            "The thresholds are those usual for networks of this kind; they were not measured with this pack.",
            "Nothing is known about which people this pack confuses: run `likeness evaluate` before an event.",
        ],
        sums: [:])
}

extension NetworkShape {
    /// The decoder that reads answers of these shapes; nil for what is no detector of a known kind.
    package var decoder: PackManifest.Decoder? {
        guard inputs.count == 1, let input = inputs.first, input.sizes.count == 4, input.sizes[1] == 3 else {
            return nil
        }
        let lasts = outputs.compactMap { $0.sizes.last ?? nil }.sorted()
        if outputs.map(\.sizes.count) == [4, 4, 4, 4], outputs.map({ $0.sizes[1] }) == [1, 2, 2, 10] {
            return .centerface
        }
        switch lasts {
        case [1, 1, 1, 4, 4, 4, 10, 10, 10] where outputs.count == 9: return .scrfd
        case [1, 1, 1, 1, 1, 1, 4, 4, 4, 10, 10, 10] where outputs.count == 12: return .yunet
        default: return nil
        }
    }

    /// The length of the vector of a network that takes an ArcFace chip; nil for every other network.
    package var dimensionOfChipNetwork: Int? {
        guard inputs.count == 1, let input = inputs.first, input.sizes.count == 4, input.sizes[1] == 3,
            [112, nil].contains(input.sizes[2]), [112, nil].contains(input.sizes[3]),
            outputs.count == 1, let output = outputs.first, let dimension = output.sizes.last ?? nil,
            output.sizes.dropLast().dropFirst().allSatisfy({ $0 == 1 }), (64...4096).contains(dimension)
        else { return nil }
        return dimension
    }
}

extension PackManifest.Decoder {
    /// What detectors of this kind were trained on.
    package var usualInput: NetworkInput {
        switch self {
        case .centerface: NetworkInput(colourOrder: .rgb, mean: [0, 0, 0], scale: 1)
        case .scrfd: NetworkInput(colourOrder: .rgb, mean: [127.5, 127.5, 127.5], scale: 128)
        case .yunet: NetworkInput(colourOrder: .bgr, mean: [0, 0, 0], scale: 1)
        }
    }
}

/// The one file that can do a job, or the one that a person chose; else a fault that names the candidates.
private func choose<Fact>(
    _ job: String, _ chosen: String?, _ files: [String: NetworkShape], _ faults: inout [String],
    fact: (NetworkShape) -> Fact?
) -> (file: String, fact: Fact)? {
    let able = files.sorted { $0.key < $1.key }.compactMap { file, shape in fact(shape).map { (file, $0) } }
    if let chosen {
        if let match = able.first(where: { $0.0 == chosen }) { return match }
        faults.append(
            files[chosen] == nil
                ? "There is no file \(chosen) in the pack: choose the \(job) by the name of its file."
                : "\(chosen) cannot be the \(job): its inputs and outputs have other shapes.")
        return nil
    }
    if able.count == 1 { return able.first }
    let names = able.map(\.0).joined(separator: ", ")
    faults.append(
        able.isEmpty
            ? "No file is a known kind of \(job): \(knownKinds[job] ?? "")."
            : "Several files can be the \(job): choose one of \(names) with --\(job).")
    return nil
}

private let knownKinds = [
    "detector": "SCRFD with landmarks, YuNet or CenterFace", "embedder": "112x112 pixels in, one vector out",
]

/// Distances for cosine networks in ArcFace's manner, one step apart between presets.
private let arcFaceThresholds: [Preset: Thresholds] = {
    func bars(_ merge: Double, _ selfie: Double, _ ask: Double) -> Thresholds {
        Thresholds(
            merge: .init(distance: merge), attach: .init(distance: merge + 0.05),
            selfie: .init(distance: selfie),
            ask: .init(distance: ask))
    }
    return [
        .children: bars(0.37, 0.40, 0.44), .intimate: bars(0.41, 0.45, 0.51),
        .conference: bars(0.45, 0.50, 0.58),
        .outdoor: bars(0.48, 0.53, 0.62),
    ]
}()

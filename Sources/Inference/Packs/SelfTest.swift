internal import Domain

/// What the self-test of a pack found, for the list and the doctor.
package struct SelfTestReport: Sendable, Hashable, Codable {
    package var dimension: Int
    /// Faces seen in a picture without any; a good detector sees none.
    package var facesInNothing: Int
    /// Distance between the vectors of two different made pictures, by the pack's metric.
    package var distanceOfDifferent: Double
}

/// Tries a pack: the detector answers in its decoder's form, and the embedder gives finite vectors of the
/// declared size, equal for equal chips and different for different ones.
package func selfTest(
    _ runtime: InferenceRuntime, manifest: PackManifest, detectorNetwork: [UInt8], embedderNetwork: [UInt8]
) throws(PackError) -> SelfTestReport {
    let facesInNothing = try named(manifest.detector.file) { () throws(InferenceError) in
        let detector = try FaceDetector(
            runtime: runtime, network: detectorNetwork, description: manifest.detector)
        let found = try detector.candidates(
            in: RGBPixels(width: 320, height: 240, filledWith: 128), above: 0.5)
        return suppressed(found, overlap: 0.3).count
    }
    let vectors = try named(manifest.embedder.file) { () throws(InferenceError) in
        let embedder = try FaceEmbedder(
            runtime: runtime, network: embedderNetwork, description: manifest.embedder)
        let side = manifest.embedder.chipSide
        var vectors: [FaceVector] = []
        for seed in [1, 2, 1] { vectors.append(try embedder.vector(of: madeChip(side: side, seed: seed))) }
        return vectors
    }
    guard facesInNothing <= 10 else {
        throw PackError(
            "\(manifest.detector.file) sees \(facesInNothing) faces in an empty picture: "
                + "check its decoder, colour order, mean and scale."
        )
    }
    guard vectors.allSatisfy({ $0.values.allSatisfy(\.isFinite) }) else {
        throw PackError(
            "\(manifest.embedder.file) gives numbers that are not finite: check its mean and scale.")
    }
    guard vectors[0] == vectors[2] else {
        throw PackError("\(manifest.embedder.file) gives different vectors for the same picture.")
    }
    guard vectors[0] != vectors[1] else {
        throw PackError("\(manifest.embedder.file) gives the same vector for different pictures.")
    }
    return SelfTestReport(
        dimension: vectors[0].values.count, facesInNothing: facesInNothing,
        distanceOfDifferent: manifest.metric.distance(vectors[0], vectors[1]))
}

private func named<Result>(
    _ file: String, _ work: () throws(InferenceError) -> Result
) throws(PackError) -> Result {
    do throws(InferenceError) {
        return try work()
    } catch {
        throw PackError("\(file): \(error)")
    }
}

/// Soft waves that differ with the seed: no face, but far from uniform.
private func madeChip(side: Int, seed: Int) -> RGBPixels {
    var chip = RGBPixels(width: side, height: side)
    for y in 0..<side {
        for x in 0..<side {
            for colour in 0..<3 {
                let wave = x * (seed + colour + 1) + y * (4 - colour) * seed
                let folded = wave % 256
                chip.bytes[(y * side + x) * 3 + colour] = UInt8(folded < 128 ? folded * 2 : 511 - folded * 2)
            }
        }
    }
    return chip
}

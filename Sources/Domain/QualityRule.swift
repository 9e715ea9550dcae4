/// The bars a face must clear to be a seed or to be used at all, with their evidence in Docs/Pipeline.md.
package struct QualityRule: Sendable {
    /// Below the first ignored, below the second attach only.
    package var size = (ignored: 36.0, seed: 64.0)
    package var sharpness = (ignored: 0.22, seed: 0.30)
    package var brightness = (ignored: 15.0, seed: 30.0)
    /// Above the first attach only, above the second ignored; degrees either way.
    package var yaw = (seed: 45.0, ignored: 60.0)
    package var brightestSeed = 225.0
    package var mostClippedOfSeed = 0.30
    package var leastContrastOfSeed = 10.0
    package var mostOcclusionOfSeed = 0.5
    package var leastScoreOfSeed = 0.6

    package init() {}

    /// The verdict on a face; where several reasons hold, the one that costs most comes first.
    package func verdict(on quality: FaceQuality, score: Double) -> Verdict {
        let yaw = abs(quality.yaw)
        if quality.size < size.ignored { return Verdict(.ignored, .tiny) }
        if quality.brightness < brightness.ignored { return Verdict(.ignored, .dark) }
        if quality.sharpness < sharpness.ignored { return Verdict(.ignored, .blurred) }
        if yaw > self.yaw.ignored { return Verdict(.ignored, .turned) }
        if quality.size < size.seed { return Verdict(.attach, .small) }
        if yaw >= self.yaw.seed { return Verdict(.attach, .turned) }
        if quality.brightness < brightness.seed { return Verdict(.attach, .dark) }
        if quality.brightness > brightestSeed || quality.clipped > mostClippedOfSeed {
            return Verdict(.attach, .overexposed)
        }
        if quality.contrast < leastContrastOfSeed { return Verdict(.attach, .flat) }
        if quality.sharpness < sharpness.seed { return Verdict(.attach, .soft) }
        if quality.occlusion > mostOcclusionOfSeed { return Verdict(.attach, .covered) }
        if score < leastScoreOfSeed { return Verdict(.attach, .unsure) }
        return Verdict(.seed)
    }
}

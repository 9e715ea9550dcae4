internal import Domain
internal import Inference

/// How faces are looked for: a first pass over the whole picture with a low bar, then a second look, closer,
/// at what is small or unsure. An ordinary photo costs the first pass; a crowd pays for its faces.
///
/// The figures behind the numbers are in Docs/Pipeline.md.
struct LookingRule: Sendable, Equatable {
    /// Longer side of the first pass, in pixels.
    let firstSide: Int
    /// The first pass hands on everything above this score.
    let lowest: Double
    /// Believed at once: this score, or the lower one with a face this large in the first pass.
    let sure: Double
    let sureWhenLarge: Double
    let largeSide = 40.0
    /// How much closer the second look is; absent where there is none.
    let magnification: Double?
    /// What the second look must answer for a face to be believed.
    let accepted: Double
    /// Faces below this size, in pixels of the original, are of no use to anybody, and what looks like one is often
    /// a shelf or a hand: they must be sure.
    let tinySide = 24.0
    /// Whether the detector misses faces so soon as they are large, so that a small pass must always look for them.
    let alwaysGlances: Bool

    /// The rule of a policy for a kind of detector.
    static func rule(for purpose: DevelopOrder.Purpose, decoder: PackManifest.Decoder) -> LookingRule {
        let bars = Bars(of: decoder)
        switch purpose {
        case .selfie:
            return LookingRule(
                firstSide: 640, lowest: bars.sureWhenLarge, sure: bars.sureWhenLarge,
                sureWhenLarge: bars.sureWhenLarge, magnification: nil, accepted: bars.accepted,
                alwaysGlances: bars.missesLargeFaces)
        case .photo(.fast):
            return photo(side: 768, magnification: 4, bars)
        case .photo(.standard):
            return photo(side: 1024, magnification: 4, bars)
        case .photo(.thorough):
            return photo(side: 1408, magnification: 3, bars)
        }
    }

    private static func photo(side: Int, magnification: Double, _ bars: Bars) -> LookingRule {
        LookingRule(
            firstSide: side, lowest: bars.lowest, sure: bars.sure, sureWhenLarge: bars.sureWhenLarge,
            magnification: magnification, accepted: bars.accepted, alwaysGlances: bars.missesLargeFaces)
    }

    /// Whether a closer look that shows this is believed.
    func believes(_ face: Candidate) -> Bool {
        face.score >= (face.box.longerSide < tinySide ? sure : accepted)
    }

    /// Detectors score on scales of their own.
    private struct Bars {
        let lowest: Double
        let sure: Double
        let sureWhenLarge: Double
        let accepted: Double
        /// SCRFD goes blind above some 400 pixels of its picture.
        let missesLargeFaces: Bool

        init(of decoder: PackManifest.Decoder) {
            missesLargeFaces = decoder == .scrfd
            switch decoder {
            case .centerface: (lowest, sure, sureWhenLarge, accepted) = (0.02, 0.6, 0.35, 0.40)
            case .scrfd: (lowest, sure, sureWhenLarge, accepted) = (0.15, 0.65, 0.5, 0.5)
            case .yunet: (lowest, sure, sureWhenLarge, accepted) = (0.3, 0.8, 0.6, 0.6)
            }
        }
    }
}

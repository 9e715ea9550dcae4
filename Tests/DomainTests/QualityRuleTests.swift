import Domain
import Testing

@Suite("Quality rule") struct QualityRuleTests {
    /// One change to a face that would be a seed, and the verdict it leads to.
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let verdict: Verdict
        let change: @Sendable (inout FaceQuality, inout Double) -> Void

        init(
            _ text: String, _ verdict: Verdict,
            _ change: @escaping @Sendable (inout FaceQuality, inout Double) -> Void
        ) {
            testDescription = text
            self.verdict = verdict
            self.change = change
        }
    }

    /// On each side of each bar.
    static let rows = [
        Row("a good face", Verdict(.seed)) { _, _ in },
        Row("35.9 px", Verdict(.ignored, .tiny)) { face, _ in face.size = 35.9 },
        Row("36 px", Verdict(.attach, .small)) { face, _ in face.size = 36 },
        Row("63.9 px", Verdict(.attach, .small)) { face, _ in face.size = 63.9 },
        Row("64 px", Verdict(.seed)) { face, _ in face.size = 64 },
        Row("sharpness .219", Verdict(.ignored, .blurred)) { face, _ in face.sharpness = 0.219 },
        Row("sharpness .22", Verdict(.attach, .soft)) { face, _ in face.sharpness = 0.22 },
        Row("sharpness .299", Verdict(.attach, .soft)) { face, _ in face.sharpness = 0.299 },
        Row("sharpness .30", Verdict(.seed)) { face, _ in face.sharpness = 0.30 },
        Row("brightness 14.9", Verdict(.ignored, .dark)) { face, _ in face.brightness = 14.9 },
        Row("brightness 15", Verdict(.attach, .dark)) { face, _ in face.brightness = 15 },
        Row("brightness 30", Verdict(.seed)) { face, _ in face.brightness = 30 },
        Row("brightness 225", Verdict(.seed)) { face, _ in face.brightness = 225 },
        Row("brightness 226", Verdict(.attach, .overexposed)) { face, _ in face.brightness = 226 },
        Row("clipped .30", Verdict(.seed)) { face, _ in face.clipped = 0.30 },
        Row("clipped .31", Verdict(.attach, .overexposed)) { face, _ in face.clipped = 0.31 },
        Row("yaw 44.9", Verdict(.seed)) { face, _ in face.yaw = 44.9 },
        Row("yaw 45", Verdict(.attach, .turned)) { face, _ in face.yaw = 45 },
        Row("yaw -60", Verdict(.attach, .turned)) { face, _ in face.yaw = -60 },
        Row("yaw -60.1", Verdict(.ignored, .turned)) { face, _ in face.yaw = -60.1 },
        Row("contrast 9.9", Verdict(.attach, .flat)) { face, _ in face.contrast = 9.9 },
        Row("contrast 10", Verdict(.seed)) { face, _ in face.contrast = 10 },
        Row("occlusion .5", Verdict(.seed)) { face, _ in face.occlusion = 0.5 },
        Row("occlusion .51", Verdict(.attach, .covered)) { face, _ in face.occlusion = 0.51 },
        Row("score .59", Verdict(.attach, .unsure)) { _, score in score = 0.59 },
        Row("score .6", Verdict(.seed)) { _, score in score = 0.6 },
        Row("small and dark as night", Verdict(.ignored, .dark)) { face, _ in
            face.size = 50
            face.brightness = 5
        },
        Row("small and soft", Verdict(.attach, .small)) { face, _ in
            face.size = 50
            face.sharpness = 0.25
        },
    ]

    @Test("gives each face its tier and its first reason", arguments: rows)
    func verdicts(row: Row) {
        var face = FaceQuality(
            sharpness: 0.5, brightness: 120, contrast: 40, clipped: 0, yaw: 0, pitch: 0, roll: 0,
            occlusion: 0,
            size: 200)
        var score = 0.9
        row.change(&face, &score)
        #expect(QualityRule().verdict(on: face, score: score) == row.verdict)
    }
}

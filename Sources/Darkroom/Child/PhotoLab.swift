internal import Domain
internal import Glibc
internal import Imaging
internal import Inference

/// The work of one trip: a picture's bytes in, everything the product needs of it out.
///
/// One thread uses it, picture after picture; nothing of one picture reaches the next.
final class PhotoLab {
    private let pack: PackManifest
    private let detector: FaceDetector
    private let embedder: FaceEmbedder
    private let qualityRule = QualityRule()

    init(
        runtime: InferenceRuntime, pack: PackManifest, detectorNetwork: [UInt8], embedderNetwork: [UInt8]
    ) throws(InferenceError) {
        self.pack = pack
        detector = try FaceDetector(runtime: runtime, network: detectorNetwork, description: pack.detector)
        embedder = try FaceEmbedder(runtime: runtime, network: embedderNetwork, description: pack.embedder)
    }

    /// Compiles what the first picture of this kind needs, so that it waits no longer than the thousandth.
    func warmUp(for purpose: DevelopOrder.Purpose) throws(InferenceError) {
        let side = LookingRule.rule(for: purpose, decoder: pack.detector.decoder).firstSide
        try detector.prepare(forWidth: side, height: side * 2 / 3)
        try detector.prepare(forWidth: FaceTemplate.closeUp.side, height: FaceTemplate.closeUp.side)
    }

    func develop(
        descriptor: Int32, order: DevelopOrder, limits: Limits
    ) throws(DevelopError) -> Development {
        var clock = StepClock()
        do {
            let picture = try Negative(reading: descriptor, limits: limits)
            clock.finished("decode")
            let faces = try measuredFaces(in: picture, purpose: order.purpose, clock: &clock)
            let renditions = order.wantsRenditions ? try picture.renditions() : nil
            clock.finished("render")
            return Development(
                facts: picture.facts, faces: faces, preview: renditions?.preview,
                thumbnail: renditions?.thumbnail, cost: clock.seconds)
        } catch let error as PictureError {
            throw error.developError
        } catch {
            // The networks answered for every picture so far: what fails now is this child, and a fresh one may do.
            throw .crashed
        }
    }

    private func measuredFaces(
        in picture: borrowing Negative, purpose: DevelopOrder.Purpose, clock: inout StepClock
    ) throws(InferenceError) -> [Face] {
        let rule = LookingRule.rule(for: purpose, decoder: pack.detector.decoder)
        let found = try FindFaces(detector: detector, rule: rule).faces(in: picture)
        clock.finished("detect")
        var faces: [Face] = []
        for candidate in found { faces.append(try face(candidate, in: picture, clock: &clock)) }
        return faces.sorted(by: Self.largestFirst)
    }

    private func face(
        _ candidate: Candidate, in picture: borrowing Negative, clock: inout StepClock
    ) throws(InferenceError) -> Face {
        let refine = RefineLandmarks(detector: detector)
        let landmarks = try refine.landmarks(of: candidate, in: picture)
        clock.finished("landmarks")
        let quality = FaceQuality(of: candidate.box, landmarks: landmarks, in: picture)
        let verdict = qualityRule.verdict(on: quality, score: candidate.score)
        clock.finished("measure")
        var vector: FaceVector?
        if verdict.tier != .ignored {
            let template = embedder.template
            vector = try embedder.vector(
                of: picture.patch(template.placement(of: landmarks), side: template.side))
            clock.finished("embed")
        }
        return Face(
            box: candidate.box, landmarks: landmarks, score: candidate.score, quality: quality,
            verdict: verdict,
            vector: vector)
    }

    private static func largestFirst(_ first: Face, _ second: Face) -> Bool {
        let (a, b) = (first.box, second.box)
        return (b.area, a.x, a.y) < (a.area, b.x, b.y)
    }
}

/// Seconds of processor time by step.
private struct StepClock {
    private(set) var seconds: [String: Double] = [:]
    private var mark = StepClock.now()

    /// Books the time since the last call under a step's name.
    mutating func finished(_ step: String) {
        let now = Self.now()
        seconds[step, default: 0] += now - mark
        mark = now
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

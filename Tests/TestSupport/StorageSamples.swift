package import Domain

/// Made-up values of the kinds that storage and pipeline handle.
package enum Sample {
    package static let pack = PackFacts(
        name: "sample", identity: "pack-1", dimension: 4, metric: .euclidean,
        thresholds: [
            .conference: Thresholds(
                merge: .init(distance: 0.4), attach: .init(distance: 0.5), selfie: .init(distance: 0.5),
                ask: .init(distance: 0.7))
        ])

    package static let recipe = Recipe(policy: .standard, pack: "pack-1")

    package static func stamp(_ size: Int64 = 10, inode: UInt64 = 7) -> FileStamp {
        FileStamp(sizeInBytes: size, changedInNanoseconds: 1_700_000_000_123_456_789, inode: inode)
    }

    /// A face whose vector starts with `place`, so that two faces lie as far apart as their places.
    package static func face(
        at place: Float = 0, size: Double = 100, _ verdict: Verdict = Verdict(.seed)
    ) -> Face {
        Face(
            box: Box(x: 10.5, y: 20.25, width: size, height: size * 0.75),
            landmarks: (0..<5).map { Point(x: Double($0) + 0.1, y: 30 - Double($0)) }, score: 0.875,
            quality: FaceQuality(
                sharpness: 0.5, brightness: 120, contrast: 40, clipped: 0.01, yaw: -12.5, pitch: 3, roll: 7,
                occlusion: 0.1, size: size),
            verdict: verdict, vector: verdict.tier == .ignored ? nil : FaceVector([place, 0, 0, 0]))
    }

    package static func facts(_ seed: Int = 1) -> PictureFacts {
        let digits = String(seed, radix: 16)
        return PictureFacts(
            format: .jpeg, width: 6000, height: 4000, sizeInBytes: 5_000_000,
            takenAt: CaptureTime(clockInMilliseconds: 1_780_000_000_250, zoneInMinutes: -90),
            camera: Camera(make: "Made", model: "Up", serial: "00-7"),
            contentHash: String(repeating: "0", count: 64 - digits.count) + digits,
            perceptualHash: "0123456789abcdef", profile: "sRGB")
    }

    package static func record(
        _ name: String, _ outcome: PhotoOutcome? = nil, stamp: FileStamp = stamp(), recipe: Recipe = recipe
    ) -> PhotoRecord {
        PhotoRecord(
            name: PhotoName(name), stamp: stamp, recipe: recipe,
            outcome: outcome ?? .developed(facts(), [face()]))
    }
}

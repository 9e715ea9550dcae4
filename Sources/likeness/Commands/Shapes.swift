internal import Domain

/// The shapes of results in JSON, whose names are promises to scripts.
extension JSON {
    static func place(of box: Box) -> JSON {
        .object([
            ("x", .rounded(box.x, 2)), ("y", .rounded(box.y, 2)), ("width", .rounded(box.width, 2)),
            ("height", .rounded(box.height, 2)),
        ])
    }

    static func face(_ face: Face, number: Int) -> JSON {
        .object([
            ("number", .integer(number)),
            ("box", place(of: face.box)),
            ("landmarks", .list(face.landmarks.map { .list([.rounded($0.x, 2), .rounded($0.y, 2)]) })),
            ("score", .rounded(face.score, 4)),
            ("sharpness", .rounded(face.quality.sharpness, 4)),
            ("brightness", .rounded(face.quality.brightness, 2)),
            ("contrast", .rounded(face.quality.contrast, 2)),
            ("clipped", .rounded(face.quality.clipped, 4)),
            ("yaw", .rounded(face.quality.yaw, 2)),
            ("pitch", .rounded(face.quality.pitch, 2)),
            ("roll", .rounded(face.quality.roll, 2)),
            ("occlusion", .rounded(face.quality.occlusion, 4)),
            ("size", .rounded(face.quality.size, 2)),
            ("tier", .text(face.verdict.tier.rawValue)),
            ("reason", .optional(face.verdict.reason?.rawValue)),
        ])
    }

    static func faces(_ faces: [Face]) -> JSON {
        .list(faces.enumerated().map { face($1, number: $0 + 1) })
    }

    static func photo(_ development: Development) -> JSON {
        let facts = development.facts
        return .object([
            ("width", .integer(facts.width)),
            ("height", .integer(facts.height)),
            ("format", .text(facts.format.rawValue)),
            ("sizeInBytes", .integer(facts.sizeInBytes)),
            ("takenAt", .optional(facts.takenAt?.text)),
            (
                "camera",
                .object([
                    ("make", .optional(facts.camera.make)), ("model", .optional(facts.camera.model)),
                    ("serial", .optional(facts.camera.serial)),
                ])
            ),
            ("contentHash", .text(facts.contentHash)),
            ("perceptualHash", .text(facts.perceptualHash)),
            ("profile", .text(facts.profile)),
            ("faces", faces(development.faces)),
        ])
    }
}

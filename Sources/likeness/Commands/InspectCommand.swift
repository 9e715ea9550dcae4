internal import Darkroom
internal import Domain

/// `likeness inspect`: all that the darkroom knows of one photo.
struct InspectCommand: Command {
    static let description = CommandDescription(
        name: "inspect",
        summary:
            "tell all that is found in one photo: facts, faces, their quality and what they are good for",
        details: [
            "Places are in pixels of the upright picture. Faces are numbered from 1, largest first. A face is a "
                + "`seed` (it may form a person), `attach` (it may only join one) or `ignored`, with its reason."
        ],
        places: [photo], options: [policy, json, draw, SharedOptions.replace],
        examples: [
            Example("likeness inspect party.jpg", "a table of the faces in the photo"),
            Example("likeness inspect party.jpg --json", "the same as JSON, for scripts"),
            Example(
                "likeness inspect party.jpg --draw faces.jpg", "a copy with a numbered box around each face"),
        ],
        exits: [(.done, "the photo was opened, with faces or without"), (.failed, "it could not be opened")])

    private static let photo = Place("PHOTO", "the photo to look at")
    private static let policy = SharedOptions.policy
    private static let json = SharedOptions.json
    private static let draw = Option("--draw", "OUT.jpg", "write a copy with a numbered box around each face")

    private let photo: Word
    private let policy: Policy
    private let asJSON: Bool
    private let drawing: Word?
    private let replaces: Bool

    init(_ arguments: Arguments) throws(UsageError) {
        photo = arguments[Self.photo]
        policy = try arguments.choice(Self.policy) ?? .standard
        asJSON = arguments.has(Self.json)
        drawing = arguments[Self.draw]
        replaces = arguments.has(SharedOptions.replace)
    }

    func run() async throws -> ExitCode {
        let opened = try GivenFile.photo(photo, called: "The photo")
        let result = try drawing.map { word throws(Failure) in
            try ResultFile(word, besides: opened, replaces: replaces)
        }
        let wiring = try Wiring()
        let development = try await wiring.withDarkroom(pack: wiring.pack(), policy: policy) { darkroom in
            let order = DevelopOrder(purpose: .photo(policy), wantsRenditions: false)
            let development = try await spoken(about: photo) { () throws(DevelopError) in
                try await darkroom.develop(opened, order: order)
            }
            if let result {
                try result.write(
                    try await spoken(about: photo) { () throws(DevelopError) in
                        try await darkroom.drawing(of: opened, marks: Self.marks(of: development.faces))
                    })
            }
            return development
        }
        Console.print(asJSON ? JSON.photo(development).document : Self.page(development))
        return .done
    }

    private static func marks(of faces: [Face]) -> [Mark] {
        faces.enumerated().map { place, face in
            Mark(box: face.box, landmarks: face.landmarks, label: String(place + 1), tier: face.verdict.tier)
        }
    }

    private static func page(_ development: Development) -> String {
        let facts = development.facts
        let camera = [facts.camera.make, facts.camera.model, facts.camera.serial.map { "serial \($0)" }]
            .compactMap { $0 }
        let rows = [
            (
                "picture",
                "\(facts.width) x \(facts.height), \(facts.format.rawValue), \(sizeText(facts.sizeInBytes))"
            ),
            ("taken at", facts.takenAt?.text ?? "not told by the file"),
            ("camera", camera.isEmpty ? "not told by the file" : camera.joined(separator: ", ")),
            ("colours", facts.profile),
            ("SHA-256", facts.contentHash), ("looks like", facts.perceptualHash),
        ]
        let facesText = development.faces.isEmpty ? "No face was found." : table(of: development.faces)
        return HelpPage.table(rows.map { ($0, shown($1)) }) + "\n\n" + facesText
    }

    static func table(of faces: [Face]) -> String {
        var columns = Columns(
            "face", "tier", "reason", "score", "size", "at", "sharp", "light", "contrast", "yaw", "pitch",
            "roll", "covered")
        for (index, face) in faces.enumerated() {
            let quality = face.quality
            columns.add(
                String(index + 1), face.verdict.tier.rawValue, face.verdict.reason?.rawValue ?? "",
                decimals(face.score, 2),
                decimals(quality.size, 0), "\(decimals(face.box.x, 0)),\(decimals(face.box.y, 0))",
                decimals(quality.sharpness, 2), decimals(quality.brightness, 0),
                decimals(quality.contrast, 0),
                decimals(quality.yaw, 0), decimals(quality.pitch, 0), decimals(quality.roll, 0),
                decimals(quality.occlusion, 2))
        }
        return columns.text
    }
}

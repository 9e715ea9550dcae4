internal import Domain
internal import Pipeline

/// Matches as they are shown: as lines, or as JSON.
struct MatchPage {
    let matches: [Match]
    let asks: [Match]
    let facesOfOtherPacks: Int
    private let face: Face
    private let number: Int

    init(photos: MatchedPhotos, of face: Face, number: Int, limit: Int) {
        matches = Array(photos.matches.prefix(limit))
        asks = Array(photos.asks.prefix(limit))
        facesOfOtherPacks = photos.facesOfOtherPacks
        self.face = face
        self.number = number
    }

    /// A photo with the number that it has in the list and on the contact sheet.
    struct Hit {
        let number: Int
        let match: Match
        let isAsk: Bool
    }

    /// Matches first, then those to ask about, numbered through from 1.
    var hits: [Hit] {
        (matches + asks).enumerated().map { place, match in
            Hit(number: place + 1, match: match, isAsk: place >= matches.count)
        }
    }

    var isEmpty: Bool { matches.isEmpty && asks.isEmpty }

    var text: String {
        let width = String(hits.count).count
        let lines = hits.map { hit in
            let padding = String(repeating: " ", count: width - String(hit.number).count)
            let number = "\(padding)\(hit.number)\(hit.isAsk ? "?" : " ")"
            return "\(number)  \(decimals(hit.match.distance, 3))  \(hit.match.photo.text)"
        }
        let question = asks.isEmpty ? [] : ["Perhaps, to be asked \"is this you?\":"]
        return (lines.prefix(matches.count) + question + lines.dropFirst(matches.count))
            .joined(separator: "\n")
    }

    var json: JSON {
        .object([
            ("matches", .list(hits.filter { !$0.isAsk }.map(Self.json))),
            ("asks", .list(hits.filter(\.isAsk).map(Self.json))),
            ("selfie", .face(face, number: number)), ("facesOfOtherPacks", .integer(facesOfOtherPacks)),
        ])
    }

    private static func json(_ hit: Hit) -> JSON {
        .object([
            ("number", .integer(hit.number)), ("photo", .text(hit.match.photo.text)),
            ("distance", .rounded(hit.match.distance, 6)), ("face", .integer(hit.match.face)),
            ("box", .place(of: hit.match.box)),
        ])
    }
}

/// Why a selfie was not compared, with the faces that were seen on it.
struct SelfieRefusal {
    let exit: ExitCode
    let code: String
    let sentence: String
    let faces: [Face]

    init(_ outcome: MatchOutcome, face: Int?) {
        switch outcome {
        case .found: preconditionFailure("a selfie that was compared is not refused")
        case .noFace:
            self.init(
                .noUsableFace, "no_face", "No face was found on the selfie; try more light, and come nearer.",
                [])
        case .severalFaces(let faces):
            self.init(
                .severalFaces, "several_faces",
                "\(faces.count) faces are on the selfie; choose one with --face N, largest first.", faces)
        case .noSuchFace(let count):
            self.init(
                .wrongUsage, "no_such_face",
                "--face \(face ?? 0) is not there: \(count) \(count == 1 ? "face is" : "faces are") on the selfie.",
                [])
        case .unusable(let face):
            let reason = face.verdict.reason.map(Self.words) ?? "it cannot be used"
            self.init(
                .noUsableFace, "unusable_face",
                "The face cannot be compared: \(reason); take another selfie.", [face])
        }
    }

    private init(_ exit: ExitCode, _ code: String, _ sentence: String, _ faces: [Face]) {
        self.exit = exit
        self.code = code
        self.sentence = sentence
        self.faces = faces
    }

    var table: String { InspectCommand.table(of: faces) }

    var json: JSON {
        .object([("error", .text(code)), ("sentence", .text(sentence)), ("faces", .faces(faces))])
    }

    private static func words(_ reason: Verdict.Reason) -> String {
        switch reason {
        case .tiny, .small: "it is too small"
        case .blurred, .soft: "it is blurred"
        case .dark: "it is too dark"
        case .overexposed: "it is too bright"
        case .flat: "it has too little contrast"
        case .turned: "it is turned away"
        case .covered: "it is covered"
        case .unsure: "it may be no face"
        }
    }
}

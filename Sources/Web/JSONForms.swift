internal import Accounts
internal import Domain
internal import HTTP

/// How things look to those who read the API.
extension JSONValue {
    init(_ event: Event) {
        let settings = event.settings
        self = .object(
            ("id", .text(event.id.text)), ("name", .text(event.name)), ("state", .text(event.state.rawValue)),
            ("createdAt", .integer(event.createdAt)), ("version", .integer(event.version)),
            ("bytes", .integer(event.claimedBytes)),
            (
                "settings",
                .object(
                    ("policy", .text(settings.policy.rawValue)), ("preset", .text(settings.preset.rawValue)),
                    ("grouping", .text(settings.grouping.rawValue)),
                    ("reuploads", .text(settings.reuploads.rawValue)),
                    ("mostBytesOfFile", .optional(settings.mostBytesOfFile)),
                    ("mostBytesOfEvent", .optional(settings.mostBytesOfEvent)),
                    ("mostBytesOfPhotographer", .optional(settings.mostBytesOfPhotographer)),
                    (
                        "distances",
                        settings.distances.map {
                            .object(
                                ("merge", .number($0.merge)), ("attach", .number($0.attach)),
                                ("selfie", .number($0.selfie)), ("ask", .number($0.ask)))
                        } ?? .null
                    ))
            ))
    }

    init(_ photo: PoolPhoto) {
        self = .object(
            ("id", .text(photo.id.text)), ("name", .text(photo.name.text)),
            ("hash", .text(photo.contentHash)),
            ("bytes", .integer(photo.sizeInBytes)), ("state", .text(photo.state.rawValue)),
            (
                "failure",
                photo.failure.map { .object(("code", .text($0.code)), ("message", .text($0.sentence))) }
                    ?? .null
            ), ("isHidden", .truth(photo.isHidden)), ("isInTrash", .truth(photo.isInTrash)),
            ("album", .optional(photo.album?.text)), ("faces", .integer(photo.faces)),
            ("arrivedAt", .integer(photo.arrivedAt)), ("version", .integer(photo.version)))
    }

    init(_ person: Person) {
        self = .object(
            ("id", .text(person.id.text)), ("name", .optional(person.traits.name)),
            ("photos", .integer(person.photos)), ("faces", .integer(person.faces)),
            ("isHidden", .truth(person.traits.isHidden)), ("isIgnored", .truth(person.traits.isIgnored)),
            ("cover", .optional(person.traits.cover?.text)), ("version", .integer(person.version)))
    }

    init(_ face: PersonFace) {
        self = .object(
            ("id", .text(face.id.text)), ("person", .optional(face.person?.text)),
            ("photo", .text(face.photo.text)), ("photoName", .text(face.photoName.text)),
            ("number", .integer(face.number)), ("tier", .text(face.tier.rawValue)),
            (
                "box",
                .list([face.box.x, face.box.y, face.box.width, face.box.height].map { .number($0) })
            ))
    }

    init(_ decision: Decision) {
        self = .object(
            ("number", .integer(decision.number)), ("kind", .text(decision.kind.rawValue)),
            ("at", .integer(decision.act.at)), ("actor", .text(decision.act.actor.word)),
            ("isUndone", .truth(decision.isUndone)))
    }

    init(_ question: OpenQuestion) {
        self = .object(
            ("key", .text(question.key)), ("kind", .text(question.kind.rawValue)),
            ("answers", .list(question.answers.map { .text($0.rawValue) })),
            ("people", .list(question.people.map { .text($0.text) })),
            ("faces", .list([.text(question.first.text), .text(question.second.text)])),
            ("distance", .number(question.distance)), ("weight", .integer(question.weight)))
    }

    init(_ change: Change) {
        self = .object(
            ("number", .integer(change.number)), ("kind", .text(change.kind.rawValue)),
            ("subject", .optional(change.subject?.text)), ("at", .integer(change.act.at)))
    }

    init(_ user: User) {
        self = .object(
            ("id", .text(user.id.text)), ("name", .text(user.name)), ("role", .text(user.role.rawValue)))
    }

    init(_ upload: Upload) {
        self = .object(
            ("id", .text(upload.id.text)), ("name", .text(upload.name.text)),
            ("length", .integer(upload.length)),
            ("offset", .integer(upload.offset)), ("expiresAt", .integer(upload.expiresAt)),
            ("photo", .optional(upload.result?.photo.text)),
            ("result", .optional(upload.result?.way.rawValue)))
    }

    init(_ token: UploadToken, at now: Int64) {
        self = .object(
            ("id", .text(token.id.text)), ("photographer", .text(token.photographer.text)),
            ("createdAt", .integer(token.createdAt)), ("expiresAt", .integer(token.expiresAt)),
            ("isGood", .truth(token.isGood(at: now))))
    }

    /// A part of a list, with where it goes on.
    static func page(_ items: [JSONValue], next: String?) -> JSONValue {
        .object(("items", .list(items)), ("next", .optional(next)))
    }
}

extension Actor {
    fileprivate var word: String {
        switch self {
        case .program: "program"
        case .commandLine: "command-line"
        case .photographer: "photographer"
        case .user: "user"
        }
    }
}

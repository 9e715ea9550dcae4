internal import Accounts
internal import Domain
internal import HTTP
internal import Pipeline

/// How things look to those who read the API.
enum Shapes {
    static let event = Shape<Event>(
        "Event",
        [
            .init("id", .id) { .id($0.id) }, .init("name", .text()) { .text($0.name) },
            .init("state", .word(["open", "archived", "deleting"])) { .text($0.state.rawValue) },
            .init("createdAt", .integer()) { .integer($0.createdAt) },
            .init("version", .integer()) { .integer($0.version) },
            .init("bytes", .integer()) { .integer($0.claimedBytes) },
            .init("settings", settings.schema) { settings($0.settings) },
        ])

    static let settings = Shape<EventSettings>(
        "EventSettings",
        [
            .init("policy", .word(Policy.self)) { .text($0.policy.rawValue) },
            .init("preset", .word(Preset.self)) { .text($0.preset.rawValue) },
            .init("grouping", .word(GroupingMethod.self)) { .text($0.grouping.rawValue) },
            .init("reuploads", .word(EventSettings.Reuploads.self)) { .text($0.reuploads.rawValue) },
            .init("mostBytesOfFile", .orNull(.integer())) { .optional($0.mostBytesOfFile) },
            .init("mostBytesOfEvent", .orNull(.integer())) { .optional($0.mostBytesOfEvent) },
            .init("mostBytesOfPhotographer", .orNull(.integer())) { .optional($0.mostBytesOfPhotographer) },
            .init("distances", .orNull(distances.schema)) { .optional($0.distances.map { distances($0) }) },
        ])

    static let distances = Shape<EventSettings.Distances>(
        "Distances",
        [
            .init("merge", .number) { .number($0.merge) }, .init("attach", .number) { .number($0.attach) },
            .init("selfie", .number) { .number($0.selfie) }, .init("ask", .number) { .number($0.ask) },
        ])

    static let counts = Shape<PhotoCounts>(
        "PhotoCounts",
        [
            .init("total", .integer()) { .integer($0.total) },
            .init(
                "byState",
                .raw(
                    .object(
                        ("type", .text("object")),
                        ("additionalProperties", .object(("type", .text("integer"))))))
            ) { counts in
                .object(
                    counts.byState.sorted { $0.key.rawValue < $1.key.rawValue }.map {
                        JSONValue.Member($0.key.rawValue, .integer($0.value))
                    })
            },
            .init("hidden", .integer()) { .integer($0.hidden) },
            .init("inTrash", .integer()) { .integer($0.inTrash) },
        ])

    static let photo = Shape<PoolPhoto>(
        "Photo",
        [
            .init("id", .id) { .id($0.id) }, .init("name", .text(most: 8000)) { .text($0.name.text) },
            .init("hash", .text(most: 64)) { .text($0.contentHash) },
            .init("bytes", .integer()) { .integer($0.sizeInBytes) },
            .init("state", .word(PhotoState.self)) { .text($0.state.rawValue) },
            .init("failure", .orNull(.members(["code": .text(), "message": .text()]))) { photo in
                photo.failure.map { .object(("code", .text($0.code)), ("message", .text($0.sentence))) }
                    ?? .null
            },
            .init("isHidden", .truth) { .truth($0.isHidden) },
            .init("isInTrash", .truth) { .truth($0.isInTrash) },
            .init("album", .orNull(.id)) { .id($0.album) },
            .init("faces", .integer()) { .integer($0.faces) },
            .init("arrivedAt", .integer()) { .integer($0.arrivedAt) },
            .init("version", .integer()) { .integer($0.version) },
        ])

    static let person = Shape<Person>(
        "Person",
        [
            .init("id", .id) { .id($0.id) }, .init("name", .orNull(.text())) { .optional($0.traits.name) },
            .init("photos", .integer()) { .integer($0.photos) },
            .init("faces", .integer()) { .integer($0.faces) },
            .init("isHidden", .truth) { .truth($0.traits.isHidden) },
            .init("isIgnored", .truth) { .truth($0.traits.isIgnored) },
            .init("cover", .orNull(.id)) { .id($0.traits.cover) },
            .init("version", .integer()) { .integer($0.version) },
        ])

    static let face = Shape<PersonFace>(
        "Face",
        [
            .init("id", .id) { .id($0.id) }, .init("person", .orNull(.id)) { .id($0.person) },
            .init("photo", .id) { .id($0.photo) },
            .init("photoName", .text(most: 8000)) { .text($0.photoName.text) },
            .init("hash", .text(most: 64)) { .text($0.content) },
            .init("number", .integer()) { .integer($0.number) },
            .init("tier", .word(Verdict.Tier.self)) { .text($0.tier.rawValue) },
            .init("box", .list(.number)) { box($0.box) },
            .init("pictureWidth", .integer()) { .integer($0.pictureWidth) },
            .init("pictureHeight", .integer()) { .integer($0.pictureHeight) },
        ])

    static func box(_ box: Box) -> JSONValue {
        .list([box.x, box.y, box.width, box.height].map { .number($0) })
    }

    static let decision = Shape<Decision>(
        "Decision",
        [
            .init("number", .integer()) { .integer($0.number) },
            .init("kind", .word(Decision.Kind.self)) { .text($0.kind.rawValue) },
            .init("at", .integer()) { .integer($0.act.at) },
            .init("actor", actor.schema) { actor($0.act.actor) },
            .init("isUndone", .truth) { .truth($0.isUndone) },
        ])

    static let actor = Shape<Actor>(
        "Actor",
        [
            .init("kind", .word(["program", "command-line", "photographer", "user"])) { .text($0.word) },
            .init("id", .orNull(.id)) { actor in
                switch actor {
                case .program, .commandLine: .null
                case .photographer(let id): .id(id)
                case .user(let id): .id(id)
                }
            },
        ])

    static let question = Shape<OpenQuestion>(
        "Question",
        [
            .init("key", .text()) { .text($0.key) },
            .init("kind", .word(OpenQuestion.Kind.self)) { .text($0.kind.rawValue) },
            .init("answers", .list(.word(OpenQuestion.Answer.self))) { question in
                .list(question.answers.map { .text($0.rawValue) })
            },
            .init("people", .list(.id)) { question in .list(question.people.map { .id($0) }) },
            .init("faces", .list(.id)) { .list([.id($0.first), .id($0.second)]) },
            .init("distance", .number) { .number($0.distance) },
            .init("weight", .integer()) { .integer($0.weight) },
        ])

    /// As listeners hear it.
    static let change = Shape<Change>(
        "Change",
        [
            .init("number", .integer()) { .integer($0.number) },
            .init("kind", .word(Change.Kind.self)) { .text($0.kind.rawValue) },
            .init("subject", .orNull(.id)) { .optional($0.subject?.text) },
            .init("at", .integer()) { .integer($0.act.at) },
        ])

    /// As the record keeps it.
    static let recorded = Shape<Change>(
        "RecordedChange",
        change.members + [
            .init("actor", actor.schema) { actor($0.act.actor) },
            .init("before", .orNull(.facts)) { facts($0.before) },
            .init("after", .orNull(.facts)) { facts($0.after) },
        ])

    static let accountChange = Shape<AccountChange>(
        "AccountChange",
        [
            .init("id", .id) { .id($0.id) },
            .init("kind", .word(AccountChange.Kind.self)) { .text($0.kind.rawValue) },
            .init("subject", .orNull(.id)) { .optional($0.subject?.text) },
            .init("at", .integer()) { .integer($0.act.at) },
            .init("actor", actor.schema) { actor($0.act.actor) },
            .init("before", .orNull(.facts)) { facts($0.before) },
            .init("after", .orNull(.facts)) { facts($0.after) },
        ])

    private static func facts(_ text: String?) -> JSONValue {
        guard let text else { return .null }
        do throws(JSONFault) { return try JSONValue(reading: Array(text.utf8)) } catch { return .null }
    }

    static let user = Shape<User>(
        "User",
        [
            .init("id", .id) { .id($0.id) }, .init("name", .text()) { .text($0.name) },
            .init("role", .orNull(.word(Role.self))) { .optional($0.role?.rawValue) },
            .init("isActive", .truth) { .truth($0.isActive) },
            .init("createdAt", .integer()) { .integer($0.createdAt) },
            .init("version", .integer()) { .integer($0.version) },
        ])

    static let token = Shape<(token: APIToken, now: Int64)>(
        "Token",
        [
            .init("id", .id) { .id($0.token.id) }, .init("name", .text()) { .text($0.token.name) },
            .init("scopes", .list(.word(Permission.self))) { all in
                .list(all.token.scopes.sorted().map { .text($0) })
            },
            .init("event", .orNull(.id)) { .id($0.token.event) },
            .init("createdAt", .integer()) { .integer($0.token.createdAt) },
            .init("expiresAt", .integer()) { .integer($0.token.expiresAt) },
            .init("isGood", .truth) { .truth($0.token.isGood(at: $0.now)) },
        ])

    static let upload = Shape<Upload>(
        "Upload",
        [
            .init("id", .id) { .id($0.id) }, .init("name", .text(most: 8000)) { .text($0.name.text) },
            .init("length", .integer()) { .integer($0.length) },
            .init("offset", .integer()) { .integer($0.offset) },
            .init("expiresAt", .integer()) { .integer($0.expiresAt) },
            .init("photo", .orNull(.id)) { .id($0.result?.photo) },
            .init("result", .orNull(.text())) { .optional($0.result?.way.rawValue) },
        ])

    static let link = Shape<(token: UploadToken, now: Int64)>(
        "UploadLink",
        [
            .init("id", .id) { .id($0.token.id) },
            .init("photographer", .id) { .id($0.token.photographer) },
            .init("createdAt", .integer()) { .integer($0.token.createdAt) },
            .init("expiresAt", .integer()) { .integer($0.token.expiresAt) },
            .init("isGood", .truth) { .truth($0.token.isGood(at: $0.now)) },
        ])

    static let photographer = Shape<Photographer>(
        "Photographer",
        [
            .init("id", .id) { .id($0.id) }, .init("name", .text()) { .text($0.name) },
            .init("bytes", .integer()) { .integer($0.claimedBytes) },
        ])

    static let album = Shape<Album>(
        "Album", [.init("id", .id) { .id($0.id) }, .init("name", .text()) { .text($0.name) }])

    static let guest = Shape<Guest>(
        "Guest",
        [
            .init("id", .id) { .id($0.id) }, .init("name", .text()) { .text($0.details.name) },
            .init("email", .orNull(.text())) { .optional($0.details.email) },
            .init("phone", .orNull(.text())) { .optional($0.details.phone) },
            .init("note", .orNull(.text(most: 4000))) { .optional($0.details.note) },
            .init("source", .word(Guest.Source.self)) { .text($0.source.rawValue) },
            .init("createdAt", .integer()) { .integer($0.createdAt) },
            .init("version", .integer()) { .integer($0.version) },
        ])

    static let job = Shape<WaitingJob>(
        "Job",
        [
            .init("id", .id) { .id($0.job.id) }, .init("stage", .text()) { .text($0.job.stage.rawValue) },
            .init("event", .id) { .id($0.job.event) }, .init("photo", .id) { .id($0.job.subject) },
            .init("state", .word(WaitingJob.State.self)) { .text($0.state.rawValue) },
            .init("attempts", .integer()) { .integer($0.job.attempts) },
            .init("queuedAt", .integer()) { .integer($0.queuedAt) },
            .init("notBefore", .integer()) { .integer($0.notBefore) },
            .init("reason", .orNull(.text())) { .optional($0.reason) },
        ])

    static let work = Shape<QueueFigures>(
        "Work",
        [
            .init("waiting", .integer()) { .integer($0.waiting) },
            .init("running", .integer()) { .integer($0.running) },
            .init("parked", .integer()) { .integer($0.parked) },
            .init("movedAt", .orNull(.integer())) { .optional($0.movedAt) },
        ])

    static let receipt = Shape<DeleteEvent.Receipt>(
        "Receipt",
        [
            .init("event", .id) { .id($0.event) }, .init("name", .text()) { .text($0.name) },
            .init("deletedAt", .integer()) { .integer($0.deletedAt) },
            .init("rowsLeft", .integer()) { .integer($0.rowsLeft) },
            .init("filesLeft", .integer()) { .integer($0.filesLeft) },
            .init("keyIsLeft", .truth) { .truth($0.keyIsLeft) },
            .init("isClean", .truth) { .truth($0.isClean) },
        ])

    static let backup = Shape<Backup>(
        "Backup",
        [
            .init("name", .text()) { .text($0.name) },
            .init("state", .word(Backup.State.self)) { .text($0.state.rawValue) },
            .init("begunAt", .integer()) { .integer($0.begunAt) },
            .init("files", .orNull(.integer())) { .optional($0.files.map { .integer($0) }) },
            .init("holdsDatabase", .orNull(.truth)) { .optional($0.holdsDatabase.map { .truth($0) }) },
            .init("failure", .orNull(.text())) { .optional($0.failure) },
        ])

    static let search = Shape<PersonSearch>(
        "Search",
        [
            .init("id", .id) { .id($0.id) }, .init("consent", .text()) { .text($0.consent) },
            .init("people", .integer()) { .integer($0.people) },
            .init("photos", .integer()) { .integer($0.photos) },
            .init("at", .integer()) { .integer($0.act.at) },
            .init("actor", actor.schema) { actor($0.act.actor) },
        ])

    static let error = Shape<(refusal: Refusal, id: String)>(
        "Error",
        [
            .init(
                "error",
                .object([
                    .init(name: "code", schema: .text(), isNeeded: true),
                    .init(name: "message", schema: .text(), isNeeded: true),
                    .init(name: "requestId", schema: .text(), isNeeded: true),
                ])
            ) { _ in .null }
        ])

    /// All of them, for the document.
    static let definitions: [Definition] =
        [
            Definition(
                name: "Id",
                schema: .raw(
                    .object(
                        ("type", .text("string")),
                        (
                            "pattern",
                            .text(
                                "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-7[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$"
                            )
                        )))),
            event.definition, settings.definition, distances.definition, counts.definition,
            photo.definition, person.definition, face.definition, decision.definition, actor.definition,
            question.definition, change.definition, recorded.definition, accountChange.definition,
            user.definition, token.definition, upload.definition, link.definition,
            photographer.definition, album.definition, guest.definition, job.definition, work.definition,
            receipt.definition, backup.definition, search.definition, error.definition,
        ]
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

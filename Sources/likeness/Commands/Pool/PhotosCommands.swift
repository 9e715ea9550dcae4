internal import Domain
internal import Pipeline
internal import Storage

/// `likeness photos`: where every photo of an event is.
struct PhotosList: Command {
    static let description = CommandDescription(
        name: "photos", summary: "list the photos of an event in the order of their arrival",
        options: [PoolOptions.event, state, album, photographer, trash, hidden, limit, after]
            + PoolOptions.all
            + [SharedOptions.json],
        examples: [
            Example("likeness photos --event Congress", "the first hundred, and the counts of all"),
            Example("likeness photos --event Congress --state failed", "which failed, and why"),
            Example("likeness photos --event Congress --trash", "what was deleted and can be restored"),
        ])

    private static let state = Option("--state", "STATE", "queued, processing, indexed, no-face or failed")
    private static let album = Option("--album", "NAME", "only those of this album")
    private static let photographer = Option(
        "--photographer", "NAME", "only those credited to this photographer")
    private static let trash = Option("--trash", nil, "those in the trash instead")
    private static let hidden = Option("--hidden", nil, "only those that are hidden from guests")
    private static let limit = Option("--limit", "N", "at most so many (100)")
    private static let after = Option("--after", "ID", "go on behind this photo")

    private let event: Word
    private let state: PhotoState?
    private let album: Word?
    private let photographer: Word?
    private let isInTrash: Bool
    private let isHidden: Bool
    private let limit: Int
    private let after: PhotoID?
    private let options: PoolOptions
    private let asJSON: Bool

    init(_ arguments: Arguments) throws(UsageError) {
        event = arguments[needed: PoolOptions.event]
        state = try arguments.choice(Self.state)
        album = arguments[Self.album]
        photographer = arguments[Self.photographer]
        isInTrash = arguments.has(Self.trash)
        isHidden = arguments.has(Self.hidden)
        limit = try arguments.number(Self.limit, in: 1...10_000) ?? 100
        after = try arguments[Self.after].map { word throws(UsageError) in
            guard let id = PhotoID(text: word.text) else {
                throw UsageError("--after is a photo's id, not '\(word.shown)'.")
            }
            return id
        }
        options = PoolOptions(arguments)
        asJSON = arguments.has(SharedOptions.json)
    }

    func run() async throws -> ExitCode {
        let house = try await Wiring().house(options)
        let event = try await house.event(event)
        var filter = PhotoFilter()
        filter.isInTrash = isInTrash
        filter.state = state
        filter.isHidden = isHidden ? true : nil
        if let album { filter.album = try await house.album(album, of: event).id }
        if let photographer { filter.photographer = try await house.photographer(photographer, of: event).id }
        let wanted = filter
        let (photos, counts) = try await spoken(about: house.place) { () async throws(PoolError) in
            (
                try await house.pool.photos(of: event.id, wanted, after: after, limit: limit),
                try await house.pool.counts(of: event.id)
            )
        }
        if asJSON {
            Console.print(
                JSON.object([("counts", .counts(counts)), ("photos", .list(photos.map { JSON.photo($0) }))])
                    .document)
        } else {
            Console.print(Self.text(photos, counts))
            if photos.count == limit, let last = photos.last {
                Console.note("There may be more: --after \(last.id.text) goes on.")
            }
        }
        return .done
    }

    private static func text(_ photos: [PoolPhoto], _ counts: PhotoCounts) -> String {
        let states = [PhotoState.queued, .processing, .indexed, .noFace, .failed].map {
            "\(counts.byState[$0] ?? 0) \($0.rawValue)"
        }
        let head =
            "\(counts.total) photos: \(states.joined(separator: ", ")); \(counts.hidden) hidden, "
            + "\(counts.inTrash) in the trash"
        guard !photos.isEmpty else { return head + "\nNone of them is asked for." }
        var columns = Columns("photo", "id", "state", "faces", "size", "remarks")
        for photo in photos {
            let remarks = [
                photo.isHidden ? "hidden" : nil, photo.isInTrash ? "in the trash" : nil,
                photo.failure.map { "\($0.sentence) [\($0.code)]" },
            ].compactMap { $0 }
            columns.add(
                photo.name.text, photo.id.text, photo.state.rawValue, String(photo.faces),
                sizeText(Int(photo.sizeInBytes)), remarks.joined(separator: "; "))
        }
        return head + "\n\n" + columns.text
    }
}

/// `likeness photos hide`, `show`, `delete`, `restore` and `purge`: what organisers do with photos.
struct PhotosChange: Sendable {
    private let photos: [Word]
    private let event: Word
    private let options: PoolOptions
    private let asJSON: Bool

    static let place = Place("PHOTOS", "photos by name or id", isRepeated: true)

    static func description(
        _ name: String, _ summary: String, _ example: Example, details: [String] = []
    ) -> CommandDescription {
        CommandDescription(
            name: "photos \(name)", summary: summary, details: details, places: [place],
            options: [PoolOptions.event] + PoolOptions.all + [SharedOptions.json], examples: [example])
    }

    init(_ arguments: Arguments) {
        photos = arguments[all: Self.place]
        event = arguments[needed: PoolOptions.event]
        options = PoolOptions(arguments)
        asJSON = arguments.has(SharedOptions.json)
    }

    /// Does something with the photos that were named, and says so.
    func run(
        _ words: String,
        _ change: (Pool, [PhotoID], EventID) async throws(PoolError) -> Void
    ) async throws(Failure) -> ExitCode {
        let house = try await Wiring().house(options)
        let event = try await house.event(event)
        let chosen = try await house.photos(photos, of: event)
        try await spoken(about: house.place) { () async throws(PoolError) in
            try await change(house.pool, chosen.map(\.id), event.id)
        }
        Console.print(
            asJSON
                ? JSON.object([("photos", .list(chosen.map { .text($0.id.text) }))]).document
                : chosen.map { "\($0.name.text) \(words)" }.joined(separator: "\n"))
        return .done
    }
}

struct PhotosHide: Command {
    static let description = PhotosChange.description(
        "hide", "hide photos from guests; they stay in the event",
        Example("likeness photos hide IMG_7.jpg --event Congress", "guests see it no more"))
    private let change: PhotosChange

    init(_ arguments: Arguments) throws(UsageError) { change = PhotosChange(arguments) }

    func run() async throws -> ExitCode {
        try await change.run("is hidden.") { pool, photos, event throws(PoolError) in
            try await pool.setHidden(true, photos, of: event, by: House.act)
        }
    }
}

struct PhotosShow: Command {
    static let description = PhotosChange.description(
        "show", "show hidden photos again",
        Example("likeness photos show IMG_7.jpg --event Congress", "as before"))
    private let change: PhotosChange

    init(_ arguments: Arguments) throws(UsageError) { change = PhotosChange(arguments) }

    func run() async throws -> ExitCode {
        try await change.run("is shown.") { pool, photos, event throws(PoolError) in
            try await pool.setHidden(false, photos, of: event, by: House.act)
        }
    }
}

struct PhotosDelete: Command {
    static let description = PhotosChange.description(
        "delete", "move photos to the trash, from where they can be restored",
        Example("likeness photos delete IMG_7.jpg --event Congress", "to the trash"))
    private let change: PhotosChange

    init(_ arguments: Arguments) throws(UsageError) { change = PhotosChange(arguments) }

    func run() async throws -> ExitCode {
        try await change.run("is in the trash.") { pool, photos, event throws(PoolError) in
            try await pool.setInTrash(true, photos, of: event, by: House.act)
        }
    }
}

struct PhotosRestore: Command {
    static let description = PhotosChange.description(
        "restore", "take photos out of the trash, with everything that was attached to them",
        Example("likeness photos restore IMG_7.jpg --event Congress", "back in the event"))
    private let change: PhotosChange

    init(_ arguments: Arguments) throws(UsageError) { change = PhotosChange(arguments) }

    func run() async throws -> ExitCode {
        try await change.run("is back.") { pool, photos, event throws(PoolError) in
            try await pool.setInTrash(false, photos, of: event, by: House.act)
        }
    }
}

struct PhotosPurge: Command {
    static let description = PhotosChange.description(
        "purge", "remove photos that lie in the trash, for good",
        Example(
            "likeness photos purge IMG_7.jpg --event Congress",
            "its rows go now, its file with the next sweep"))
    private let change: PhotosChange

    init(_ arguments: Arguments) throws(UsageError) { change = PhotosChange(arguments) }

    func run() async throws -> ExitCode {
        try await change.run("is removed.") { pool, photos, event throws(PoolError) in
            let purged = try await pool.purge(photos, of: event, by: House.act)
            // Only what lies in the trash is removed for good.
            guard purged == photos.count else { throw .noSuchPhoto }
        }
    }
}

extension JSON {
    static func photo(_ photo: PoolPhoto) -> JSON {
        .object([
            ("id", .text(photo.id.text)), ("name", .text(photo.name.text)),
            ("state", .text(photo.state.rawValue)), ("faces", .integer(photo.faces)),
            ("sizeInBytes", .integer(Int(photo.sizeInBytes))), ("contentHash", .text(photo.contentHash)),
            ("isHidden", .truth(photo.isHidden)), ("isInTrash", .truth(photo.isInTrash)),
            ("album", .optional(photo.album?.text)), ("arrivedAt", .integer(Int(photo.arrivedAt))),
            (
                "failure",
                photo.failure.map {
                    .object([("code", .text($0.code)), ("sentence", .text($0.sentence))])
                } ?? .null
            ),
        ])
    }
}

internal import Accounts
internal import Domain
internal import HTTP

/// The photos of an event in the order of their arrival, page by page: what arrives meanwhile comes behind.
struct ListPhotos: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/events/:event/photos"
    static let permission = Permission.seePhotos
    let desk: Desk

    struct Input: Sendable {
        let event: EventID
        let filter: PhotoFilter
        let after: PhotoID?
        let limit: Int
    }

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> Input {
        let page = try PageWish(request)
        var filter = PhotoFilter()
        for item in request.target.query {
            switch item.name {
            case "after", "limit": continue
            case "state":
                guard let state = PhotoState(rawValue: item.value) else { throw badFilter(item.name) }
                filter.state = state
            case "album":
                guard let album = AlbumID(text: item.value) else { throw badFilter(item.name) }
                filter.album = album
            case "photographer":
                guard let photographer = PhotographerID(text: item.value) else { throw badFilter(item.name) }
                filter.photographer = photographer
            case "hidden": filter.isHidden = try truth(item)
            case "trash": filter.isInTrash = try truth(item)
            default: throw badFilter(item.name)
            }
        }
        var after: PhotoID?
        if let text = page.after {
            guard let id = PhotoID(text: text) else { throw badFilter("after") }
            after = id
        }
        return Input(event: try request.id("event"), filter: filter, after: after, limit: page.limit)
    }

    private static func truth(_ item: RequestTarget.QueryItem) throws(Refusal) -> Bool {
        switch item.value {
        case "true": true
        case "false": false
        default: throw badFilter(item.name)
        }
    }

    private static func badFilter(_ name: String) -> Refusal {
        Refusal(422, "bad_filter", "Photos are not filtered by this \"\(name)\".")
    }

    func answer(_ input: Input, to guest: Caller) async throws(Refusal) -> Reply {
        _ = try await desk.event(input.event)
        let photos = try await answered { () async throws(PoolError) in
            try await desk.kept.photos(of: input.event, input.filter, after: input.after, limit: input.limit)
        }
        let next = photos.count == input.limit ? photos.last?.id.text : nil
        return Reply(200, .page(photos.map { JSONValue($0) }, next: next))
    }
}

/// One photo with who it was uploaded by.
struct ShowPhoto: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/events/:event/photos/:photo"
    static let permission = Permission.seePhotos
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> (EventID, PhotoID) {
        (try request.id("event"), try request.id("photo"))
    }

    func answer(_ input: (EventID, PhotoID), to guest: Caller) async throws(Refusal) -> Reply {
        let (photo, credits) = try await answered { () async throws(PoolError) in
            let photo = try await desk.kept.photo(input.1.text, of: input.0)
            return (photo, try await desk.kept.credits(of: photo.id))
        }
        return Reply(
            200,
            .object(("photo", JSONValue(photo)), ("photographers", .list(credits.map { .text($0.text) }))))
    }
}

/// Hides photos or moves them to the trash, or brings them back; several at once.
struct EditPhotos: DeskEndpoint {
    static let method = Method.patch
    static let path = "/api/v1/events/:event/photos"
    static let largestBody = 1 << 20
    static let permission = Permission.editPhotos
    let desk: Desk

    struct Input: Sendable {
        let event: EventID
        let photos: [PhotoID]
        let isHidden: Bool?
        let isInTrash: Bool?
    }

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> Input {
        var form = try Form(body)
        let input = Input(
            event: try request.id("event"), photos: try form.ids("photos"),
            isHidden: try form.truth("isHidden"),
            isInTrash: try form.truth("isInTrash"))
        try form.finish()
        return input
    }

    func answer(_ input: Input, to guest: Caller) async throws(Refusal) -> Reply {
        try await answered { () async throws(PoolError) in
            let act = desk.act(guest)
            if let isHidden = input.isHidden {
                try await desk.kept.setHidden(isHidden, input.photos, of: input.event, by: act)
            }
            if let isInTrash = input.isInTrash {
                try await desk.kept.setInTrash(isInTrash, input.photos, of: input.event, by: act)
            }
        }
        return Reply(204)
    }
}

/// Tries failed photos again.
struct RetryPhotos: DeskEndpoint {
    static let method = Method.post
    static let path = "/api/v1/events/:event/photos/retry"
    static let permission = Permission.editPhotos
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> EventID {
        try request.id("event")
    }

    func answer(_ event: EventID, to guest: Caller) async throws(Refusal) -> Reply {
        let queued = try await answered { () async throws(PoolError) in
            try await desk.kept.retry(nil, of: event, by: desk.act(guest))
        }
        desk.kept.ring()
        return Reply(200, .object(("queued", .integer(queued))))
    }
}

/// A preview or a thumbnail. Its address names the content, so it never changes; the right to it is looked at each time it is
/// asked for.
struct ShowRendition: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/events/:event/photos/:photo/renditions/:hash/:kind"
    static let permission = Permission.seePhotos
    let desk: Desk

    struct Input: Sendable {
        let event: EventID
        let photo: PhotoID
        let hash: String
        let kind: RenditionKind
    }

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> Input {
        guard let kind = RenditionKind(rawValue: request.parameters["kind"] ?? "") else { throw .noSuchPage }
        return Input(
            event: try request.id("event"), photo: try request.id("photo"),
            hash: request.parameters["hash"] ?? "", kind: kind)
    }

    func answer(_ input: Input, to guest: Caller) async throws(Refusal) -> Reply {
        let photo = try await answered { () async throws(PoolError) in
            try await desk.kept.photo(input.photo.text, of: input.event)
        }
        guard photo.contentHash == input.hash else { throw Refusal(PoolError.noSuchPhoto) }
        let file: OpenPhoto
        do throws(StorageError) {
            file = try await desk.files.open(.rendition(input.kind, of: input.hash), in: input.event)
        } catch {
            throw Refusal(error)
        }
        return Reply(
            200, [Header("Cache-Control", "private, max-age=31536000, immutable")],
            content: .file(
                FileContent(
                    file, type: "image/jpeg", tag: "\"\(input.hash.prefix(32))-\(input.kind.rawValue)\"")))
    }
}

/// A photo as it was uploaded, for whoever may have it.
struct DownloadOriginal: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/events/:event/photos/:photo/original"
    static let permission = Permission.seeOriginals
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> (EventID, PhotoID) {
        (try request.id("event"), try request.id("photo"))
    }

    func answer(_ input: (EventID, PhotoID), to guest: Caller) async throws(Refusal) -> Reply {
        let photo = try await answered { () async throws(PoolError) in
            try await desk.kept.photo(input.1.text, of: input.0)
        }
        let file: OpenPhoto
        do throws(StorageError) {
            file = try await desk.files.original(photo.contentHash, in: input.0)
        } catch {
            throw Refusal(error)
        }
        return Reply(
            200,
            [
                Header("Content-Disposition", Self.attachment(photo.name.text)),
                Header("Cache-Control", "private, no-cache"),
            ],
            content: .file(
                FileContent(
                    file, type: "application/octet-stream", tag: "\"\(photo.contentHash.prefix(32))\"")))
    }

    /// A name for the file that every browser reads: in plain letters, and as it is (RFC 6266).
    static func attachment(_ name: String) -> String {
        let last = name.split(separator: "/").last.map(String.init) ?? "photo"
        let plain = String(
            decoding: last.utf8.map { byte in
                byte > 0x20 && byte < 0x7F && byte != 0x22 && byte != 0x5C && byte != 0x25 ? byte : 0x5F
            }, as: UTF8.self)
        let whole = last.utf8.map { byte -> String in
            let isSafe =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || [0x2D, 0x2E, 0x5F].contains(byte)
            let digits = String(byte, radix: 16, uppercase: true)
            return isSafe ? String(UnicodeScalar(byte)) : "%" + (digits.count == 1 ? "0" : "") + digits
        }.joined()
        return "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(whole)"
    }
}

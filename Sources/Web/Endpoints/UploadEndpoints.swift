internal import Accounts
internal import Domain
internal import HTTP
internal import Pipeline

/// Uploads by tus 1.0: core, creation, creation-with-upload, checksum, expiration and termination. Pieces go to the disk as
/// they arrive; what is acknowledged is there.
struct Uploads: Sendable {
    let desk: Desk

    static let collection = "/api/v1/events/:event/uploads"
    static let one = "/api/v1/events/:event/uploads/:upload"

    private static let version = Header("Tus-Resumable", "1.0.0")

    /// Those that go together by one path each.
    var table: [Listed] {
        [
            Listed(
                "uploadAbilities", .options, Self.collection, .everybody,
                Says("What of tus is taken here", gives: [204: .nothing])
            ) { request throws(Refusal) in
                _ = try request.id("event") as EventID
                return Self.abilities
            },
            Listed(
                "uploadAbilitiesOfOne", .options, Self.one, .everybody,
                Says("What of tus is taken here", gives: [204: .nothing])
            ) { request throws(Refusal) in
                _ = (try request.id("event") as EventID, try request.id("upload") as UploadID)
                return Self.abilities
            },
            Listed(
                "beginUpload", .post, Self.collection, Self.entrance,
                Says(
                    "Begin an upload by tus 1.0, and send the first piece along where one wants",
                    headers: [
                        Self.tus, ("Upload-Length", .integer(from: 1, to: 1 << 50), true),
                        ("Upload-Metadata", .text(most: 8000), false), Self.checksumHeader,
                    ], takes: .bytes(types: [Self.pieceType]), gives: [201: .nothing],
                    refuses: Self.refusals)
            ) { request throws(Refusal) in try await create(request) },
            Listed(
                "uploadOffset", .head, Self.one, Self.entrance,
                Says(
                    "How far an upload has come, by tus", headers: [Self.tus], gives: [200: .nothing],
                    refuses: [409, 410, 412])
            ) { request throws(Refusal) in try await status(request) },
            Listed(
                "showUpload", .get, Self.one, Self.entrance,
                Says(
                    "How far an upload has come, and what became of it",
                    gives: [200: .json(Shapes.upload.schema)], refuses: [410])
            ) { request throws(Refusal) in
                let (_, upload) = try await found(request)
                return Reply(200, Shapes.upload(upload))
            },
            Listed(
                "sendPiece", .patch, Self.one, Self.entrance,
                Says(
                    "Send a piece, by tus; the last is answered with what became of the photo",
                    headers: [
                        Self.tus, ("Upload-Offset", .integer(to: 1 << 50), true), Self.checksumHeader,
                    ], takes: .bytes(types: [Self.pieceType]), gives: [204: .nothing],
                    refuses: Self.refusals)
            ) { request throws(Refusal) in try await take(request) },
            Listed(
                "endUpload", .delete, Self.one, Self.entrance,
                Says(
                    "Give an upload up, by tus", headers: [Self.tus], gives: [204: .nothing],
                    refuses: Self.refusals)
            ) { request throws(Refusal) in try await end(request) },
            Listed(KnowsContent(desk: desk)),
        ]
    }

    private static let entrance = Entrance.permission(.uploadPhotos)
    private static let refusals: Set<Int> = [409, 410, 412, 413, 415, 422, 423, 460, 507]
    private static let tus = (name: "Tus-Resumable", schema: Schema.word(["1.0.0"]), isNeeded: true)
    private static let checksumHeader = (
        name: "Upload-Checksum", schema: Schema.text(most: 200), isNeeded: false
    )

    private static var abilities: Reply {
        Reply(
            204,
            [
                version, Header("Tus-Version", "1.0.0"),
                Header("Tus-Extension", "creation,creation-with-upload,checksum,expiration,termination"),
                Header("Tus-Checksum-Algorithm", "sha1,sha256"),
            ])
    }

    private func create(_ request: Request) async throws(Refusal) -> Reply {
        let caller = try await desk.admit(request, .uploadPhotos)
        try Self.checkVersion(request)
        guard let text = request.header("upload-length"), let length = Int64(text), length >= 0 else {
            throw Refusal(
                400, "no_length",
                "Say how long the file is, as Upload-Length; a length that is told later is not taken.")
        }
        let told = try Self.metadata(request.header("upload-metadata") ?? "")
        let event: EventID = try request.id("event")
        let photographer: PhotographerID
        if case .photographer(let token) = caller {
            photographer = token.photographer
        } else {
            guard let id = told["photographer"].flatMap({ PhotographerID(text: $0) }) else {
                throw Refusal(
                    422, "no_photographer", "Say whose photo it is, as \"photographer\" in Upload-Metadata.")
            }
            photographer = id
        }
        var offer = UploadOffer(
            event: event, photographer: photographer,
            name: PhotoName(told["filename"] ?? told["name"] ?? "photo"),
            length: length, source: told["source"])
        if let photo = told["replaces"] {
            guard let id = PhotoID(text: photo) else { throw Refusal(PoolError.noSuchPhoto) }
            offer.replaces = id
        }
        if let album = told["album"] {
            guard let id = AlbumID(text: album) else { throw Refusal(PoolError.noSuchAlbum) }
            offer.album = id
        }
        var upload = try await answered { [offer] () async throws(UploadError) in
            try await desk.receive.begin(offer)
        }
        if request.header("content-type") == Self.pieceType { upload = try await receive(request, upload) }
        let place = "/api/v1/events/\(event.text)/uploads/\(upload.id.text)"
        return Reply(201, Self.headers(of: upload) + [Header("Location", place)])
    }

    private func status(_ request: Request) async throws(Refusal) -> Reply {
        let (_, upload) = try await found(request)
        try Self.checkVersion(request)
        return Reply(200, Self.headers(of: upload) + [Header("Upload-Length", String(upload.length))])
    }

    private func take(_ request: Request) async throws(Refusal) -> Reply {
        let (_, upload) = try await found(request)
        try Self.checkVersion(request)
        guard request.header("content-type") == Self.pieceType else {
            throw Refusal(415, "wrong_type", "Pieces come as \(Self.pieceType).")
        }
        guard let text = request.header("upload-offset"), let offset = Int64(text) else {
            throw Refusal(400, "no_offset", "Say where the piece begins, as Upload-Offset.")
        }
        guard offset == upload.offset else { throw Refusal(UploadError.wrongOffset(expected: upload.offset)) }
        return Reply(204, Self.headers(of: try await receive(request, upload)))
    }

    /// Takes the body of a request into an upload. With a checksum it is held until all of it has arrived; else it goes to the
    /// disk in parts, and what has arrived of a broken connection is kept.
    private func receive(_ request: Request, _ upload: Upload) async throws(Refusal) -> Upload {
        let checksum = try request.header("upload-checksum").map { text throws(Refusal) in
            try Self.checksum(text)
        }
        var (upload, held) = (upload, [UInt8]())
        let most = checksum == nil ? Self.partLength : ReceiveUpload.mostBytesOfPiece
        func flush() async throws(Refusal) {
            let (piece, offset, id) = (held, upload.offset, upload.id)
            upload = try await answered { () async throws(UploadError) in
                try await desk.receive.take(piece, of: id, at: offset, checksum: checksum)
            }
            held = []
        }
        do throws(Refusal) {
            while let piece = try await request.body.next() {
                // Growing by doubling would hold twice as much, fifty times over.
                if checksum == nil, held.isEmpty { held.reserveCapacity(Self.roomForPart(of: request)) }
                held += piece
                if checksum != nil, held.count > most {
                    throw Refusal(UploadError.pieceTooLarge(most: most))
                }
                if checksum == nil, held.count >= most { try await flush() }
            }
        } catch {
            if checksum == nil, !held.isEmpty { try await flush() }
            throw error
        }
        if !held.isEmpty || checksum != nil { try await flush() }
        return upload
    }

    /// For a part and the piece that fills it up, and for no more than there is.
    private static func roomForPart(of request: Request) -> Int {
        Int(min(request.body.length ?? .max, Int64(partLength))) + (32 << 10)
    }

    private func end(_ request: Request) async throws(Refusal) -> Reply {
        let (_, upload) = try await found(request)
        try Self.checkVersion(request)
        try await answered { () async throws(UploadError) in try await desk.receive.terminate(upload.id) }
        return Reply(204, [Self.version])
    }

    /// The upload of a request, where it is the caller's.
    private func found(_ request: Request) async throws(Refusal) -> (Caller, Upload) {
        let caller = try await desk.admit(request, .uploadPhotos)
        let (event, id): (EventID, UploadID) = (try request.id("event"), try request.id("upload"))
        let upload = try await answered { () async throws(UploadError) in
            try await desk.receive.status(of: id)
        }
        guard upload.event == event else { throw Refusal(UploadError.noSuchUpload) }
        if case .photographer(let token) = caller, token.photographer != upload.photographer {
            throw Refusal(UploadError.noSuchUpload)
        }
        return (caller, upload)
    }

    private static func headers(of upload: Upload) -> [Header] {
        var headers = [version, Header("Upload-Offset", String(upload.offset))]
        if let result = upload.result {
            headers += [
                Header("Likeness-Photo", result.photo.text), Header("Likeness-Result", result.way.rawValue),
            ]
        } else {
            headers.append(Header("Upload-Expires", HTTPDate.text(upload.expiresAt)))
        }
        return headers
    }

    private static func checkVersion(_ request: Request) throws(Refusal) {
        guard request.header("tus-resumable") == "1.0.0" else {
            throw Refusal(
                412, "tus_version", "Uploads are taken by tus 1.0.0; say so as Tus-Resumable.",
                headers: [Header("Tus-Version", "1.0.0")])
        }
    }

    static func metadata(_ header: String) throws(Refusal) -> [String: String] {
        guard let told = TusHeaders.metadata(Array(header.utf8)) else {
            throw Refusal(400, "bad_metadata", "Upload-Metadata is not written as tus has it.")
        }
        return told
    }

    static func checksum(_ header: String) throws(Refusal) -> PieceChecksum {
        guard let (name, digest) = TusHeaders.checksum(Array(header.utf8)),
            let method = PieceChecksum.Method(rawValue: name)
        else {
            throw Refusal(400, "bad_checksum", "Upload-Checksum is sha1 or sha256 with the sum in base64.")
        }
        return PieceChecksum(method, digest)
    }

    private static let pieceType = "application/offset+octet-stream"
    /// Fifty who upload at once hold fifty of these.
    private static let partLength = 1 << 20
}

/// Asked before a file is sent.
struct KnowsContent: GlanceEndpoint {
    static let method = Method.get
    static let path = "/api/v1/events/:event/contents/:hash"
    static let permission = Permission.uploadPhotos
    static let says = Says(
        "Whether a file of this SHA-256 has to be sent at all",
        gives: [200: .json(.members(["isKnown": .truth]))], refuses: [422])
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> (event: EventID, hash: String) {
        let hash = request.parameters["hash"] ?? ""
        guard hash.utf8.count == 64,
            hash.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
        else {
            throw Refusal(
                422, "bad_hash", "A content is named by its SHA-256, in 64 small hexadecimal digits.")
        }
        return (try request.id("event"), hash)
    }

    func answer(_ input: (event: EventID, hash: String), to guest: Caller) async throws(Refusal) -> Reply {
        Self.reply(
            try await answered { () async throws(PoolError) in
                try await desk.kept.holds(input.hash, in: input.event)
            })
    }

    func answerAtOnce(_ input: (event: EventID, hash: String)) throws(Refusal) -> Reply? {
        try answered { () throws(PoolError) in try desk.kept.holdsAtOnce(input.hash, in: input.event) }
            .map(Self.reply)
    }

    private static func reply(_ isKnown: Bool) -> Reply { Reply(200, .object(("isKnown", .truth(isKnown)))) }
}

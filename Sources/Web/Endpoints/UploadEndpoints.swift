internal import Accounts
internal import Domain
internal import FoundationEssentials
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
    var routes: [Route] {
        [
            Route(.options, Self.collection) { _ throws(Refusal) in Self.abilities },
            Route(.options, Self.one) { _ throws(Refusal) in Self.abilities },
            Route(.post, Self.collection) { request throws(Refusal) in try await create(request) },
            Route(.head, Self.one) { request throws(Refusal) in try await status(request) },
            Route(.get, Self.one) { request throws(Refusal) in
                let (_, upload) = try await found(request)
                return Reply(200, JSONValue(upload))
            },
            Route(.patch, Self.one) { request throws(Refusal) in try await take(request) },
            Route(.delete, Self.one) { request throws(Refusal) in try await end(request) },
            // Whether a file has to be sent at all.
            Route(.get, "/api/v1/events/:event/contents/:hash") { request throws(Refusal) in
                try await isKnown(request)
            },
        ]
    }

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

    private func isKnown(_ request: Request) async throws(Refusal) -> Reply {
        _ = try await desk.admit(request, .uploadPhotos)
        let event: EventID = try request.id("event")
        let hash = request.parameters["hash"] ?? ""
        guard hash.utf8.count == 64,
            hash.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
        else {
            throw Refusal(
                422, "bad_hash", "A content is named by its SHA-256, in 64 small hexadecimal digits.")
        }
        let isKnown = try await answered { () async throws(PoolError) in
            try await desk.kept.holds(hash, in: event)
        }
        return Reply(200, .object(("isKnown", .truth(isKnown))))
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

    /// "filename d29ybGQ=,flag": names with values in base64.
    static func metadata(_ header: String) throws(Refusal) -> [String: String] {
        let fault = Refusal(400, "bad_metadata", "Upload-Metadata is not written as tus has it.")
        var told: [String: String] = [:]
        for pair in header.split(separator: ",") {
            let sides = pair.split(separator: " ")
            guard let name = sides.first, sides.count <= 2, told[String(name)] == nil, told.count < 32 else {
                throw fault
            }
            guard sides.count == 2 else {
                told[String(name)] = ""
                continue
            }
            guard let bytes = Data(base64Encoded: String(sides[1])),
                let text = String(validating: bytes, as: UTF8.self),
                text.utf8.count <= 1024, !text.utf8.contains(0)
            else { throw fault }
            told[String(name)] = text
        }
        return told
    }

    static func checksum(_ header: String) throws(Refusal) -> PieceChecksum {
        let sides = header.split(separator: " ")
        guard sides.count == 2, let method = PieceChecksum.Method(rawValue: String(sides[0])),
            let digest = Data(base64Encoded: String(sides[1]))
        else {
            throw Refusal(400, "bad_checksum", "Upload-Checksum is sha1 or sha256 with the sum in base64.")
        }
        return PieceChecksum(method, Array(digest))
    }

    private static let pieceType = "application/offset+octet-stream"
    /// Fifty who upload at once hold fifty of these.
    private static let partLength = 1 << 20
}

/// A moment as headers have it.
enum HTTPDate {
    static func text(_ milliseconds: Int64) -> String {
        let days = (milliseconds / 86_400_000, Int(milliseconds / 1000 % 86_400))
        let (year, month, day) = civil(days.0)
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][Int(days.0 % 7)]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let seconds = days.1
        return
            "\(weekday), \(two(day)) \(months[month - 1]) \(year) \(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60)) GMT"
    }

    /// The date of a day since 1970, by eras of four hundred years that begin in March.
    private static func civil(_ days: Int64) -> (year: Int64, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let ofEra = shifted - era * 146_097
        let year = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * year + year / 4 - year / 100)
        let month = (5 * ofYear + 2) / 153
        let day = Int(ofYear - (153 * month + 2) / 5 + 1)
        let civilMonth = Int(month < 10 ? month + 3 : month - 9)
        return (year + era * 400 + (civilMonth <= 2 ? 1 : 0), civilMonth, day)
    }
}

internal import Accounts
internal import Domain
internal import HTTP
internal import Pipeline

/// A preview or a thumbnail. Its address names the content, so it never changes; the right to it is looked at each time it is
/// asked for.
struct ShowRendition: GlanceEndpoint {
    static let method = Method.get
    static let path = "/api/v1/events/:event/photos/:photo/renditions/:hash/:kind"
    static let permission = Permission.seePhotos
    static let says = Says(
        "A preview or a thumbnail; its address names the content, so it never changes",
        gives: [
            200: .bytes(types: ["image/jpeg"]), 206: .bytes(types: ["image/jpeg"]), 304: .nothing,
        ], refuses: [416])
    let desk: Desk

    /// For one browser and no proxy, and as long as it likes.
    static let forEver = "private, max-age=31536000, immutable"

    struct Input: Sendable {
        let event: EventID
        let photo: PhotoID
        let hash: String
        let kind: RenditionKind

        var file: PhotoFile { .rendition(kind, of: hash) }
    }

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> Input {
        guard let kind = RenditionKind(rawValue: request.parameters["kind"] ?? "") else { throw .noSuchPage }
        return Input(
            event: try request.id("event"), photo: try request.id("photo"),
            hash: request.parameters["hash"] ?? "", kind: kind)
    }

    func answer(_ input: Input, to guest: Caller) async throws(Refusal) -> Reply {
        let content = try await answered { () async throws(PoolError) in
            try await desk.kept.content(of: input.photo, in: input.event)
        }
        guard content == input.hash else { throw Refusal(PoolError.noSuchPhoto) }
        do throws(StorageError) {
            return Self.reply(try await desk.files.open(input.file, in: input.event), input)
        } catch {
            throw Refusal(error)
        }
    }

    func answerAtOnce(_ input: Input) throws(Refusal) -> Reply? {
        let content = try answered { () throws(PoolError) in
            try desk.kept.contentAtOnce(of: input.photo, in: input.event)
        }
        guard let content else { return nil }
        guard content == input.hash else { throw Refusal(PoolError.noSuchPhoto) }
        do throws(StorageError) {
            return try desk.files.openHere(input.file, in: input.event).map { Self.reply($0, input) }
        } catch {
            throw Refusal(error)
        }
    }

    private static func reply(_ file: OpenPhoto, _ input: Input) -> Reply {
        // An event's page asks for hundreds of these: it is put together in one piece.
        var tag = ""
        tag.reserveCapacity(input.hash.utf8.count + 16)
        for part in ["\"", input.hash, "-", input.kind.rawValue, "\""] { tag += part }
        return Reply(
            200, [Header("Cache-Control", forEver)],
            content: .file(FileContent(file, type: "image/jpeg", tag: tag)))
    }
}

/// A photo as it was uploaded, for whoever may have it.
struct DownloadOriginal: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/events/:event/photos/:photo/originals/:hash"
    static let permission = Permission.seeOriginals
    static let says = Says(
        "A photo as it was uploaded",
        gives: [
            200: .bytes(types: ["application/octet-stream"]),
            206: .bytes(types: ["application/octet-stream"]), 304: .nothing,
        ], refuses: [416])
    let desk: Desk

    struct Input: Sendable {
        let event: EventID
        let photo: PhotoID
        let hash: String
    }

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> Input {
        Input(
            event: try request.id("event"), photo: try request.id("photo"),
            hash: request.parameters["hash"] ?? "")
    }

    func answer(_ input: Input, to guest: Caller) async throws(Refusal) -> Reply {
        let photo = try await answered { () async throws(PoolError) in
            try await desk.kept.photo(input.photo.text, of: input.event)
        }
        guard photo.contentHash == input.hash else { throw Refusal(PoolError.noSuchPhoto) }
        let file: OpenPhoto
        do throws(StorageError) {
            file = try await desk.files.original(photo.contentHash, in: input.event)
        } catch {
            throw Refusal(error)
        }
        return Reply(
            200,
            [
                Header("Content-Disposition", Self.attachment(photo.name.text)),
                Header("Cache-Control", ShowRendition.forEver),
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

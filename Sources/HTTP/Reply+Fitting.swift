/// What becomes of a reply by what the request says of its sender: nothing new, a part of a file, packed for the way.
extension Reply {
    func fitted(to request: Request) async -> Reply {
        if let fitted = fittedAtOnce(to: request) { return fitted }
        return await packedElsewhere()
    }

    /// Nil where it is to be packed, and is so long that nobody can wait for it here.
    func fittedAtOnce(to request: Request) -> Reply? {
        guard status == 200, request.method == .get || request.method == .head else { return self }
        switch content {
        case .none, .events: return self
        case .bytes(let bytes, let type):
            return isKnown(to: request) ? unchanged : packed(bytes, type, for: request)
        case .asset(let asset): return fitted(asset, to: request)
        case .file(let file):
            var reply = self
            reply.headers.reserveCapacity(headers.count + 2)
            if let tag = file.tag { reply.headers.append(Header("ETag", tag)) }
            reply.headers.append(Header("Accept-Ranges", "bytes"))
            return reply.isKnown(to: request) ? reply.unchanged : reply.part(of: file, for: request)
        }
    }

    /// Whether the client has the very same already. Where both are asked the tag counts and the date does not.
    private func isKnown(to request: Request) -> Bool {
        if let known = request.header("if-none-match") {
            guard let tag = header("etag") else { return false }
            return HeaderLists.tags(Array(known.utf8), contain: tag, strongly: false)
        }
        guard let since = request.header("if-modified-since").flatMap(HTTPDate.seconds),
            header("etag") == nil,
            let changed = header("last-modified").flatMap(HTTPDate.seconds)
        else { return false }
        return changed <= since
    }

    private var unchanged: Reply {
        var reply = self
        reply.status = 304
        reply.content = .none
        return reply
    }

    private func fitted(_ asset: Asset, to request: Request) -> Reply {
        var reply = self
        let packed = mayBePacked && request.acceptsGzip ? asset.packed : nil
        reply.headers.append(Header("ETag", packed == nil ? asset.tag : asset.packedTag))
        if asset.packed != nil { reply.headers.append(Header("Vary", "Accept-Encoding")) }
        if reply.isKnown(to: request) { return reply.unchanged }
        if packed != nil { reply.headers.append(Header("Content-Encoding", "gzip")) }
        reply.content = .bytes(packed ?? asset.plain, type: asset.type)
        return reply
    }

    private func packed(_ bytes: [UInt8], _ type: String, for request: Request) -> Reply? {
        // A strong tag promises these very bytes, and is sent back to edit by; a weak one stands for both forms.
        guard mayBePacked, bytes.count >= Gzip.fewestBytes, Gzip.isWorthwhile(type),
            header("etag").map({ $0.hasPrefix("W/") }) ?? true,
            header("set-cookie") == nil, header("content-encoding") == nil
        else { return self }
        var reply = self
        reply.headers.append(Self.varies)
        guard request.acceptsGzip else { return reply }
        guard bytes.count <= Gzip.mostBytesAtOnce else { return nil }
        return reply.holding(Gzip.packed(bytes), type)
    }

    /// Not on the library's thread, where an answer may have begun.
    @concurrent private func packedElsewhere() async -> Reply {
        guard case .bytes(let bytes, let type) = content else { return self }
        var reply = self
        reply.headers.append(Self.varies)
        return reply.holding(Gzip.packed(bytes), type)
    }

    private func holding(_ short: [UInt8]?, _ type: String) -> Reply {
        guard let short else { return self }
        var reply = self
        reply.headers.append(Header("Content-Encoding", "gzip"))
        reply.content = .bytes(short, type: type)
        return reply
    }

    private static let varies = Header("Vary", "Accept-Encoding")

    private func part(of file: FileContent, for request: Request) -> Reply {
        guard let wish = request.header("range"), request.method == .get else { return self }
        // A part of something else than the client has would be of no use to it.
        if let condition = request.header("if-range") {
            let isSame = file.tag.map {
                HeaderLists.tags(Array(condition.utf8), contain: $0, strongly: true) && condition != "*"
            }
            guard isSame == true else { return self }
        }
        var reply = self
        switch ByteRange(Array(wish.utf8), of: file.size) {
        case .whole: return self
        case .part(let range):
            reply.status = 206
            reply.headers.append(
                Header("Content-Range", "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(file.size)"))
            reply.content = .file(file.part(range))
            return reply
        case .nowhere:
            var refused = Reply(
                Refusal(416, "no_such_part", "The file has no such part."), to: request.number)
            refused.headers.append(Header("Content-Range", "bytes */\(file.size)"))
            return refused
        }
    }
}

extension Request {
    fileprivate var acceptsGzip: Bool {
        header("accept-encoding").map { HeaderLists.acceptsGzip(Array($0.utf8)) } ?? false
    }
}

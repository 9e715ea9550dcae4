package import Domain
internal import Glibc

/// An open file to be sent, or a part of it.
package struct FileContent: Sendable {
    private let file: OpenPhoto
    package let type: String
    /// In quotation marks; the same for the same bytes.
    package let tag: String?
    fileprivate(set) var range: Range<Int64>

    package init(_ file: OpenPhoto, type: String, tag: String?) {
        self.file = file
        self.type = type
        self.tag = tag
        range = 0..<file.stamp.sizeInBytes
    }

    package var size: Int64 { file.stamp.sizeInBytes }

    /// A descriptor of its own for whoever sends it, to be closed by them; nil where the system has none left.
    func descriptor() -> Int32? {
        let copy = fcntl(file.descriptor, F_DUPFD_CLOEXEC, 0)
        return copy < 0 ? nil : copy
    }
}

extension Reply {
    /// What becomes of a reply by the conditions that the request sets: nothing new, or a part of a file.
    func fitted(to request: Request) -> Reply {
        guard status == 200, case .file(var file) = content else { return self }
        var reply = self
        reply.headers.append(Header("Accept-Ranges", "bytes"))
        if let tag = file.tag {
            reply.headers.append(Header("ETag", tag))
            if let known = request.header("if-none-match"),
                HeaderLists.tags(Array(known.utf8), contain: tag, strongly: false)
            {
                reply.status = 304
                reply.content = .none
                return reply
            }
        }
        guard let wish = request.header("range"), request.method == .get else { return reply }
        // A part of something else than the client has would be of no use to it.
        if let condition = request.header("if-range") {
            let isSame = file.tag.map {
                HeaderLists.tags(Array(condition.utf8), contain: $0, strongly: true) && condition != "*"
            }
            guard isSame == true else { return reply }
        }
        switch ByteRange(Array(wish.utf8), of: file.size) {
        case .whole: return reply
        case .part(let range):
            reply.status = 206
            reply.headers.append(
                Header("Content-Range", "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(file.size)"))
            file.range = range
            reply.content = .file(file)
            return reply
        case .nowhere:
            var refused = Reply(
                Refusal(416, "no_such_part", "The file has no such part."), id: request.id)
            refused.headers.append(Header("Content-Range", "bytes */\(file.size)"))
            return refused
        }
    }
}

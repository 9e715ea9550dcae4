/// One request, with its body still on the way.
package struct Request: Sendable {
    package let method: Method
    package let target: RequestTarget
    /// From the pattern of its endpoint.
    package var parameters: [String: String] = [:]
    package let headers: [Header]
    /// What the log and the answer call it.
    package let id: String
    /// Whoever sent it; behind a proxy of ours whom the proxy names.
    package let client: ClientAddress
    /// Whether it came over TLS, here or at a proxy of ours.
    package let isSecure: Bool
    package let body: RequestBody

    package init(
        method: Method, target: RequestTarget, headers: [Header] = [], id: String = "-",
        client: ClientAddress = .unknown, isSecure: Bool = false, body: RequestBody = RequestBody([])
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.id = id
        self.client = client
        self.isSecure = isSecure
        self.body = body
    }

    /// The first header of this name, which is written in small letters.
    package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    package func query(_ name: String) -> String? { target.query.first { $0.name == name }?.value }

    package func cookie(_ name: String) -> String? {
        header("cookie").flatMap { HeaderLists.cookie(name, in: Array($0.utf8)) }
    }

    /// The whole body where it is no longer than that.
    package func bytes(atMost most: Int) async throws(Refusal) -> [UInt8] {
        if let length = body.length, length > Int64(most) { throw .tooLarge }
        var bytes: [UInt8] = []
        while let piece = try await body.next() {
            guard bytes.count + piece.count <= most else { throw .tooLarge }
            bytes += piece
        }
        return bytes
    }
}

/// Who is at the other end.
package struct ClientAddress: Sendable, Hashable {
    package let text: String

    package init(_ text: String) { self.text = text }

    package static let unknown = ClientAddress("unknown")
}

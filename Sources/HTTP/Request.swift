/// One request, with its body still on the way.
package final class Request: Sendable {
    package let method: Method
    package let target: RequestTarget
    /// From the pattern of its endpoint.
    package let parameters: Parameters
    private let lines: HeaderLines
    /// What the log and the answer call it.
    package let number: RequestNumber
    /// Whoever sent it; behind a proxy of ours whom the proxy names.
    package let client: ClientAddress
    /// Whether it came over TLS, here or at a proxy of ours.
    package let isSecure: Bool
    package let body: RequestBody

    package init(
        method: Method, target: RequestTarget, parameters: Parameters = Parameters(),
        headers: HeaderLines = HeaderLines([]),
        number: RequestNumber = .next(), client: ClientAddress = .unknown, isSecure: Bool = false,
        body: RequestBody = .nothing
    ) {
        self.method = method
        self.target = target
        self.parameters = parameters
        lines = headers
        self.number = number
        self.client = client
        self.isSecure = isSecure
        self.body = body
    }

    package var headers: [Header] { lines.all }

    /// The first header of this name, which is written in small letters.
    package func header(_ name: String) -> String? { lines.value(of: name) }

    package func query(_ name: String) -> String? { target.query.first { $0.name == name }?.value }

    package func cookie(_ name: String) -> String? { lines.cookie(name) }

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

/// The values of a path's parameters, by name.
package struct Parameters: Sendable {
    private let names: [String]
    private let values: [String]

    /// A path has a few of them: to look through them is quicker than to sort them into a table.
    package init(_ names: [String] = [], _ values: [String] = []) {
        self.names = names
        self.values = values
    }

    package subscript(name: String) -> String? { names.firstIndex(of: name).map { values[$0] } }
}

/// Who is at the other end.
package struct ClientAddress: Sendable, Hashable {
    package let text: String

    package init(_ text: String) { self.text = text }

    package static let unknown = ClientAddress("unknown")
}

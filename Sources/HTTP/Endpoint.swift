/// One thing that can be asked for: a method at a path, and nothing else of the address.
///
/// `read` is pure, so that reading is tested without a server. Whoever may not come in is turned away by `admit`, before
/// the first byte of a body is taken.
package protocol Endpoint: Sendable {
    associatedtype Asker: Sendable
    associatedtype Input: Sendable

    static var method: Method { get }
    /// Pieces that begin with a colon are parameters: `/api/v1/events/:event`.
    static var path: String { get }
    /// How long a body may be.
    static var largestBody: Int { get }

    func admit(_ request: Request) async throws(Refusal) -> Asker
    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> Input
    func answer(_ input: Input, to guest: Asker) async throws(Refusal) -> Reply
    /// The whole way: in, read, answered.
    func respond(to request: Request) async throws(Refusal) -> Reply
    /// The same for a request without a body, where nothing has to be waited for; nil where it has.
    func respondAtOnce(to request: Request) throws(Refusal) -> Reply?
}

extension Endpoint {
    package static var largestBody: Int { 0 }

    package func respond(to request: Request) async throws(Refusal) -> Reply {
        let guest = try await admit(request)
        let body = Self.largestBody > 0 ? try await request.bytes(atMost: Self.largestBody) : []
        return try await answer(try Self.read(request, body), to: guest)
    }

    package func respondAtOnce(to request: Request) throws(Refusal) -> Reply? { nil }
}

/// An endpoint in the table of a server.
package struct Route: Sendable {
    package let method: Method
    package let path: String
    let respond: @Sendable (Request) async throws(Refusal) -> Reply
    let respondAtOnce: @Sendable (Request) throws(Refusal) -> Reply?

    package init(_ endpoint: some Endpoint) {
        let kind = type(of: endpoint)
        method = kind.method
        path = kind.path
        respond = { request async throws(Refusal) in try await endpoint.respond(to: request) }
        respondAtOnce = { request throws(Refusal) in try endpoint.respondAtOnce(to: request) }
    }

    /// One that reads its body by itself, as uploads do.
    package init(
        _ method: Method, _ path: String,
        _ respond: @escaping @Sendable (Request) async throws(Refusal) -> Reply
    ) {
        self.method = method
        self.path = path
        self.respond = respond
        respondAtOnce = { _ in nil }
    }
}

internal import Accounts
internal import Domain
internal import HTTP

/// What the document says of an endpoint.
struct Says: Sendable {
    let summary: String
    /// What may stand behind the question mark.
    var query: KeyValuePairs<String, Schema> = [:]
    /// Headers of the request, with whether they must be there.
    var headers: [(name: String, schema: Schema, isNeeded: Bool)] = []
    var takes: Body = .nothing
    var gives: [Int: Body] = [:]
    /// Statuses of refusals beside those that follow from the rest.
    var refuses: Set<Int> = []

    enum Body: Sendable {
        case nothing
        case json(Schema)
        /// Bytes of one of these types.
        case bytes(types: [String])
        case events
    }

    init(
        _ summary: String, query: KeyValuePairs<String, Schema> = [:],
        headers: [(name: String, schema: Schema, isNeeded: Bool)] = [], takes: Body = .nothing,
        gives: [Int: Body], refuses: Set<Int> = []
    ) {
        self.summary = summary
        self.query = query
        self.headers = headers
        self.takes = takes
        self.gives = gives
        self.refuses = refuses
    }

    static let limit = Schema.integer(from: 1, to: 1000)
    static let ifMatch = (
        name: "If-Match", schema: Schema.pattern("^\"[0-9]{1,18}\"$"), isNeeded: true
    )
    static let onceKey = (
        name: "Idempotency-Key", schema: Schema.pattern("^[!-~]{1,200}$"), isNeeded: false
    )
}

/// Who may come in, in the words of the document.
enum Entrance: Sendable {
    case everybody
    /// Somebody signed in, with a browser's cookie; no program.
    case session
    case permission(Permission)
}

/// An endpoint that the document describes.
protocol Described: Endpoint {
    static var says: Says { get }
    static var entrance: Entrance { get }
}

/// One line of the table: where it is, what it does, and what is said of it.
struct Listed: Sendable {
    let route: Route
    let name: String
    let says: Says
    let entrance: Entrance

    init(_ endpoint: some Described) {
        let kind = type(of: endpoint)
        route = Route(endpoint)
        let typeName = String(describing: kind)
        name = typeName.prefix(1).lowercased() + typeName.dropFirst()
        says = kind.says
        entrance = kind.entrance
    }

    init(
        _ name: String, _ method: Method, _ path: String, _ entrance: Entrance, _ says: Says,
        _ respond: @escaping @Sendable (Request) async throws(Refusal) -> Reply
    ) {
        route = Route(method, path, respond)
        self.name = name
        self.says = says
        self.entrance = entrance
    }

    var parameters: [String] {
        route.path.split(separator: "/").filter { $0.hasPrefix(":") }.map { String($0.dropFirst()) }
    }

    var isChange: Bool { ![.get, .head, .options].contains(route.method) }

    /// Every status that may answer.
    var statuses: Set<Int> { Set(says.gives.keys).union(refusals) }

    /// Those that follow from what an endpoint is, and its own.
    var refusals: Set<Int> {
        var all: Set<Int> = [400, 429, 500, 503]
        switch entrance {
        case .everybody: if isChange { all.insert(403) }
        case .session, .permission: all.formUnion([401, 403])
        }
        if !parameters.isEmpty { all.insert(404) }
        if !says.query.isEmpty { all.insert(422) }
        switch says.takes {
        case .nothing: break
        case .json, .bytes, .events: all.formUnion([413, 422])
        }
        if says.headers.contains(where: { $0.name == "If-Match" }) { all.formUnion([412, 428]) }
        if says.headers.contains(where: { $0.name == "Idempotency-Key" }) { all.formUnion([409, 422]) }
        if isChange, !parameters.isEmpty { all.formUnion([409, 507]) }
        return all.union(says.refuses)
    }
}

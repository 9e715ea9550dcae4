import Testing

@testable import HTTP

@Suite("The table of endpoints") struct RouterTests {
    private static let paths: [(HTTP.Method, String)] = [
        (.get, "/"), (.get, "/events"), (.post, "/events"), (.get, "/events/:event"),
        (.delete, "/events/:event"), (.get, "/events/new"), (.get, "/events/:event/photos/:photo"),
        (.head, "/events/:event/photos/:photo"), (.get, "/eventsX/:any/"), (.options, "/up"),
    ]
    private let router = Router(
        paths.map { method, path in Route(method, path) { _ throws(Refusal) in Reply(200) } })

    private func found(_ method: HTTP.Method, _ path: String) -> String? {
        guard let target = RequestTarget(Array(path.utf8)) else { return nil }
        switch router.find(method, target) {
        case .nothing: return "nothing"
        case .otherMethod(let allowed): return "only " + allowed.map(\.rawValue).joined(separator: " ")
        case .route(let place, let parameters):
            let values = ["event", "photo", "any"].compactMap { name in
                parameters[name].map { "\(name)=\($0)" }
            }
            return ([Self.paths[place].0.rawValue, Self.paths[place].1] + values).joined(separator: " ")
        }
    }

    @Test("finds each by its pieces, literals first, and is not misled by what is encoded or empty")
    func find() {
        for (method, path, expected) in [
            (.get, "/", "GET /"), (.head, "/", "GET /"), (.get, "/events", "GET /events"),
            (.get, "/events?a=b", "GET /events"), (.post, "/events", "POST /events"),
            (.get, "/events/new", "GET /events/new"),
            (.get, "/events/newer", "GET /events/:event event=newer"),
            (.get, "/events/ne", "GET /events/:event event=ne"), (.get, "/%65vents", "GET /events"),
            (.get, "/events/%6Eew", "GET /events/new"),
            (.get, "/events/a%2Fb", "GET /events/:event event=a/b"),
            (.get, "/events/%C3%A4", "GET /events/:event event=ä"),
            (.get, "/events/1/photos/2", "GET /events/:event/photos/:photo event=1 photo=2"),
            (.head, "/events/1/photos/2", "HEAD /events/:event/photos/:photo event=1 photo=2"),
            (.head, "/events/1", "GET /events/:event event=1"),
            (.get, "/eventsX/1/", "GET /eventsX/:any/ any=1"), (.get, "/events/", "nothing"),
            (.get, "/events//photos/2", "nothing"), (.get, "/events/1/photos", "nothing"),
            (.get, "/event", "nothing"), (.get, "/eventsX", "nothing"), (.get, "/eventsX/1", "nothing"),
            (.get, "//events", "nothing"), (.get, "/events/new/photos/1", "nothing"),
            (.put, "/events", "only GET HEAD OPTIONS POST"), (.get, "/up", "only OPTIONS"),
            (.get, "/events/..", nil), (.get, "/events/%2E%2e", nil), (.get, "/./events", nil),
            (.get, "/events/...", "GET /events/:event event=..."), (.get, "/events/%", nil),
            (.get, "/events/%00", nil), (.get, "/events/%FF", nil), (.get, "events", nil),
        ] as [(HTTP.Method, String, String?)] {
            #expect(found(method, path) == expected, "\(method.rawValue) \(path)")
        }
    }
}

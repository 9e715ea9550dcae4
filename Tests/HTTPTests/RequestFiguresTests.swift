import Testing

@testable import HTTP

@Suite("Figures of requests") struct RequestFiguresTests {
    private let routes = [
        Route(.get, "/a/:b") { _ throws(Refusal) in Reply(200) },
        Route(.post, "/c") { _ throws(Refusal) in Reply(200) },
    ]

    @Test("are told by endpoint, with times, and never by what an address or a body says")
    func figures() {
        let figures = RequestFigures(routes)
        for (route, status) in [(0, 200), (0, 200), (0, 503), (nil, 404), (99, 404), (1, 0)] as [(Int?, Int)]
        {
            var access = Access()
            access.route = route
            access.status = status
            access.bytesIn = 5
            access.bytesOut = 7
            figures.note(access)
        }
        let text = figures.text([("likeness_x", "Of x.", 3)])
        for line in [
            "likeness_http_requests_total{method=\"GET\",path=\"/a/:b\",status=\"2xx\"} 2",
            "likeness_http_requests_total{method=\"GET\",path=\"/a/:b\",status=\"5xx\"} 1",
            "likeness_http_requests_total{method=\"\",path=\"\",status=\"4xx\"} 2",
            "likeness_http_requests_total{method=\"POST\",path=\"/c\",status=\"gone\"} 1",
            "likeness_http_request_seconds_bucket{method=\"GET\",path=\"/a/:b\",le=\"+Inf\"} 3",
            "likeness_http_request_seconds_count{method=\"GET\",path=\"/a/:b\"} 3",
            "likeness_http_bytes_total{method=\"GET\",path=\"/a/:b\",direction=\"out\"} 21", "likeness_x 3.0",
            "# TYPE likeness_http_request_seconds histogram",
        ] { #expect(text.contains("\n\(line)\n"), "\(line) in \(text)") }
    }

    @Test("are logged in one line with nothing of the sender")
    func line() throws {
        var access = Access()
        let number = RequestNumber.next()
        access.id = number
        access.method = .get
        access.route = 0
        access.status = 200
        let value = try JSONValue(reading: Array(access.line(routes).utf8))
        #expect(value["path"] == .text("/a/:b") && value["id"] == .text(number.text))
        guard case .object(let members) = value else { return }
        #expect(
            members.map(\.name) == ["id", "method", "path", "status", "bytesIn", "bytesOut", "milliseconds"])
    }
}

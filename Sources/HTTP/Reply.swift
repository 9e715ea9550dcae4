/// What a request is answered with.
package struct Reply: Sendable {
    package var status: Int
    package var headers: [Header]
    package var content: Content

    package enum Content: Sendable {
        case none
        case bytes([UInt8], type: String)
        case file(FileContent)
        case events(EventStream)
    }

    package init(_ status: Int, _ headers: [Header] = [], content: Content = .none) {
        self.status = status
        self.headers = headers
        self.content = content
    }

    package init(_ status: Int, _ json: JSONValue, _ headers: [Header] = []) {
        self.init(status, headers, content: .bytes(json.bytes, type: "application/json"))
    }

    package init(_ refusal: Refusal, id: String) {
        let error = JSONValue.object(
            ("code", .text(refusal.code)), ("message", .text(refusal.sentence)), ("requestId", .text(id)))
        self.init(refusal.status, .object(("error", error)), refusal.headers)
    }
}

/// What a request is answered with.
package struct Reply: Sendable {
    package var status: Int
    package var headers: [Header]
    package var content: Content
    /// Whether it may be packed for the way.
    ///
    /// Whoever sees how long packed replies are, and can put words of their own into them, learns letter by letter what else
    /// is in them (BREACH). So a reply that holds a secret (a token, a proof, a code) sets this to false; and nothing is
    /// packed but what was asked for with GET, answered with 200 and sets no cookie, since all else tends to say back what it
    /// was sent.
    package var mayBePacked = true

    package enum Content: Sendable {
        case none
        case bytes([UInt8], type: String)
        case asset(Asset)
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

    /// - Parameter number: of the request; nil where this is kept for later ones.
    package init(_ refusal: Refusal, to number: RequestNumber?) {
        let error = JSONValue.object(
            ("code", .text(refusal.code)), ("message", .text(refusal.sentence)),
            ("requestId", .text(number?.text ?? "-")))
        self.init(refusal.status, .object(("error", error)), refusal.headers)
    }

    /// The first header of this name, in whatever letters.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name }?.value
    }

    /// The same with a secret in it: never packed.
    package var withSecret: Reply {
        var reply = self
        reply.mayBePacked = false
        return reply
    }
}

internal import Domain
internal import HTTP

/// The document of the API, made of its table: what is not in the one is not in the other.
struct OpenAPI: Sendable {
    let table: [Listed]
    let definitions: [Definition]

    var json: JSONValue {
        var paths: [(path: String, operations: [JSONValue.Member])] = []
        for listed in table {
            let path = Self.template(listed.route.path)
            let operation = JSONValue.Member(
                listed.route.method.rawValue.lowercased(), self.operation(listed))
            if let place = paths.firstIndex(where: { $0.path == path }) {
                paths[place].operations.append(operation)
            } else {
                paths.append((path, [operation]))
            }
        }
        return .object(
            ("openapi", .text("3.1.0")),
            (
                "info",
                .object(
                    ("title", .text("Likeness")), ("version", .text("1")),
                    (
                        "description",
                        .text(
                            "Photos of events, delivered to the people in them. Times are milliseconds since 1970 in UTC, ids are UUIDs. Every refusal has a stable code."
                        )
                    ))
            ),
            ("paths", .object(paths.map { JSONValue.Member($0.path, .object($0.operations)) })),
            (
                "components",
                .object(
                    (
                        "schemas",
                        .object(definitions.map { JSONValue.Member($0.name, $0.schema.json) })
                    ),
                    (
                        "securitySchemes",
                        .object(
                            (
                                "session",
                                .object(
                                    ("type", .text("apiKey")), ("in", .text("cookie")),
                                    ("name", .text("likeness")))
                            ),
                            (
                                "proof",
                                .object(
                                    ("type", .text("apiKey")), ("in", .text("header")),
                                    ("name", .text("X-Likeness-Proof")))
                            ),
                            (
                                "token",
                                .object(("type", .text("http")), ("scheme", .text("bearer")))
                            ))
                    ))
            ))
    }

    private func operation(_ listed: Listed) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("operationId", .text(listed.name)), .init("summary", .text(listed.says.summary)),
            .init("security", Self.security(listed)), .init("parameters", .list(Self.parameters(listed))),
        ]
        if let content = Self.content(listed.says.takes) {
            // Where every member may be left out, so may the body.
            let isNeeded =
                if case .json(.object(let all)) = listed.says.takes { all.contains(where: \.isNeeded) } else {
                    true
                }
            members.append(
                .init("requestBody", .object(("required", .truth(isNeeded)), ("content", content))))
        }
        members.append(.init("responses", Self.responses(listed)))
        return .object(members)
    }

    private static func security(_ listed: Listed) -> JSONValue {
        let session: JSONValue =
            listed.isChange
            ? .object(("session", .list([])), ("proof", .list([]))) : .object(("session", .list([])))
        return switch listed.entrance {
        case .everybody: .list([])
        case .session: .list([session])
        case .permission: .list([session, .object(("token", .list([])))])
        }
    }

    private static func parameters(_ listed: Listed) -> [JSONValue] {
        func parameter(_ name: String, _ place: String, _ isNeeded: Bool, _ schema: Schema) -> JSONValue {
            .object(
                ("name", .text(name)), ("in", .text(place)), ("required", .truth(isNeeded)),
                ("schema", schema.json))
        }
        return listed.parameters.map { parameter($0, "path", true, Self.schema(ofParameter: $0)) }
            + listed.says.query.map { parameter($0.key, "query", false, $0.value) }
            + listed.says.headers.map { parameter($0.name, "header", $0.isNeeded, $0.schema) }
    }

    private static func schema(ofParameter name: String) -> Schema {
        switch name {
        case "hash":
            .raw(.object(("type", .text("string")), ("pattern", .text("^[0-9a-f]{64}$"))))
        case "kind": .word(RenditionKind.self)
        default: .id
        }
    }

    private static func content(_ body: Says.Body) -> JSONValue? {
        switch body {
        case .nothing: nil
        case .json(let schema): .object(("application/json", .object(("schema", schema.json))))
        case .bytes(let types):
            .object(types.map { .init($0, .object(("schema", .object()))) })
        case .events:
            .object(
                (
                    "text/event-stream",
                    .object(
                        (
                            "schema",
                            .object(
                                ("type", .text("string")), ("contentMediaType", .text("application/json")),
                                ("contentSchema", Shapes.change.schema.json))
                        ))
                ))
        }
    }

    private static func responses(_ listed: Listed) -> JSONValue {
        let given = listed.says.gives.sorted { $0.key < $1.key }.map { status, body in
            JSONValue.Member(
                String(status),
                .object(
                    [.init("description", .text(Self.word(status)))]
                        + (content(body).map { [.init("content", $0)] } ?? [])))
        }
        let refused = listed.refusals.subtracting(listed.says.gives.keys).sorted().map { status in
            JSONValue.Member(
                String(status),
                .object(
                    ("description", .text(Self.word(status))),
                    ("content", content(.json(Shapes.error.schema)) ?? .null)))
        }
        return .object(given + refused)
    }

    private static func word(_ status: Int) -> String {
        switch status {
        case 200: "what was asked for"
        case 201: "made"
        case 202: "begun"
        case 204: "done"
        case 206: "a part of it"
        case 304: "as it was"
        case 400: "not written as requests are"
        case 401: "nobody is signed in, or the password is wrong"
        case 403: "not allowed"
        case 404: "not there"
        case 409: "does not fit to what is there"
        case 410: "gone"
        case 412: "changed by somebody else meanwhile"
        case 413: "too large"
        case 415: "another type than is taken"
        case 416: "no such part"
        case 422: "understood, but wrong"
        case 423: "in somebody's hands"
        case 428: "the version that was read is needed"
        case 429: "too often"
        case 460: "the checksum does not fit"
        case 500: "a mistake of ours"
        case 503: "too much to do, or out of reach"
        case 507: "no room left"
        default: "another answer"
        }
    }

    /// `/events/:event` as documents write it.
    static func template(_ path: String) -> String {
        path.split(separator: "/", omittingEmptySubsequences: false).map { piece in
            piece.hasPrefix(":") ? "{\(piece.dropFirst())}" : String(piece)
        }.joined(separator: "/")
    }
}

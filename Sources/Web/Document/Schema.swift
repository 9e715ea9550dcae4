internal import Domain
internal import HTTP

/// What a piece of JSON has to be: as much of JSON Schema as the API needs.
indirect enum Schema: Sendable {
    case text(most: Int = 1000)
    /// What people call something: more than blanks.
    case name
    /// A text behind a question mark or in a header, which holds no control characters.
    case plain(least: Int = 0, most: Int = 200)
    /// A text of a form of its own.
    case pattern(String)
    case word([String])
    case id
    case integer(from: Int64 = 0, to: Int64 = .max)
    case number
    case truth
    case list(Schema, atLeast: Int = 0, atMost: Int? = nil)
    case object([Member])
    case orNull(Schema)
    case null
    case oneOf([Schema])
    /// Among the document's own.
    case named(String)
    /// Members as the record keeps them: names and texts.
    case facts
    /// Written as it stands.
    case raw(JSONValue)

    struct Member: Sendable {
        let name: String
        let schema: Schema
        let isNeeded: Bool
    }

    static func word<Word: RawRepresentable & CaseIterable>(_: Word.Type) -> Schema
    where Word.RawValue == String { .word(Word.allCases.map(\.rawValue)) }

    /// What a request may send: members that must be there, and others that may.
    static func members(
        _ needed: KeyValuePairs<String, Schema>, maybe: KeyValuePairs<String, Schema> = [:]
    ) -> Schema {
        .object(
            needed.map { Member(name: $0.key, schema: $0.value, isNeeded: true) }
                + maybe.map { Member(name: $0.key, schema: $0.value, isNeeded: false) })
    }

    static func page(of item: Schema) -> Schema {
        .members(["items": .list(item), "next": .orNull(.text())])
    }

    var json: JSONValue {
        switch self {
        case .text(let most):
            .object(
                ("type", .text("string")), ("maxLength", .integer(most)),
                ("pattern", .text("^[^\\u0000]*$")))
        case .name:
            .object(
                ("type", .text("string")), ("maxLength", .integer(200)),
                ("pattern", .text("^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$")))
        case .plain(let least, let most):
            .object(
                ("type", .text("string")), ("minLength", .integer(least)), ("maxLength", .integer(most)),
                ("pattern", .text("^[^\\u0000-\\u001F\\u007F]*$")))
        case .pattern(let pattern): .object(("type", .text("string")), ("pattern", .text(pattern)))
        case .word(let words):
            .object(("type", .text("string")), ("enum", .list(words.map { .text($0) })))
        case .id: .object(("$ref", .text("#/components/schemas/Id")))
        case .integer(let from, let to):
            .object(
                to == .max
                    ? [.init("type", .text("integer")), .init("minimum", .integer(from))]
                    : [
                        .init("type", .text("integer")), .init("minimum", .integer(from)),
                        .init("maximum", .integer(to)),
                    ])
        case .number: .object(("type", .text("number")))
        case .truth: .object(("type", .text("boolean")))
        case .null: .object(("type", .text("null")))
        case .list(let item, let least, let most):
            .object(
                [.init("type", .text("array")), .init("items", item.json)]
                    + (least > 0 ? [.init("minItems", .integer(least))] : [])
                    + (most.map { [.init("maxItems", .integer($0))] } ?? []))
        case .object(let members):
            .object(
                ("type", .text("object")),
                ("properties", .object(members.map { .init($0.name, $0.schema.json) })),
                ("required", .list(members.filter(\.isNeeded).map { .text($0.name) })),
                ("additionalProperties", .truth(false)))
        case .orNull(let schema): .object(("anyOf", .list([schema.json, Schema.null.json])))
        case .oneOf(let all): .object(("oneOf", .list(all.map(\.json))))
        case .named(let name): .object(("$ref", .text("#/components/schemas/\(name)")))
        case .facts:
            .object(
                ("type", .text("object")), ("additionalProperties", .object(("type", .text("string")))))
        case .raw(let value): value
        }
    }
}

/// How a kind of thing looks to those who read the API: what is written and what the document says of it are one list.
struct Shape<Value: Sendable>: Sendable {
    let name: String
    let members: [Member]

    struct Member: Sendable {
        let name: String
        let schema: Schema
        let value: @Sendable (Value) -> JSONValue

        init(_ name: String, _ schema: Schema, _ value: @escaping @Sendable (Value) -> JSONValue) {
            self.name = name
            self.schema = schema
            self.value = value
        }
    }

    init(_ name: String, _ members: [Member]) {
        self.name = name
        self.members = members
    }

    func callAsFunction(_ value: Value) -> JSONValue {
        .object(members.map { JSONValue.Member($0.name, $0.value(value)) })
    }

    /// A part of a list, with where it goes on.
    func page(_ values: [Value], next: String? = nil) -> JSONValue {
        .object(("items", .list(values.map { self($0) })), ("next", .optional(next)))
    }

    /// How others name it.
    var schema: Schema { .named(name) }
    var page: Schema { .page(of: schema) }

    var definition: Definition {
        Definition(
            name: name,
            schema: .object(
                members.map { Schema.Member(name: $0.name, schema: $0.schema, isNeeded: true) }))
    }
}

/// A schema with its name in the document.
struct Definition: Sendable {
    let name: String
    let schema: Schema
}

extension JSONValue {
    static func id<Kind>(_ id: Identifier<Kind>) -> JSONValue { .text(id.text) }
    static func id<Kind>(_ id: Identifier<Kind>?) -> JSONValue { id.map { .text($0.text) } ?? .null }
    static func optional(_ value: JSONValue?) -> JSONValue { value ?? .null }
}

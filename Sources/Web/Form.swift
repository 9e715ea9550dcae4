internal import Accounts
internal import Domain
internal import HTTP

/// The members of a JSON object that a request brings, read one by one; whatever is left over is told, since a misspelt
/// member that is silently ignored is a change that never happens.
struct Form {
    private let members: [JSONValue.Member]
    private var left: Set<String>

    init(_ body: [UInt8]) throws(Refusal) {
        let value: JSONValue
        do throws(JSONFault) { value = try JSONValue(reading: body.isEmpty ? [0x7B, 0x7D] : body) } catch {
            throw Refusal(400, "not_json", "The body is no JSON as it is written: \(error).")
        }
        guard case .object(let members) = value else {
            throw Refusal(400, "not_an_object", "The body must be a JSON object.")
        }
        self.init(members)
    }

    private init(_ members: [JSONValue.Member]) {
        self.members = members
        left = Set(members.map(\.name))
    }

    mutating func value(_ name: String) -> JSONValue? {
        left.remove(name)
        return members.first { $0.name == name }?.value
    }

    func has(_ name: String) -> Bool { members.contains { $0.name == name } }

    mutating func text(_ name: String, atMost most: Int = 1000) throws(Refusal) -> String {
        guard let text = try optionalText(name, atMost: most) else { throw Self.missing(name, "a text") }
        return text
    }

    /// What people call something: without blanks at its ends, and never more than one between words.
    mutating func named(_ name: String) throws(Refusal) -> String {
        let words = try text(name, atMost: 200).split(whereSeparator: \.isWhitespace)
        guard !words.isEmpty else { throw Refusal(PoolError.emptyName) }
        return words.joined(separator: " ")
    }

    mutating func optionalText(_ name: String, atMost most: Int = 1000) throws(Refusal) -> String? {
        switch value(name) {
        case nil, .null: return nil
        case .text(let text) where text.count <= most && !text.utf8.contains(0): return text
        default: throw Self.missing(name, "a text of at most \(most) letters")
        }
    }

    mutating func truth(_ name: String) throws(Refusal) -> Bool? {
        switch value(name) {
        case nil: return nil
        case .truth(let truth): return truth
        default: throw Self.missing(name, "true or false")
        }
    }

    mutating func integer(_ name: String, in range: ClosedRange<Int64>) throws(Refusal) -> Int64? {
        switch value(name) {
        case nil, .null: return nil
        case .integer(let number) where range.contains(number): return number
        default: throw Self.missing(name, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
    }

    mutating func word<Word: RawRepresentable & CaseIterable>(
        _ name: String, _: Word.Type = Word.self
    ) throws(Refusal) -> Word? where Word.RawValue == String {
        guard let text = try optionalText(name) else { return nil }
        guard let word = Word(rawValue: text) else {
            throw Self.missing(name, "one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return word
    }

    mutating func id<Kind>(_ name: String) throws(Refusal) -> Identifier<Kind> {
        guard let id = Identifier<Kind>(text: try text(name)) else { throw Self.missing(name, "an id") }
        return id
    }

    mutating func optionalID<Kind>(_ name: String) throws(Refusal) -> Identifier<Kind>? {
        guard let text = try optionalText(name) else { return nil }
        guard let id = Identifier<Kind>(text: text) else { throw Self.missing(name, "an id") }
        return id
    }

    mutating func ids<Kind>(_ name: String) throws(Refusal) -> [Identifier<Kind>] {
        guard case .list(let values) = value(name), !values.isEmpty, values.count <= 10_000 else {
            throw Self.missing(name, "a list of ids")
        }
        var ids: [Identifier<Kind>] = []
        for value in values {
            guard case .text(let text) = value, let id = Identifier<Kind>(text: text) else {
                throw Self.missing(name, "a list of ids")
            }
            ids.append(id)
        }
        return ids
    }

    func finish() throws(Refusal) {
        guard let unknown = left.min() else { return }
        throw Refusal(422, "unknown_member", "Nobody here knows the member \"\(unknown)\".")
    }

    mutating func number(_ name: String) throws(Refusal) -> Double {
        switch value(name) {
        case .number(let number): return number
        case .integer(let number): return Double(number)
        default: throw Self.missing(name, "a number")
        }
    }

    /// An object inside this one.
    mutating func form(_ name: String) throws(Refusal) -> Form? {
        switch value(name) {
        case nil, .null: return nil
        case .object(let members): return Form(members)
        default: throw Self.missing(name, "an object")
        }
    }

    mutating func forms(_ name: String, atMost most: Int) throws(Refusal) -> [Form] {
        guard case .list(let values) = value(name), (1...most).contains(values.count) else {
            throw Self.missing(name, "a list of 1 to \(most) objects")
        }
        var forms: [Form] = []
        for value in values {
            guard case .object(let members) = value else {
                throw Self.missing(name, "a list of 1 to \(most) objects")
            }
            forms.append(Form(members))
        }
        return forms
    }

    mutating func words<Word: RawRepresentable & CaseIterable>(
        _ name: String, _: Word.Type = Word.self
    ) throws(Refusal) -> [Word] where Word.RawValue == String {
        let fault = Self.missing(
            name, "a list of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
        guard case .list(let values) = value(name), !values.isEmpty, values.count <= 100 else { throw fault }
        var words: [Word] = []
        for value in values {
            guard case .text(let text) = value, let word = Word(rawValue: text) else { throw fault }
            words.append(word)
        }
        return words
    }

    static func missing(_ name: String, _ what: String) -> Refusal {
        Refusal(422, "bad_member", "The member \"\(name)\" must be \(what).")
    }
}

/// Where a list goes on, and how long it may be.
struct PageWish: Sendable, Equatable {
    let after: String?
    let limit: Int

    /// The identifier that a page begins behind.
    func after<Kind>(_: Identifier<Kind>.Type = Identifier<Kind>.self) throws(Refusal) -> Identifier<Kind>? {
        guard let after else { return nil }
        guard let id = Identifier<Kind>(text: after) else { throw Self.badPlace }
        return id
    }

    /// The number that a page begins behind.
    func number() throws(Refusal) -> Int64? {
        guard let after else { return nil }
        guard let number = Int64(after), number >= 0 else { throw Self.badPlace }
        return number
    }

    private static let badPlace = Refusal(
        422, "bad_place", "\"after\" is what an earlier part of the list gave as \"next\".")

    init(_ request: Request) throws(Refusal) {
        after = request.query("after")
        guard let text = request.query("limit") else {
            limit = 100
            return
        }
        guard let number = Int(text), (1...1000).contains(number) else {
            throw Refusal(422, "bad_limit", "The limit is a whole number from 1 to 1000.")
        }
        limit = number
    }
}

/// A part of a list of an event, by the place that it goes on behind.
struct EventPage<Place: Sendable>: Sendable {
    let event: EventID
    let place: Place?
    let limit: Int

    init(_ request: Request, _ place: (PageWish) throws(Refusal) -> Place?) throws(Refusal) {
        try request.allowQuery("after", "limit")
        let page = try PageWish(request)
        event = try request.id("event")
        self.place = try place(page)
        limit = page.limit
    }
}

extension Request {
    func id<Kind>(_ name: String) throws(Refusal) -> Identifier<Kind> {
        try Desk.id(parameters[name] ?? "")
    }

    /// The version that an edit rests on.
    func editedVersion() throws(Refusal) -> Int64 {
        guard let tag = header("if-match") else {
            throw Refusal(
                428, "version_needed",
                "Say which version was read, as If-Match, so that nobody's edit is lost.")
        }
        guard tag.hasPrefix("\""), tag.hasSuffix("\""), let version = Int64(tag.dropFirst().dropLast()) else {
            throw Refusal(400, "bad_version", "If-Match is the version that was read, as its ETag tells it.")
        }
        return version
    }

    /// A query's members are known ones, each told once.
    func allowQuery(_ names: String...) throws(Refusal) {
        var seen: Set<String> = []
        for item in target.query {
            guard names.contains(item.name), seen.insert(item.name).inserted else {
                throw Refusal(
                    422, "unknown_query",
                    "Nobody here knows \"\(item.name)\" behind the question mark, or not twice.")
            }
        }
    }

    /// One of a few words behind the question mark.
    func word<Word: RawRepresentable & CaseIterable>(
        _ name: String, _: Word.Type = Word.self
    ) throws(Refusal) -> Word? where Word.RawValue == String {
        guard let text = query(name) else { return nil }
        guard let word = Word(rawValue: text) else {
            throw Refusal(
                422, "bad_query",
                "\"\(name)\" is one of \(Word.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return word
    }

    func truth(_ name: String) throws(Refusal) -> Bool? {
        switch query(name) {
        case nil: nil
        case "true": true
        case "false": false
        default: throw Refusal(422, "bad_query", "\"\(name)\" is true or false.")
        }
    }

    /// A text behind the question mark, which the database can keep.
    func text(_ name: String, atMost most: Int = 200) throws(Refusal) -> String? {
        guard let text = query(name) else { return nil }
        guard text.count <= most, !text.utf8.contains(0) else {
            throw Refusal(422, "bad_query", "\"\(name)\" is a text of at most \(most) letters.")
        }
        return text
    }

    func idInQuery<Kind>(_ name: String) throws(Refusal) -> Identifier<Kind>? {
        guard let text = query(name) else { return nil }
        guard let id = Identifier<Kind>(text: text) else {
            throw Refusal(422, "bad_query", "\"\(name)\" is an id.")
        }
        return id
    }
}

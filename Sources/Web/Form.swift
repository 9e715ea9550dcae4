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
        self.members = members
        left = Set(members.map(\.name))
    }

    mutating func value(_ name: String) -> JSONValue? {
        left.remove(name)
        return members.first { $0.name == name }?.value
    }

    mutating func text(_ name: String, atMost most: Int = 1000) throws(Refusal) -> String {
        guard let text = try optionalText(name, atMost: most) else { throw Self.missing(name, "a text") }
        return text
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

    static func missing(_ name: String, _ what: String) -> Refusal {
        Refusal(422, "bad_member", "The member \"\(name)\" must be \(what).")
    }
}

/// Where a list goes on, and how long it may be.
struct PageWish: Sendable, Equatable {
    let after: String?
    let limit: Int

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

/// An endpoint behind the desk: whoever asks needs one permission.
protocol DeskEndpoint: Endpoint where Guest == Caller {
    static var permission: Permission { get }
    var desk: Desk { get }
}

extension DeskEndpoint {
    func admit(_ request: Request) async throws(Refusal) -> Caller {
        try await desk.admit(request, Self.permission)
    }
}

extension Request {
    func id<Kind>(_ name: String) throws(Refusal) -> Identifier<Kind> {
        try Desk.id(parameters[name] ?? "")
    }

    /// The version that an edit rests on.
    func editedVersion() throws(Refusal) -> Int64? {
        guard let tag = header("if-match") else { return nil }
        guard let version = Int64(tag.filter { $0 != "\"" }) else {
            throw Refusal(412, "changed_meanwhile", "Send the version that was read, as If-Match.")
        }
        return version
    }
}

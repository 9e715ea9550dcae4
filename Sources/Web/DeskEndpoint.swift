internal import Accounts
internal import Domain
internal import HTTP

/// An endpoint behind the desk: whoever asks needs one permission.
protocol DeskEndpoint: Described where Asker == Caller {
    static var permission: Permission { get }
    var desk: Desk { get }
}

extension DeskEndpoint {
    static var entrance: Entrance { .permission(permission) }

    func admit(_ request: Request) async throws(Refusal) -> Caller {
        try await desk.admit(request, Self.permission)
    }
}

/// An endpoint behind the desk that can often be answered without waiting for anything: nobody is woken for it.
protocol GlanceEndpoint: DeskEndpoint {
    /// As `answer`; nil where it has to wait.
    func answerAtOnce(_ input: Input) throws(Refusal) -> Reply?
}

extension GlanceEndpoint {
    func respondAtOnce(to request: Request) throws(Refusal) -> Reply? {
        guard try desk.admitAtOnce(request, Self.permission) != nil else { return nil }
        return try answerAtOnce(try Self.read(request, []))
    }
}

/// An endpoint for whoever is signed in with a browser.
protocol SessionEndpoint: Described where Asker == SignedIn {
    var desk: Desk { get }
}

extension SessionEndpoint {
    static var entrance: Entrance { .session }

    func admit(_ request: Request) async throws(Refusal) -> SignedIn { try await desk.signedIn(request) }
}

/// An endpoint that everybody may ask, from no other site.
protocol OpenEndpoint: Described where Asker == Visitor {
    var desk: Desk { get }
}

struct Visitor: Sendable {
    let address: String
    let isSecure: Bool
}

extension OpenEndpoint {
    static var entrance: Entrance { .everybody }

    func admit(_ request: Request) async throws(Refusal) -> Visitor {
        try desk.refuseOtherSites(request)
        return Visitor(address: request.client.text, isSecure: request.isSecure)
    }
}

package import Accounts
package import Domain
internal import HTTP
package import Pipeline

/// All that endpoints work with.
package struct Desk: Sendable {
    package typealias Kept = AccountKeeping & EventKeeping & PhotoKeeping & PeopleKeeping & UploadKeeping
        & JobKeeping & GuestKeeping & OnceKeeping

    let kept: any Kept
    let files: any PhotoFileKeeping
    let receive: ReceiveUpload
    let people: WarmPeople
    let secrets: any SecretMaking
    let sessions: Sessions
    let signIn: SignIn
    let staff: Staff
    let stream: ChangeStream
    let deletion: DeleteEvent
    let vault: any VectorSealing
    let darkroom: any FaceLooking
    let crops = FaceCrops()
    let backups: any BackingUp
    /// Where people find the server: what their links begin with, without a slash at its end.
    let address: String
    let now: @Sendable () -> Int64

    package init(
        kept: any Kept, files: any PhotoFileKeeping, receive: ReceiveUpload, people: WarmPeople,
        secrets: any SecretMaking, sessions: Sessions, signIn: SignIn, deletion: DeleteEvent,
        vault: any VectorSealing, darkroom: any FaceLooking, backups: any BackingUp,
        address: String, now: @escaping @Sendable () -> Int64
    ) {
        self.kept = kept
        self.files = files
        self.receive = receive
        self.people = people
        self.secrets = secrets
        self.sessions = sessions
        self.signIn = signIn
        self.deletion = deletion
        self.vault = vault
        self.darkroom = darkroom
        self.backups = backups
        self.address = address
        self.now = now
        staff = Staff(kept: kept, secrets: secrets, sessions: sessions, now: now)
        stream = ChangeStream(kept: kept)
    }

    /// A fresh code for the first set-up; nil where that was done.
    package func setUpCode() async throws(AccountError) -> String? { try await signIn.setUpCode() }

    /// Ends what listens, so that a server can stop.
    package func close() async { await stream.close() }

    /// Where somebody sets a password by a token that works once.
    package static func passwordLink(_ token: String, at address: String) -> String {
        address + PasswordPage.path + "#" + token
    }

    func act(_ caller: Caller) -> Act { Act(by: caller.actor ?? .program, at: now()) }

    /// Browsers say which site a request comes from: nobody is signed in, or does anything, from another one.
    func refuseOtherSites(_ request: Request) throws(Refusal) {
        guard let site = request.header("sec-fetch-site"), !["same-origin", "none"].contains(site) else {
            return
        }
        throw Refusal(403, "other_site", "Another site asked for this in your name, so it was not done.")
    }

    /// Who asks. Changes in the name of a session need a proof that no other site has: a cookie comes along with every
    /// request, whoever made the browser send it.
    func caller(of request: Request) async throws(Refusal) -> Caller {
        if let bearer = request.header("authorization"), bearer.hasPrefix("Bearer ") {
            return try await caller(bringing: String(bearer.dropFirst(7)))
        }
        guard let token = request.cookie(SessionCookie.name(isSecure: request.isSecure)) else {
            return .nobody
        }
        let session = try await answered { () async throws(AccountError) in
            try await sessions.session(by: token)
        }
        guard let session else { return .nobody }
        if ![.get, .head].contains(request.method) { try refuseOtherSites(request) }
        guard
            [.get, .head].contains(request.method)
                || request.header("x-likeness-proof") == sessions.proof(for: token)
        else {
            throw Refusal(
                403, "no_proof",
                "The request does not say that it comes from Likeness itself: send the proof that signing in gave, as "
                    + "X-Likeness-Proof.")
        }
        return .user(session)
    }

    private func caller(bringing secret: String) async throws(Refusal) -> Caller {
        if secret.hasPrefix(Staff.mark) {
            let token = try await answered { () async throws(AccountError) in try await staff.token(secret) }
            guard let token else { throw Refusal(AccountError.notSignedIn) }
            return .program(token)
        }
        let hash = secrets.hash(of: secret)
        let link = try await answered { () async throws(AccountError) in try await kept.uploadToken(hash) }
        guard let link, link.isGood(at: now()) else { throw Refusal(AccountError.notSignedIn) }
        return .photographer(link)
    }

    /// The caller, where they may do it. Who may not see an event at all does not learn that it is there.
    func admit(_ request: Request, _ permission: Permission) async throws(Refusal) -> Caller {
        try Self.admitted(try await caller(of: request), request, permission)
    }

    /// The same for somebody with a session who only looks, and was here a moment ago; nil for everybody else.
    func admitAtOnce(_ request: Request, _ permission: Permission) throws(Refusal) -> Caller? {
        guard request.method == .get || request.method == .head, request.header("authorization") == nil,
            let token = request.cookie(SessionCookie.name(isSecure: request.isSecure)),
            let session = sessions.remembered(by: token)
        else { return nil }
        return try Self.admitted(.user(session), request, permission)
    }

    private static func admitted(
        _ caller: Caller, _ request: Request, _ permission: Permission
    ) throws(Refusal) -> Caller {
        let event = try request.parameters["event"].map { text throws(Refusal) in try id(text) as EventID }
        guard !caller.may(permission, in: event) else { return caller }
        switch caller {
        case .nobody: throw Refusal(AccountError.notSignedIn)
        case .photographer(let token) where event != nil && event != token.event:
            throw Refusal(PoolError.noSuchEvent)
        case .user, .program:
            if event != nil, !caller.may(.seeEvents, in: event) { throw Refusal(PoolError.noSuchEvent) }
            throw Refusal(AccountError.notAllowed)
        case .photographer: throw Refusal(AccountError.notAllowed)
        }
    }

    static func id<Kind>(_ text: String) throws(Refusal) -> Identifier<Kind> {
        guard let id = Identifier<Kind>(text: text) else { throw .noSuchPage }
        return id
    }

    /// Whether somebody who came in a while ago would come in now.
    func stillMay(_ caller: Caller, _ permission: Permission, in event: EventID) async -> Bool {
        do throws(AccountError) {
            switch caller {
            case .nobody: return false
            case .user(let session):
                let sessions = try await kept.sessions(of: session.user.id)
                return sessions.contains {
                    $0.id == session.id && Caller.user($0).may(permission, in: event)
                }
            case .program(let token):
                guard let token = try await kept.apiToken(token.id), token.isGood(at: now()) else {
                    return false
                }
                return Caller.program(token).may(permission, in: event)
            case .photographer(let link):
                let links = try await kept.uploadTokens(of: link.event)
                return links.contains {
                    $0.id == link.id && $0.isGood(at: now())
                        && Caller.photographer($0).may(permission, in: event)
                }
            }
        } catch {
            // What cannot be asked now is asked with the next heartbeat.
            return true
        }
    }

    func event(_ id: EventID) async throws(Refusal) -> Event {
        try await answered { () async throws(PoolError) in try await kept.event(id) }
    }
}

package enum SessionCookie {
    /// With TLS and without.
    package static let names = [name(isSecure: true), name(isSecure: false)]

    /// The prefix lets no other site of the domain set it, but browsers want TLS for it.
    static func name(isSecure: Bool) -> String { isSecure ? "__Host-likeness" : "likeness" }

    static func header(_ token: String, isSecure: Bool, seconds: Int) -> Header {
        Header(
            "Set-Cookie",
            "\(name(isSecure: isSecure))=\(token); Path=/; HttpOnly; SameSite=Lax; Max-Age=\(seconds)"
                + (isSecure ? "; Secure" : ""))
    }
}

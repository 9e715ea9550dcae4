import Accounts
import Digests
import Domain
import Pipeline
import Storage
import TestSupport
import Testing
import Vault

@testable import HTTP
@testable import Web

/// A desk over a real database and a real key ring, asked without a network.
struct TestDesk {
    let base: TestDatabase
    let pool: Pool
    let ring: KeyRing
    let desk: Desk
    let router: Router
    let files = MemoryPhotoFiles(hashing: { SHA256.of($0) })
    let document: APIDocument

    init() async throws {
        base = try await TestDatabase(.sqlite)
        try base.scratch.makeFolder("keys")
        let folder = base.scratch.path(of: "keys")
        ring = try await KeyRing.open(folder: folder, master: .file(folder + "/master.key"), mayBegin: true)
        pool = try await Pool.open(base.database, vault: ring)
        let now: @Sendable () -> Int64 = { millisecondsSince1970() }
        let receive = ReceiveUpload(
            uploads: pool, files: files,
            digest: { piece, method in
                switch method {
                case .sha1: SHA1.digest(of: piece)
                case .sha256: SHA256.digest(of: piece)
                }
            }, now: now)
        func bar(_ distance: Double) -> Thresholds.Bar { Thresholds.Bar(distance: distance) }
        let pack = PackFacts(
            name: "p", identity: "pack-1", dimension: 2, metric: .euclidean,
            thresholds: [
                .conference: Thresholds(merge: bar(0.5), attach: bar(0.5), selfie: bar(0.5), ask: bar(0.6))
            ])
        let secrets = Secrets(workers: 1)
        let sessions = Sessions(kept: pool, secrets: secrets, now: now)
        desk = Desk(
            kept: pool, files: files, receive: receive,
            people: WarmPeople(kept: pool, vault: ring, pack: pack, makeSpace: { PlainSpace() }, now: now),
            secrets: secrets, sessions: sessions,
            signIn: SignIn(kept: pool, secrets: secrets, sessions: sessions, now: now),
            deletion: DeleteEvent(events: pool, files: files, ring: ring, now: now), vault: ring,
            darkroom: TableLooking(), backups: TableBackups(), address: "https://x.org",
            now: now)
        let table = desk.table
        router = Router(table.map(\.route))
        document = APIDocument(table)
    }

    /// Somebody with a session of this role, or with a part in one event only.
    func session(
        _ role: Role?, in parts: [EventID: Role] = [:], ofAnotherOrganisation isElsewhere: Bool = false
    ) async throws -> [Header] {
        let user = try await user(role, in: parts, ofAnotherOrganisation: isElsewhere)
        let token = desk.secrets.token()
        try await pool.begin(
            SessionID(at: 1), token: desk.secrets.hash(of: token), of: user.id, at: millisecondsSince1970())
        return [
            Header("cookie", "likeness=\(token)"),
            Header("x-likeness-proof", desk.sessions.proof(for: token)),
        ]
    }

    /// A token of a program, of an account with this role.
    func token(
        _ role: Role?, scopes: Set<Permission> = Set(Permission.allCases), event: EventID? = nil,
        expiresIn milliseconds: Int64 = 3_600_000, ofAnotherOrganisation isElsewhere: Bool = false
    ) async throws -> [Header] {
        let user = try await user(role, ofAnotherOrganisation: isElsewhere)
        let secret = Staff.mark + desk.secrets.token()
        let now = millisecondsSince1970()
        let token = APIToken(
            id: APITokenID(at: now), user: user, eventRoles: [:], name: "t",
            scopes: Set(scopes.map(\.rawValue)), event: event, createdAt: now,
            expiresAt: now + milliseconds)
        _ = try await pool.keep(
            token, hash: desk.secrets.hash(of: secret), by: Act(by: .user(user.id), at: now))
        return [Header("authorization", "Bearer \(secret)")]
    }

    /// A server serves one organisation, but its database may hold others.
    func user(
        _ role: Role?, in parts: [EventID: Role] = [:], ofAnotherOrganisation isElsewhere: Bool = false
    ) async throws -> User {
        let user = User(
            id: UserID(at: 1), name: "\(UUIDv7(at: 1).text)@example.org", role: role, isActive: true,
            createdAt: 1)
        let other = OrganisationID(at: millisecondsSince1970() + 1000)
        try await base.database.write { session throws(StorageError) in
            if isElsewhere {
                try session.execute(
                    "INSERT INTO organisations (id, name, created_at, version) VALUES ($1, $2, 1, 1)",
                    [.blob(other.bytes), .text(other.text)])
            }
            try session.execute(
                """
                INSERT INTO users (id, organisation, name, created_at, version, role, is_active)
                SELECT $1, id, $2, 1, 1, $3, 1 FROM organisations ORDER BY id \(isElsewhere ? "DESC" : "") LIMIT 1
                """, [.blob(user.id.bytes), .text(user.name), .text(role?.rawValue ?? "none")])
        }
        for (event, part) in parts {
            try await pool.set(part, of: user.id, in: event, by: Act(by: .commandLine, at: 1))
        }
        return user
    }

    /// A link of a photographer.
    func link(_ event: Event, expiresIn milliseconds: Int64 = 3_600_000) async throws -> [Header] {
        let act = Act(by: .commandLine, at: millisecondsSince1970())
        let ada = try await pool.addPhotographer("P\(UUIDv7(at: 1).low)", to: event, by: act)
        let token = desk.secrets.token()
        _ = try await pool.keep(
            UploadToken(
                id: UploadTokenID(at: act.at), event: event.id, photographer: ada.id, createdAt: act.at,
                expiresAt: act.at + milliseconds, revokedAt: nil), hash: desk.secrets.hash(of: token), by: act
        )
        return [Header("authorization", "Bearer \(token)")]
    }

    func event(_ name: String) async throws -> Event {
        let event = try await pool.create(
            name, EventSettings(), by: Act(by: .commandLine, at: millisecondsSince1970()))
        try await ring.prepare(event.id)
        return event
    }

    /// Asks as the network would, and holds every answer against the document.
    func ask(
        _ method: HTTP.Method, _ path: String, _ headers: [Header] = [], _ body: [UInt8] = []
    ) async throws -> Answer {
        let answer = try await asked(method, path, headers, body)
        if let fault = document.fault(in: answer, to: method, path, router) {
            Issue.record("\(method.rawValue) \(path) → \(answer.status): \(fault)")
        }
        return answer
    }

    private func asked(
        _ method: HTTP.Method, _ path: String, _ headers: [Header] = [], _ body: [UInt8] = []
    ) async throws -> Answer {
        let target = try #require(RequestTarget(Array(path.utf8)))
        guard case .route(let place, let parameters) = router.find(method, target) else {
            return Answer(status: 404, headers: [], bytes: [])
        }
        let request = Request(
            method: method, target: target, parameters: parameters, headers: HeaderLines(headers),
            body: RequestBody(body))
        let route = router.routes[place]
        let reply: Reply
        do throws(Refusal) {
            reply = try await route.respond(request).fitted(to: request)
        } catch {
            reply = Reply(error, to: request.number)
        }
        let answer = Answer(reply)
        if body.isEmpty {
            let atOnce: Reply?
            do throws(Refusal) {
                atOnce = try route.respondAtOnce(request)?.fittedAtOnce(to: request)
            } catch {
                atOnce = Reply(error, to: request.number)
            }
            if let atOnce { #expect(Answer(atOnce) == answer, "at once as after a while: \(path)") }
        }
        return answer
    }

    func ask(
        _ method: HTTP.Method, _ path: String, _ headers: [Header], json: String
    ) async throws -> Answer { try await ask(method, path, headers, Array(json.utf8)) }
}

struct Answer: Equatable {
    let status: Int
    let headers: [Header]
    let bytes: [UInt8]

    init(status: Int, headers: [Header], bytes: [UInt8]) {
        self.status = status
        self.headers = headers
        self.bytes = bytes
    }

    init(_ reply: Reply) {
        var bytes: [UInt8] = []
        if case .bytes(let content, _) = reply.content { bytes = content }
        if case .events(let stream) = reply.content { stream.close() }
        self.init(status: reply.status, headers: reply.headers, bytes: bytes)
    }

    var json: JSONValue { (try? JSONValue(reading: bytes)) ?? .null }
    var code: String? {
        guard case .text(let code) = json["error"]?["code"] else { return nil }
        return code
    }

    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
    func text(_ names: String...) -> String {
        var value: JSONValue? = json
        for name in names { value = value?[name] }
        guard case .text(let text) = value else { return "" }
        return text
    }
}

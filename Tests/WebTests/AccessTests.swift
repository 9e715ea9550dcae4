import Accounts
import Domain
import Testing

@testable import HTTP
@testable import Web

@Suite("Who may ask for what", .timeLimit(.minutes(5))) struct AccessTests {
    private enum Caller: String, CaseIterable {
        case nobody, viewer, photographer, moderator, organiser, owner
        case link, linkOfAnotherEvent, expiredLink
        /// Accounts that have a part in one event only: this one, or another.
        case viewerHere, ownerHere, ownerElsewhere
        /// Programs: with everything their owner may, for looking only, for another event, and too old.
        case program, lookingProgram, programElsewhere, expiredProgram
        /// Whoever has all rights, and programs that have, in an organisation that this server does not serve.
        case ownerOfOthers, organiserOfOthers, programOfOthers
    }

    private static let everybody = Set(Caller.allCases)
    /// Whoever came in by a browser.
    private static let sessions: Set<Caller> = [
        .viewer, .photographer, .moderator, .organiser, .owner, .viewerHere, .ownerHere, .ownerElsewhere,
    ]
    /// What is asked of the event of the table.
    private static let accounts: Set<Caller> = [
        .viewer, .photographer, .moderator, .organiser, .owner, .viewerHere, .ownerHere, .program,
        .lookingProgram,
    ]
    private static let desk: Set<Caller> = [.organiser, .owner, .ownerHere, .program]
    private static let lookers: Set<Caller> = [
        .viewer, .moderator, .organiser, .owner, .viewerHere, .ownerHere, .program, .lookingProgram,
    ]
    private static let uploaders: Set<Caller> = [
        .photographer, .organiser, .owner, .link, .ownerHere, .program,
    ]
    private static let curators: Set<Caller> = [.moderator, .organiser, .owner, .ownerHere, .program]
    private static let owners: Set<Caller> = [.owner, .ownerHere, .program]
    /// What is no single event's.
    private static let house: Set<Caller> = [.owner, .program]

    /// Every endpoint with those who may come in. One that is not here fails the test.
    private static let table: [String: Set<Caller>] = [
        "GET /healthz": everybody, "GET /readyz": everybody, "GET /api/v1/openapi.json": everybody,
        "POST /api/v1/setup": everybody, "POST /api/v1/session": everybody,
        "POST /api/v1/password/reset": everybody,
        "GET /password": everybody, "GET /password.js": everybody, "GET /password.css": everybody,
        "GET /api/v1/session": sessions, "DELETE /api/v1/session": sessions,
        "GET /api/v1/sessions": sessions, "DELETE /api/v1/sessions/:session": sessions,
        "POST /api/v1/password": sessions, "GET /api/v1/tokens": sessions, "POST /api/v1/tokens": sessions,
        "DELETE /api/v1/tokens/:token": sessions,
        "GET /api/v1/users": house, "POST /api/v1/users": house, "PATCH /api/v1/users/:user": house,
        "DELETE /api/v1/users/:user": house, "GET /api/v1/record": house,
        "GET /api/v1/backups": house, "POST /api/v1/backups": house,
        "GET /api/v1/events": accounts.union([.ownerElsewhere, .programElsewhere]),
        "POST /api/v1/events": [.organiser, .owner, .program],
        "GET /api/v1/events/:event": accounts, "PATCH /api/v1/events/:event": desk,
        "POST /api/v1/events/:event/what-if": desk, "POST /api/v1/events/:event/archive": desk,
        "DELETE /api/v1/events/:event": owners, "GET /api/v1/events/:event/record": desk,
        "GET /api/v1/events/:event/roles": owners, "PUT /api/v1/events/:event/roles/:user": owners,
        "DELETE /api/v1/events/:event/roles/:user": owners,
        "GET /api/v1/events/:event/albums": accounts, "POST /api/v1/events/:event/albums": desk,
        "GET /api/v1/events/:event/photographers": accounts, "POST /api/v1/events/:event/photographers": desk,
        "GET /api/v1/events/:event/upload-links": desk, "POST /api/v1/events/:event/upload-links": desk,
        "DELETE /api/v1/events/:event/upload-links/:link": desk,
        "GET /api/v1/events/:event/guests": desk, "POST /api/v1/events/:event/guests": desk,
        "GET /api/v1/events/:event/guests/:guest": desk, "PATCH /api/v1/events/:event/guests/:guest": desk,
        "DELETE /api/v1/events/:event/guests/:guest": desk,
        "GET /api/v1/events/:event/photos": accounts, "GET /api/v1/events/:event/photos/:photo": accounts,
        "PATCH /api/v1/events/:event/photos": curators, "POST /api/v1/events/:event/photos/retry": curators,
        "POST /api/v1/events/:event/photos/purge": desk,
        "GET /api/v1/events/:event/photos/:photo/renditions/:hash/:kind": accounts,
        "GET /api/v1/events/:event/photos/:photo/originals/:hash": desk,
        "GET /api/v1/events/:event/people": lookers, "GET /api/v1/events/:event/people/:person": lookers,
        "PATCH /api/v1/events/:event/people/:person": desk, "GET /api/v1/events/:event/lone-faces": lookers,
        "GET /api/v1/events/:event/faces/:face/crops/:hash": lookers,
        "GET /api/v1/events/:event/decisions": lookers, "POST /api/v1/events/:event/decisions": desk,
        "GET /api/v1/events/:event/questions": lookers,
        "GET /api/v1/events/:event/searches": desk, "POST /api/v1/events/:event/searches": desk,
        "GET /api/v1/events/:event/stream": accounts, "GET /api/v1/events/:event/jobs": lookers,
        "GET /api/v1/work": [.viewer, .moderator, .organiser, .owner, .program, .lookingProgram],
        "OPTIONS /api/v1/events/:event/uploads": everybody,
        "OPTIONS /api/v1/events/:event/uploads/:upload": everybody,
        "POST /api/v1/events/:event/uploads": uploaders,
        "HEAD /api/v1/events/:event/uploads/:upload": uploaders,
        "GET /api/v1/events/:event/uploads/:upload": uploaders,
        "PATCH /api/v1/events/:event/uploads/:upload": uploaders,
        "DELETE /api/v1/events/:event/uploads/:upload": uploaders,
        "GET /api/v1/events/:event/contents/:hash": uploaders,
    ]

    @Test("is as the table says, for every endpoint and every caller")
    func table() async throws {
        let house = try await TestDesk()
        let (event, other) = (try await house.event("party"), try await house.event("other"))
        var headers: [Caller: [Header]] = [.nobody: []]
        for caller in [Caller.viewer, .photographer, .moderator, .organiser, .owner] {
            headers[caller] = try await house.session(Role(rawValue: caller.rawValue))
        }
        headers[.viewerHere] = try await house.session(nil, in: [event.id: .viewer])
        headers[.ownerHere] = try await house.session(nil, in: [event.id: .owner])
        headers[.ownerElsewhere] = try await house.session(nil, in: [other.id: .owner])
        headers[.program] = try await house.token(.owner)
        headers[.lookingProgram] = try await house.token(
            .owner, scopes: [.seeEvents, .seePhotos, .seePeople, .seeWork])
        headers[.programElsewhere] = try await house.token(.owner, event: other.id)
        headers[.expiredProgram] = try await house.token(.owner, expiresIn: -1)
        headers[.ownerOfOthers] = try await house.session(.owner, ofAnotherOrganisation: true)
        headers[.organiserOfOthers] = try await house.session(.organiser, ofAnotherOrganisation: true)
        headers[.programOfOthers] = try await house.token(.owner, ofAnotherOrganisation: true)
        headers[.link] = try await house.link(event)
        headers[.linkOfAnotherEvent] = try await house.link(other)
        headers[.expiredLink] = try await house.link(event, expiresIn: -1)
        let seen = try await house.ask(.get, "/api/v1/users", headers[.owner] ?? [])
        guard case .list(let accounts) = seen.json["items"] else { return }
        #expect(accounts.count == 12, "those of other organisations are no accounts here")
        let paths = house.desk.routes.map { "\($0.method.rawValue) \($0.path)" }
        #expect(Set(paths) == Set(Self.table.keys) && paths.count == Self.table.count)
        // Those that end sessions or events come last, or nobody would be there any more.
        let order = house.desk.routes.sorted { first, second in
            (first.method == .delete ? 1 : 0, first.path) < (second.method == .delete ? 1 : 0, second.path)
        }
        for route in order {
            let allowed = Self.table["\(route.method.rawValue) \(route.path)"] ?? []
            for caller in Caller.allCases {
                let path = route.path.split(separator: "/").map { piece in
                    switch piece {
                    case ":event": event.id.text
                    case ":hash": String(repeating: "a", count: 64)
                    case ":kind": "preview"
                    case _ where piece.hasPrefix(":"): PhotoID(at: 1).text
                    default: String(piece)
                    }
                }.joined(separator: "/")
                var sent = headers[caller] ?? []
                sent += [Header("tus-resumable", "1.0.0"), Header("if-match", "\"1\"")]
                // What ends something is only looked at by those who may not, or nobody could be asked after them.
                if route.method == .delete || route.path.hasSuffix("/roles/:user"), allowed.contains(caller),
                    caller != .link
                {
                    continue
                }
                let answer = try await house.ask(route.method, "/" + path, sent)
                let words =
                    "\(caller.rawValue) \(route.method.rawValue) \(route.path): \(answer.status) \(answer.code ?? "")"
                if allowed.contains(caller) {
                    #expect(
                        !["not_signed_in", "not_allowed", "no_proof"].contains(answer.code ?? ""), "\(words)")
                    #expect(answer.status < 500, "\(words)")
                } else {
                    // Whoever has no part in an event does not learn that it is there.
                    let knowsNothing: Set<Caller> = [.linkOfAnotherEvent, .ownerElsewhere, .programElsewhere]
                    let isTurnedAway =
                        ["not_signed_in", "not_allowed"].contains(answer.code ?? "")
                        || knowsNothing.contains(caller) && answer.code == "no_such_event"
                    if caller == .ownerElsewhere || caller == .programElsewhere,
                        route.path.contains(":event")
                    {
                        #expect(answer.code == "no_such_event", "\(words)")
                    }
                    #expect(isTurnedAway, "\(words)")
                }
            }
        }
    }

    @Test("needs the proof for every change in the name of a session, and for nothing else")
    func proof() async throws {
        let house = try await TestDesk()
        let event = try await house.event("party")
        let whole = try await house.session(.owner)
        let cookie = whole.filter { $0.name == "cookie" }
        for route in house.desk.routes
        where Self.table["\(route.method.rawValue) \(route.path)"] != Self.everybody {
            let path = route.path.split(separator: "/").map {
                $0 == ":event" ? event.id.text : $0.hasPrefix(":") ? PhotoID(at: 1).text : String($0)
            }.joined(separator: "/")
            let answer = try await house.ask(route.method, "/" + path, cookie)
            let isChange = ![.get, .head].contains(route.method)
            #expect((answer.code == "no_proof") == isChange, "\(route.method.rawValue) \(route.path)")
        }
        let wrong = cookie + [Header("x-likeness-proof", String(repeating: "0", count: 64))]
        #expect(
            try await house.ask(.post, "/api/v1/events", wrong, json: #"{"name":"x"}"#).code == "no_proof")
        #expect(try await house.ask(.post, "/api/v1/events", whole, json: #"{"name":"x"}"#).status == 201)
    }
}

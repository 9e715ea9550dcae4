internal import Accounts
internal import Domain
internal import HTTP

/// All accounts.
struct ListUsers: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/users"
    static let permission = Permission.manageAccounts
    static let says = Says("All accounts", gives: [200: .json(Shapes.user.page)])
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) {}

    func answer(_ input: Void, to guest: Caller) async throws(Refusal) -> Reply {
        let users = try await answered { () async throws(AccountError) in try await desk.kept.users() }
        return Reply(200, Shapes.user.page(users))
    }
}

/// Adds an account, whose owner sets a password by a link.
struct InviteUser: MakingEndpoint {
    static let method = Method.post
    static let path = "/api/v1/users"
    static let largestBody = 8 << 10
    static let permission = Permission.manageAccounts
    static let says = Says(
        "Add an account; its password is set by the link, or by its token, once, within a week. Without a role it has a part in single events only",
        headers: [Says.onceKey],
        takes: .json(
            .members(["name": .plain(least: 3, most: 200)], maybe: ["role": .orNull(.word(Role.self))])),
        gives: [
            201: .json(.members(["user": Shapes.user.schema, "link": .text(), "token": .text()]))
        ])
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> (name: String, role: Role?) {
        var form = try Form(body)
        let input = (try form.text("name", atMost: 200), try form.word("role", Role.self))
        try form.finish()
        return input
    }

    func make(
        _ input: (name: String, role: Role?), as guest: Caller
    ) async throws(Refusal) -> (user: User, token: String, link: String) {
        let (user, token) = try await answered { () async throws(AccountError) in
            try await desk.staff.invite(input.name, as: input.role, by: desk.act(guest))
        }
        return (user, token, Desk.passwordLink(token, at: desk.address))
    }

    static func reply(_ made: (user: User, token: String, link: String), at now: Int64) -> Reply {
        Reply(
            201,
            .object(
                ("user", Shapes.user(made.user)), ("link", .text(made.link)), ("token", .text(made.token)))
        ).withSecret
    }

    static func kept(_ written: User, at now: Int64) -> Reply { .toldOnce }
}

/// Changes what an account is to the organisation, or whether it works at all.
struct EditUser: DeskEndpoint {
    static let method = Method.patch
    static let path = "/api/v1/users/:user"
    static let largestBody = 8 << 10
    static let permission = Permission.manageAccounts
    static let says = Says(
        "Change an account's role, or shut it; whoever is shut out is signed out",
        headers: [Says.ifMatch],
        takes: .json(.members([:], maybe: ["role": .orNull(.word(Role.self)), "isActive": .truth])),
        gives: [200: .json(Shapes.user.schema)])
    let desk: Desk

    struct Input: Sendable {
        let user: UserID
        let version: Int64
        /// Nil where nothing is said of it.
        let role: Role??
        let isActive: Bool?
    }

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> Input {
        var form = try Form(body)
        var role: Role?? = .none
        if form.has("role") { role = .some(try form.word("role", Role.self)) }
        let input = Input(
            user: try request.id("user"), version: try request.editedVersion(), role: role,
            isActive: try form.truth("isActive"))
        try form.finish()
        return input
    }

    func answer(_ input: Input, to guest: Caller) async throws(Refusal) -> Reply {
        let changed = try await answered { () async throws(AccountError) in
            guard let user = try await desk.kept.users().first(where: { $0.id == input.user }) else {
                throw .noSuchUser
            }
            guard user.version == input.version else { throw .changedMeanwhile }
            return try await desk.staff.set(
                input.role ?? user.role, isActive: input.isActive ?? user.isActive, of: user,
                by: desk.act(guest))
        }
        return Reply(200, Shapes.user(changed), [.version(changed.version)])
    }
}

/// Removes an account.
struct RemoveUser: DeskEndpoint {
    static let method = Method.delete
    static let path = "/api/v1/users/:user"
    static let permission = Permission.manageAccounts
    static let says = Says(
        "Remove an account with its sessions and tokens; the record keeps its id, not its address",
        gives: [204: .nothing])
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> UserID {
        try request.id("user")
    }

    func answer(_ user: UserID, to guest: Caller) async throws(Refusal) -> Reply {
        try await answered { () async throws(AccountError) in
            try await desk.staff.remove(user, by: desk.act(guest))
        }
        return Reply(204)
    }
}

/// Who has a part in one event.
struct ListRoles: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/events/:event/roles"
    static let permission = Permission.manageRoles
    static let says = Says(
        "Who has a part in this event, beside what they are to all",
        gives: [
            200: .json(.page(of: .members(["user": Shapes.user.schema, "role": .word(Role.self)])))
        ])
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> EventID {
        try request.id("event")
    }

    func answer(_ event: EventID, to guest: Caller) async throws(Refusal) -> Reply {
        _ = try await desk.event(event)
        let roles = try await answered { () async throws(AccountError) in
            try await desk.kept.roles(in: event)
        }
        let items: [JSONValue] = roles.map {
            .object(("user", Shapes.user($0.user)), ("role", .text($0.role.rawValue)))
        }
        return Reply(200, .object(("items", .list(items)), ("next", .null)))
    }
}

/// Gives somebody a part in one event.
struct SetRole: DeskEndpoint {
    static let method = Method.put
    static let path = "/api/v1/events/:event/roles/:user"
    static let largestBody = 4 << 10
    static let permission = Permission.manageRoles
    static let says = Says(
        "Give somebody a part in this event", takes: .json(.members(["role": .word(Role.self)])),
        gives: [204: .nothing])
    let desk: Desk

    struct Input: Sendable {
        let event: EventID
        let user: UserID
        let role: Role
    }

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> Input {
        var form = try Form(body)
        guard let role = try form.word("role", Role.self) else { throw Form.missing("role", "a role") }
        try form.finish()
        return Input(event: try request.id("event"), user: try request.id("user"), role: role)
    }

    func answer(_ input: Input, to guest: Caller) async throws(Refusal) -> Reply {
        try await answered { () async throws(AccountError) in
            try await desk.staff.set(input.role, of: input.user, in: input.event, by: desk.act(guest))
        }
        return Reply(204)
    }
}

/// Takes somebody's part in one event away.
struct TakeRole: DeskEndpoint {
    static let method = Method.delete
    static let path = "/api/v1/events/:event/roles/:user"
    static let permission = Permission.manageRoles
    static let says = Says("Take somebody's part in this event away", gives: [204: .nothing])
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> (EventID, UserID) {
        (try request.id("event"), try request.id("user"))
    }

    func answer(_ input: (EventID, UserID), to guest: Caller) async throws(Refusal) -> Reply {
        try await answered { () async throws(AccountError) in
            try await desk.staff.set(nil, of: input.1, in: input.0, by: desk.act(guest))
        }
        return Reply(204)
    }
}

/// What was changed about accounts and the organisation.
struct ShowRecord: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/record"
    static let permission = Permission.manageAccounts
    static let says = Says(
        "Who changed what about accounts and the organisation, newest first",
        query: ["after": .id, "limit": Says.limit],
        gives: [200: .json(Shapes.accountChange.page)])
    let desk: Desk

    static func read(
        _ request: Request, _ body: [UInt8]
    ) throws(Refusal) -> (before: AccountChangeID?, limit: Int) {
        try request.allowQuery("after", "limit")
        let page = try PageWish(request)
        return (try page.after(), page.limit)
    }

    func answer(
        _ input: (before: AccountChangeID?, limit: Int), to guest: Caller
    ) async throws(Refusal) -> Reply {
        let changes = try await answered { () async throws(AccountError) in
            try await desk.kept.accountChanges(before: input.before, limit: input.limit)
        }
        let next = changes.count == input.limit ? changes.last?.id.text : nil
        return Reply(200, Shapes.accountChange.page(changes, next: next))
    }
}

/// What people changed in an event.
struct ShowEventRecord: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/events/:event/record"
    static let permission = Permission.seeRecord
    static let says = Says(
        "Who changed what in this event, with what it was before and is now, newest first",
        query: ["after": .integer(), "limit": Says.limit], gives: [200: .json(Shapes.recorded.page)])
    let desk: Desk

    static func read(
        _ request: Request, _ body: [UInt8]
    ) throws(Refusal) -> EventPage<Int64> {
        try EventPage(request) { page throws(Refusal) in try page.number() }
    }

    func answer(_ input: EventPage<Int64>, to guest: Caller) async throws(Refusal) -> Reply {
        _ = try await desk.event(input.event)
        let changes = try await answered { () async throws(PoolError) in
            try await desk.kept.record(of: input.event, before: input.place, limit: input.limit)
        }
        let next = changes.count == input.limit ? changes.last.map { String($0.number) } : nil
        return Reply(200, Shapes.recorded.page(changes, next: next))
    }
}

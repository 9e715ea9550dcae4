internal import Accounts
internal import Domain
internal import HTTP

/// An endpoint that makes something. Sent twice with the same `Idempotency-Key`, a request makes it once and is answered in the
/// same words: the answer is kept in the transaction of what it tells of, for a day.
protocol MakingEndpoint: DeskEndpoint {
    associatedtype Made: Sendable
    /// What the unit of work that counts gives.
    associatedtype Written: Sendable = Made
    func make(_ input: Input, as guest: Caller) async throws(Refusal) -> Made
    static func reply(_ made: Made, at now: Int64) -> Reply
    /// The reply to what was written, as it is kept; a secret is told once and never kept.
    static func kept(_ written: Written, at now: Int64) -> Reply
}

extension MakingEndpoint where Written == Made {
    static func kept(_ written: Written, at now: Int64) -> Reply { reply(written, at: now) }
}

extension MakingEndpoint {
    func answer(_ input: Input, to guest: Caller) async throws(Refusal) -> Reply {
        Self.reply(try await make(input, as: guest), at: desk.now())
    }

    func respond(to request: Request) async throws(Refusal) -> Reply {
        let guest = try await admit(request)
        let body = Self.largestBody > 0 ? try await request.bytes(atMost: Self.largestBody) : []
        let input = try Self.read(request, body)
        guard let word = request.header("idempotency-key") else { return try await answer(input, to: guest) }
        guard (1...200).contains(word.utf8.count) else {
            throw Refusal(422, "bad_key", "An Idempotency-Key has 1 to 200 letters.")
        }
        let key = OnceKey(caller: guest.bytes, word: word)
        let path = "\(request.method.rawValue) /\(request.target.segments.joined(separator: "/")) "
        let fingerprint = desk.secrets.hash(of: path + String(decoding: body, as: UTF8.self))
        if let known = try await desk.answer(to: key, fingerprint) { return known }
        let (now, kept) = (desk.now(), Self.kept)
        let once = OnceWork(key: key, fingerprint: fingerprint, at: now) { made in
            (made as? Written).flatMap { KeptAnswer(kept($0, now)) }
        }
        let result = await OnceWork.$current.withValue(once) {
            await Result { () async throws(Refusal) in try await answer(input, to: guest) }
        }
        if case .failure = result, let known = try await desk.answer(to: key, fingerprint) {
            // The same request came twice at once, and the other was quicker.
            return known
        }
        return try result.get()
    }
}

extension Desk {
    /// What the same request was answered before.
    fileprivate func answer(to key: OnceKey, _ fingerprint: [UInt8]) async throws(Refusal) -> Reply? {
        let known = try await answered { () async throws(PoolError) in try await kept.answer(to: key) }
        guard let known else { return nil }
        guard known.fingerprint == fingerprint else {
            throw Refusal(
                422, "key_used", "This Idempotency-Key came with another request before; choose a new one.")
        }
        return Reply(known.answer)
    }
}

extension KeptAnswer {
    fileprivate init?(_ reply: Reply) {
        guard case .bytes(let body, _) = reply.content else { return nil }
        self.init(
            status: reply.status, location: reply.headers.first { $0.name == "Location" }?.value, body: body)
    }
}

extension Reply {
    fileprivate init(_ kept: KeptAnswer) {
        self.init(
            kept.status,
            (kept.location.map { [Header("Location", $0)] } ?? []) + [Header("Idempotency-Replayed", "true")],
            content: .bytes(kept.body, type: "application/json"))
    }

    /// What is said instead of a secret that was told already.
    static let toldOnce = Reply(
        Refusal(
            409, "told_once",
            "This was made by the same request before, and its secret is told only once. Take it back and make another one."
        ),
        to: nil)
}

extension Result where Failure == Refusal {
    fileprivate init(_ work: () async throws(Refusal) -> Success) async {
        do throws(Refusal) { self = .success(try await work()) } catch { self = .failure(error) }
    }
}

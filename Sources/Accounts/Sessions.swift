package import Domain
internal import Synchronization

/// Who is signed in, asked with every request: what was found lately is remembered for a moment. Whoever is signed out by this
/// program is so at once; by another one, within that moment.
package final class Sessions: Sendable {
    private let kept: any AccountKeeping
    private let secrets: any SecretMaking
    private let lasts: Lasting
    private let now: @Sendable () -> Int64
    private let known = Mutex(Known())

    private struct Known {
        /// By their tokens themselves, for the moment: to hash one takes longer than all the rest of a look at them.
        var sessions: [String: (session: UserSession, readAt: Int64)] = [:]
        var sweptAt: Int64 = 0
        /// Raised when anything was forgotten: what was being read meanwhile is not remembered.
        var generation = 0
    }

    /// For how long a session holds, in milliseconds.
    package struct Lasting: Sendable, Hashable {
        package var unused: Int64 = 7 * 86_400_000
        package var atMost: Int64 = 30 * 86_400_000

        package init() {}
    }

    package init(
        kept: any AccountKeeping, secrets: any SecretMaking, lasts: Lasting = Lasting(),
        now: @escaping @Sendable () -> Int64
    ) {
        self.kept = kept
        self.secrets = secrets
        self.lasts = lasts
        self.now = now
    }

    /// The session of a token; nil where there is none, or it has ended.
    package func session(by token: String) async throws(AccountError) -> UserSession? {
        if let session = remembered(by: token) { return session }
        let now = now()
        let generation = known.withLock { $0.generation }
        guard let session = holding(try await kept.session(secrets.hash(of: token)), at: now) else {
            _ = known.withLock { $0.sessions.removeValue(forKey: token) }
            return nil
        }
        if now - session.usedAt > Self.touchAfter { try await kept.touch(session.id, at: now) }
        known.withLock { known in
            guard known.generation == generation else { return }
            if now - known.sweptAt > Self.momentInMilliseconds {
                known.sweptAt = now
                known.sessions = known.sessions.filter { now - $0.value.readAt < Self.momentInMilliseconds }
            }
            if known.sessions.count >= Self.mostRemembered { known.sessions = [:] }
            known.sessions[token] = (session, now)
        }
        return session
    }

    /// The session of a token where it was asked for a moment ago; nil where it was not, or has ended.
    package func remembered(by token: String) -> UserSession? {
        let now = now()
        // Texts are equal that are written in other bytes; tokens are not.
        guard let found = known.withLock({ $0.sessions[token] }), token.utf8.allSatisfy({ $0 < 0x80 }),
            now - found.readAt < Self.momentInMilliseconds
        else { return nil }
        return holding(found.session, at: now)
    }

    /// What a page has to send along with every change, so that no other site can make one in somebody's name.
    package func proof(for token: String) -> String {
        secrets.hash(of: "proof " + token).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    package func end(_ session: SessionID, of user: UserID) async throws(AccountError) {
        try await kept.end(session, of: user, at: now())
        forget(user)
    }

    func forget(_ user: UserID) {
        known.withLock { known in
            known.generation += 1
            known.sessions = known.sessions.filter { $0.value.session.user.id != user }
        }
    }

    func forgetAll() {
        known.withLock { known in
            known.generation += 1
            known.sessions = [:]
        }
    }

    private func holding(_ session: UserSession?, at now: Int64) -> UserSession? {
        guard let session, session.user.isActive, now - session.usedAt < lasts.unused,
            now - session.createdAt < lasts.atMost
        else { return nil }
        return session
    }

    private static let momentInMilliseconds: Int64 = 5000
    private static let touchAfter: Int64 = 60_000
    private static let mostRemembered = 10_000
}

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
        var sessions: [[UInt8]: (session: UserSession, readAt: Int64)] = [:]
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
        let hash = secrets.hash(of: token)
        let now = now()
        let (found, generation) = known.withLock { ($0.sessions[hash], $0.generation) }
        if let found, now - found.readAt < Self.momentInMilliseconds {
            return holding(found.session, at: now)
        }
        guard let session = holding(try await kept.session(hash), at: now) else {
            _ = known.withLock { $0.sessions.removeValue(forKey: hash) }
            return nil
        }
        if now - session.usedAt > Self.touchAfter { try await kept.touch(session.id, at: now) }
        known.withLock { known in
            guard known.generation == generation else { return }
            if known.sessions.count >= Self.mostRemembered { known.sessions = [:] }
            known.sessions[hash] = (session, now)
        }
        return session
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

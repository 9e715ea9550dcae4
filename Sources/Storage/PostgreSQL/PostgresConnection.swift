internal import Domain
internal import Glibc

/// One connection on its own queue, made when it is first needed and anew when it was lost.
actor PostgresConnection {
    private let address: String
    private let settings: PostgresSettings
    private let executor = QueueExecutor(label: "likeness.postgres")
    private var session: PostgresSession?

    private static let patienceWhenRefused = Duration.seconds(2)

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ address: String, _ settings: PostgresSettings) {
        self.address = address
        self.settings = settings
    }

    /// Runs a unit of work. Where the connection is lost before its end was asked for, nothing of it remains, and it is
    /// run anew; where the answer to the end is lost, nobody knows, and the caller is told.
    func transaction<Answer: Sendable>(
        _ begin: [String], _ work: @Sendable (any DatabaseSession) throws(StorageError) -> Answer
    ) throws(StorageError) -> Answer {
        let deadline = ContinuousClock.now + settings.patience
        var runs = 0
        while true {
            let session = try connected(by: deadline)
            var isEnding = false
            do throws(StorageError) {
                session.begin(begin)
                let answer = try work(session)
                isEnding = true
                try session.commit()
                return answer
            } catch {
                runs += 1
                if session.isLost {
                    self.session = nil
                    // A unit of work that ends every connection it gets is not tried for ever.
                    guard !isEnding, runs < settings.mostRuns, ContinuousClock.now < deadline else {
                        throw .unreachable
                    }
                    continue
                }
                let mayBeRunAnew = session.mayBeRunAnew
                end(session)
                guard mayBeRunAnew, runs < settings.mostRuns else { throw error }
                // Those who met once shall not meet again at once.
                usleep(UInt32.random(in: 500...4000) * UInt32(runs))
            }
        }
    }

    /// Undoes what is open; a connection that cannot do that is thrown away, which undoes it as well.
    private func end(_ session: PostgresSession) {
        do throws(StorageError) { try session.rollBack() } catch { self.session = nil }
    }

    /// Waits for a server that is away, longer each time, up to the deadline. One that refuses is asked for a moment
    /// only: it may have too many connections just now, but a wrong password stays wrong.
    private func connected(by deadline: ContinuousClock.Instant) throws(StorageError) -> PostgresSession {
        if let session { return session }
        let patience = min(deadline, .now + Self.patienceWhenRefused)
        var pause: UInt32 = 50_000
        while true {
            do throws(StorageError) {
                let session = PostgresSession(
                    try PostgresHandle(address, statementLimit: settings.statementLimit))
                self.session = session
                return session
            } catch {
                switch error {
                case .unreachable: guard ContinuousClock.now < deadline else { throw error }
                case .refused: guard ContinuousClock.now < patience else { throw error }
                default: throw error
                }
                usleep(pause / 2 + UInt32.random(in: 0...pause / 2))
                pause = min(pause * 2, 2_000_000)
            }
        }
    }
}

internal import Domain

/// Settles jobs in groups: what ends within a few milliseconds is written down in one unit of work.
///
/// A group is closed when it is full, when its first member has waited long enough, or when nothing else is in hand that
/// could still join it.
actor SettleGroup {
    static let mostJobs = 32
    static let longestWait = Duration.milliseconds(5)

    private let write: @Sendable ([Settlement]) async throws -> Void
    private var group: [Settlement] = []
    private var members: [CheckedContinuation<Void, any Error>] = []
    private var number = 0
    /// Jobs that somebody works on and has not brought here.
    private var ahead = 0

    init(_ write: @escaping @Sendable ([Settlement]) async throws -> Void) { self.write = write }

    func begin() { ahead += 1 }

    /// For a job that is left unsettled.
    func leave() async {
        ahead -= 1
        if ahead == 0 { await close(number) }
    }

    /// Returns when the settlement is written down together with its group.
    func settle(_ settlement: Settlement) async throws {
        ahead -= 1
        try await withCheckedThrowingContinuation { continuation in
            group.append(settlement)
            members.append(continuation)
            let mine = number
            if group.count >= Self.mostJobs || ahead == 0 {
                Task { await close(mine) }
            } else if group.count == 1 {
                // Bounded: one for each group, gone within milliseconds, and awaited by the members.
                Task {
                    try? await Task.sleep(for: Self.longestWait)
                    await close(mine)
                }
            }
        }
    }

    private func close(_ closed: Int) async {
        guard closed == number, !group.isEmpty else { return }
        let (settlements, waiting) = (group, members)
        group = []
        members = []
        number += 1
        do {
            try await write(settlements)
            for member in waiting { member.resume() }
        } catch {
            for member in waiting { member.resume(throwing: error) }
        }
    }
}

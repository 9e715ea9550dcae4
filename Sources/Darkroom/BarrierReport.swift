/// Which parts of the barrier stand on this machine, and how the acts that it must refuse went.
package struct BarrierReport: Sendable, Hashable, Codable {
    package var parts: BarrierParts
    package var acts: [Act]

    /// One forbidden act, tried behind the barrier.
    package struct Act: Sendable, Hashable, Codable {
        /// What was tried, as the end of the sentence "a child tried to ...".
        package var name: String
        package var thread: Thread
        package var outcome: Outcome
        /// The system's number for the error; 0 where the act succeeded.
        package var errorNumber: Int32

        /// The thread that works, or one that was there before the barrier closed.
        package enum Thread: String, Sendable, Hashable, Codable { case working, older }
    }

    /// Refused by the barrier, gone through, or failed for a reason of its own.
    package enum Outcome: String, Sendable, Hashable, Codable { case refused, succeeded, failedOtherwise }

    /// Whether the barrier held: every act was refused.
    package var holds: Bool { !acts.isEmpty && acts.allSatisfy { $0.outcome == .refused } }
}

/// The parts of the barrier that are in force in a child.
package struct BarrierParts: Sendable, Hashable, Codable {
    /// Landlock's version on this kernel; 0 where it is lacking.
    package var landlockVersion: Int
    package var seccomp: Bool

    /// Landlock refuses TCP from its fourth version on.
    package var refusesTCP: Bool { landlockVersion >= 4 }
    /// Landlock keeps signals and abstract sockets inside from its sixth version on.
    package var keepsSignalsInside: Bool { landlockVersion >= 6 }

    /// What this kernel lacks, each with what it means; empty on a machine that has everything.
    package var lacking: [String] {
        var lacking: [String] = []
        if landlockVersion == 0 {
            lacking.append(
                "The kernel has no Landlock: until a child has loaded its networks, files are not refused.")
        } else if !refusesTCP {
            lacking.append("The kernel's Landlock is older than version 4: TCP is refused by seccomp only.")
        } else if !keepsSignalsInside {
            lacking.append(
                "The kernel's Landlock is older than version 6: signals are refused by seccomp only.")
        }
        if !seccomp {
            lacking.append(
                "The kernel has no seccomp filters: a hostile picture could open sockets and start programs.")
        }
        return lacking
    }
}

internal import Domain
internal import Glibc

/// A command of the operator's that prints the master key, such as a call of a key store.
enum KeyCommand {
    private static let mostSeconds = 10
    private static let mostBytes = 4096

    /// What the command printed. Its output is a secret, so no error ever tells of it.
    static func output(of command: String) throws(VaultError) -> [UInt8] {
        var ends: [Int32] = [0, 0]
        // Nothing else that this program starts keeps what it was not given.
        guard pipe(&ends) == 0, ends.allSatisfy({ fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }) else {
            throw .noMasterKey("the command could not be started.")
        }
        defer { close(ends[0]) }
        let process = start(command, output: ends[1])
        close(ends[1])
        guard let process else { throw .noMasterKey("the command could not be started.") }
        let deadline = ContinuousClock.now + .seconds(mostSeconds)
        var output: [UInt8] = []
        let isWhole = read(ends[0], into: &output, until: deadline)
        if let fault = fault(of: process, until: isWhole ? deadline : .now) {
            wipe(&output)
            throw .noMasterKey("the command \(fault).")
        }
        return output
    }

    /// Starts it in a group of its own, so that it is ended with all that it started. What it says on standard error may
    /// hold the key as well, and goes nowhere.
    private static func start(_ command: String, output: Int32) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setpgroup(&attributes, 0)
        // Signals that this program holds back would be held back for the command's whole life.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
        let words: [UnsafeMutablePointer<CChar>?] = ["/bin/sh", "-c", command].map { (word: String) in
            strdup(word)
        }
        defer { for word in words { free(word) } }
        var process: pid_t = 0
        let fault = posix_spawn(&process, "/bin/sh", &actions, &attributes, words + [nil], environ)
        return fault == 0 ? process : nil
    }

    /// Why it did not end well; nil where it did.
    private static func fault(of process: pid_t, until deadline: ContinuousClock.Instant) -> String? {
        var status: Int32 = 0
        while true {
            let ended = waitpid(process, &status, WNOHANG)
            if ended == process { break }
            if ended < 0 && errno != EINTR { return "was waited for by somebody else" }
            guard ContinuousClock.now < deadline else {
                kill(-process, SIGKILL)
                while waitpid(process, &status, 0) < 0 && errno == EINTR {}
                return "took too long or printed too much"
            }
            usleep(5000)
        }
        let signal = status & 0x7f
        if signal != 0 { return "was ended by signal \(signal)" }
        let exitCode = status >> 8 & 0xff
        return exitCode == 0 ? nil : "failed (exit code \(exitCode))"
    }

    /// Reads up to the end of the pipe, and tells whether that was reached.
    private static func read(
        _ end: Int32, into output: inout [UInt8], until deadline: ContinuousClock.Instant
    ) -> Bool {
        // No growing, which would leave copies behind.
        output.reserveCapacity(2 * mostBytes)
        var piece = [UInt8](repeating: 0, count: 512)
        defer { wipe(&piece) }
        while true {
            let left = (deadline - .now) / .milliseconds(1)
            guard left > 0, output.count <= mostBytes else { return false }
            var wait = pollfd(fd: end, events: Int16(POLLIN), revents: 0)
            guard poll(&wait, 1, Int32(left)) > 0 else { continue }
            let count = Glibc.read(end, &piece, piece.count)
            if count == 0 { return true }
            if count < 0 && errno != EINTR { return false }
            output += piece.prefix(max(0, count))
        }
    }
}

internal import Domain
internal import Glibc

/// A command of the operator's that prints the master key, such as a call of a key store.
enum KeyCommand {
    private static let mostSeconds = 10
    private static let mostBytes = 4096

    /// What the command printed. Its output is a secret, so no error ever tells of it.
    static func output(of command: String) throws(VaultError) -> [UInt8] {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0, ends.allSatisfy({ fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }) else {
            throw .noMasterKey("the command could not be started.")
        }
        defer { close(ends[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        var process: pid_t = 0
        let words: [UnsafeMutablePointer<CChar>?] = ["/bin/sh", "-c", command].map { (word: String) in
            strdup(word)
        }
        defer { for word in words { free(word) } }
        // A group of its own, so that it is ended with all that it started.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        // What it says on standard error may hold the key as well.
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        let fault = posix_spawn(&process, "/bin/sh", &actions, &attributes, words + [nil], environ)
        close(ends[1])
        guard fault == 0 else { throw .noMasterKey("the command could not be started.") }
        let deadline = ContinuousClock.now + .seconds(mostSeconds)
        let output = read(ends[0], until: deadline)
        let status = end(of: process, until: output == nil ? .now : deadline)
        guard let status, let output else {
            throw .noMasterKey("the command took too long or printed too much.")
        }
        guard status == 0 else {
            throw .noMasterKey("the command failed (status \(status)).")
        }
        return output
    }

    /// How it ended; nil where it had to be ended.
    private static func end(of process: pid_t, until deadline: ContinuousClock.Instant) -> Int32? {
        var status: Int32 = 0
        while waitpid(process, &status, WNOHANG) == 0 {
            if ContinuousClock.now >= deadline {
                kill(-process, SIGKILL)
                while waitpid(process, &status, 0) < 0 && errno == EINTR {}
                return nil
            }
            usleep(5000)
        }
        return status
    }

    /// Everything up to the end of the pipe; nil where that takes too long.
    private static func read(_ end: Int32, until deadline: ContinuousClock.Instant) -> [UInt8]? {
        var output: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 512)
        defer { wipe(&piece) }
        while true {
            let left = (deadline - .now) / .milliseconds(1)
            guard left > 0, output.count <= mostBytes else { return nil }
            var wait = pollfd(fd: end, events: Int16(POLLIN), revents: 0)
            guard poll(&wait, 1, Int32(left)) > 0 else { continue }
            let count = Glibc.read(end, &piece, piece.count)
            if count == 0 { return output }
            if count < 0 && errno != EINTR { return nil }
            output += piece.prefix(max(0, count))
        }
    }
}

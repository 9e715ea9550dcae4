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
        let fault = posix_spawn(&process, "/bin/sh", &actions, nil, words + [nil], environ)
        close(ends[1])
        guard fault == 0 else { throw .noMasterKey("the command could not be started.") }
        let output = read(ends[0])
        // Whatever it still does after its output is of no use.
        if output == nil { kill(process, SIGKILL) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        guard let output else { throw .noMasterKey("the command took too long or printed too much.") }
        guard status == 0 else {
            throw .noMasterKey("the command ended with exit code \(status >> 8 & 0xFF).")
        }
        return output
    }

    /// Everything up to the end of the pipe; nil where that takes too long.
    private static func read(_ end: Int32) -> [UInt8]? {
        let deadline = ContinuousClock.now + .seconds(mostSeconds)
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

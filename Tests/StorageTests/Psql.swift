import Dispatch
import Glibc

/// The server's own programs, for what no unit of work can do: make databases, start and stop servers.
enum Psql {
    struct Failure: Error {
        let words: [String]
        let status: Int32
    }

    static func run(_ sql: String, on server: String) async throws {
        try await command(["/usr/bin/psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", sql, server])
    }

    /// Runs a program to its end, on a thread that may wait.
    static func command(_ words: [String]) async throws {
        let status: Int32 = await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: wait(for: words)) }
        }
        guard status == 0 else { throw Failure(words: words, status: status) }
    }

    /// The address of another database of the same server.
    static func address(of name: String, on server: String) -> String {
        guard let slash = server.lastIndex(of: "/") else { return server }
        return server[...slash] + name
    }

    private static func wait(for words: [String]) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        let texts = words.map { strdup($0) }
        defer { for text in texts { free(text) } }
        var process: pid_t = 0
        guard posix_spawnp(&process, words[0], &actions, nil, texts + [nil], environ) == 0 else { return -1 }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return status
    }
}

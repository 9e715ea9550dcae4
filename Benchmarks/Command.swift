internal import Glibc

/// Another program, run to its end, its words kept in a file and its memory watched.
struct Command {
    private let program: String
    private let arguments: [String]
    private let environment: [String]

    struct Result {
        let exitCode: Int32
        let words: String
        let seconds: Double
        let cpuSeconds: Double
        /// The largest sum over the program and all it started, sampled.
        let peakMegabytes: Double
    }

    init(_ program: String, _ arguments: [String], environment: [String] = []) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
    }

    /// Fails unless the program ends with exit code 0.
    func run(wordsTo path: String) throws -> Result {
        let process = try spawn(wordsTo: path)
        let start = ContinuousClock.now
        var status: Int32 = 0
        var usage = rusage()
        var peak = 0.0
        while wait4(process, &status, WNOHANG, &usage) == 0 {
            peak = max(peak, ProcessTree(of: process).peakMegabytes)
            usleep(50_000)
        }
        let seconds = (ContinuousClock.now - start).inSeconds
        let words = Machine.text(of: path)
        guard status == 0 else {
            throw Fault("\(program) \(arguments.first ?? "") failed; its last words: \(words.suffix(600))")
        }
        return Result(
            exitCode: (status >> 8) & 0xFF, words: words, seconds: seconds,
            cpuSeconds: usage.ru_utime.inSeconds + usage.ru_stime.inSeconds, peakMegabytes: peak)
    }

    private func spawn(wordsTo path: String) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var inherited: [String] = []
        var entry = environ
        while let text = entry.pointee {
            inherited.append(String(cString: text))
            entry += 1
        }
        let texts = ([program] + arguments).map { strdup($0) }
        let variables = (inherited + environment).map { strdup($0) }
        defer { for text in texts + variables { free(text) } }
        var process: pid_t = 0
        let fault = posix_spawnp(&process, program, &actions, nil, texts + [nil], variables + [nil])
        guard fault == 0 else { throw Fault("Cannot start \(program): \(String(cString: strerror(fault))).") }
        return process
    }
}

extension timeval {
    fileprivate var inSeconds: Double { Double(tv_sec) + Double(tv_usec) / 1e6 }
}

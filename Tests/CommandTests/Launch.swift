import Glibc

/// The program started as a user would start it.
struct Launch {
    var environment: [String: String] = [:]
    /// A program that starts ours, and its own arguments.
    var wrapper: [String] = []
    /// Another program than ours.
    var program: String?
    /// Where results go instead of a file that can be read.
    var output: String?

    /// How a run ended and what it said.
    struct Outcome: Sendable {
        let status: Int32
        let output: String
        let errors: String
    }

    /// A program that is running; its words go to files, so that no pipe can fill up.
    final class Running: Sendable {
        let process: pid_t
        private let words: Scratch

        init(process: pid_t, words: Scratch) {
            self.process = process
            self.words = words
        }

        func signal(_ number: Int32) { kill(process, number) }

        var output: String { Scratch.text(words.path + "/out") }
        var errors: String { Scratch.text(words.path + "/err") }

        /// Waits for the end; a program that hangs is ended, which shows in its status.
        func outcome(within limit: Duration = .seconds(180)) async throws -> Outcome {
            let deadline = ContinuousClock.now + limit
            var status: Int32 = 0
            while waitpid(process, &status, WNOHANG) == 0 {
                if ContinuousClock.now > deadline {
                    kill(process, SIGKILL)
                    waitpid(process, &status, 0)
                    break
                }
                try await Task.sleep(for: .milliseconds(10))
            }
            let code = status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
            return Outcome(status: code, output: output, errors: errors)
        }
    }

    func run(_ arguments: String...) async throws -> Outcome { try await run(arguments) }

    func run(_ arguments: [String]) async throws -> Outcome {
        try await start(arguments.map { Array($0.utf8) }).outcome()
    }

    /// Starts the program with arguments that need not be text.
    func start(_ arguments: [[UInt8]]) throws -> Running {
        let words = try Scratch()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        let flags = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 1, output ?? words.path + "/out", flags, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, words.path + "/err", flags, 0o600)
        // Whoever runs the tests may ignore signals or hold them back, which a program started from a terminal does not.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGHUP, SIGABRT] { sigaddset(&signals, number) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        var process: pid_t = 0
        let command = wrapper + [program ?? Product.executable ?? "/nowhere"]
        let program = command[0]
        let fault = Self.withTexts(command.map { Array($0.utf8) } + arguments) { texts in
            Self.withTexts(variables.map { Array($0.utf8) }) { environment in
                posix_spawn(&process, program, &actions, &attributes, texts, environment)
            }
        }
        guard fault == 0 else { throw LaunchFault(words: String(cString: strerror(fault))) }
        return Running(process: process, words: words)
    }

    private var variables: [String] {
        var all: [String: String] = [:]
        for name in ["PATH", "HOME", "LIKENESS_MODELS"] {
            if let value = getenv(name) { all[name] = String(cString: value) }
        }
        return all.merging(environment) { $1 }.map { "\($0)=\($1)" }
    }

    static func withTexts<Result>(
        _ texts: [[UInt8]], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = texts.map { text in text.map { CChar(bitPattern: $0) } + [0] }.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}

struct LaunchFault: Error { let words: String }

/// What was built, and what lies beside it.
enum Product {
    /// The package's folder, from the place of this file.
    static let root: String = {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/")
    }()

    /// The release build, or a debug build that is newer.
    static let executable: String? = ["release", "debug"].map { "\(root)/.build/\($0)/likeness" }
        .compactMap { path in changed(path).map { (path, $0) } }.max { $0.1 < $1.1 }?.0

    static let hasPack: Bool = {
        let models = getenv("LIKENESS_MODELS").map { String(cString: $0) } ?? "\(root)/.deps/models"
        return executable != nil && access("\(models)/open/pack.json", R_OK) == 0
    }()

    static let portraits: String? = {
        let folder = "\(root)/.deps/portraits"
        return access("\(folder)/obama.jpg", R_OK) == 0 ? folder : nil
    }()

    static let shared: String? =
        access("\(root)/../shared/faces/manifest.csv", R_OK) == 0 ? "\(root)/../shared" : nil

    /// What makes the program run without root's rights: nothing where the tests run without them, absent where
    /// it cannot be done.
    static let ordinaryUser: [String]? = {
        guard geteuid() == 0 else { return [] }
        let wrapper = ["/usr/bin/setpriv", "--reuid=\(nobody)", "--regid=\(nobody)", "--clear-groups"]
        guard access(wrapper[0], X_OK) == 0, let executable else { return nil }
        // The tests may lie in a folder that others cannot enter.
        var process: pid_t = 0
        var status: Int32 = 1
        let words = wrapper + ["/usr/bin/test", "-x", executable]
        let fault = Launch.withTexts(words.map { Array($0.utf8) }) { texts in
            posix_spawn(&process, wrapper[0], nil, nil, texts, environ)
        }
        return fault == 0 && waitpid(process, &status, 0) == process && status == 0 ? wrapper : nil
    }()

    static let nobody: uid_t = 65534

    private static func changed(_ path: String) -> Int? {
        var facts = stat()
        return stat(path, &facts) == 0 ? Int(facts.st_mtim.tv_sec) : nil
    }
}

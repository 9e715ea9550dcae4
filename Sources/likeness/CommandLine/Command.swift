/// Something that can be asked of the program. A command is thin: it reads its words, asks a use case, and shows
/// the answer.
protocol Command: Sendable {
    static var description: CommandDescription { get }

    init(_ arguments: Arguments) throws(UsageError)

    func run() async throws -> ExitCode
}

/// How a command is called, for the parser and for its help.
struct CommandDescription: Sendable {
    /// One word, or two where commands belong together: `models list`.
    let name: String
    let summary: String
    var details: [String] = []
    var places: [Place] = []
    var options: [Option] = []
    /// What else belongs on its page.
    var tables: [(title: String, rows: [(String, String)])] = []
    var examples: [Example] = []
    /// In the order of their numbers.
    var exits: [(code: ExitCode, meaning: String)] = [(.done, "done"), (.failed, "it could not be done")]

    /// Exit codes that every command knows stand behind its own.
    var allExits: [(code: ExitCode, meaning: String)] {
        (exits + [(.wrongUsage, "the command line is wrong"), (.interrupted, "stopped by a signal")])
            .sorted { $0.code.rawValue < $1.code.rawValue }
    }
}

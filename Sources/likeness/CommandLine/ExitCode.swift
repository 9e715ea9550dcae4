/// How a command ended, for scripts; the same number means the same with every command.
enum ExitCode: Int32, Sendable, CaseIterable {
    case done = 0
    case failed = 1
    case wrongUsage = 2
    case severalFaces = 3
    case noUsableFace = 4
    case interrupted = 130
}

/// The end of a command that could not do what was asked: what happened and what to do.
struct Failure: Error, Equatable {
    let exit: ExitCode
    /// A stable word for scripts, where there is one.
    let code: String?
    let sentence: String

    init(_ sentence: String, code: String? = nil, exit: ExitCode = .failed) {
        self.exit = exit
        self.code = code
        self.sentence = sentence
    }

    var text: String { code.map { "\(sentence) [\($0)]" } ?? sentence }
}

/// A command line that cannot be understood.
struct UsageError: Error, Equatable {
    let sentence: String

    init(_ sentence: String) { self.sentence = sentence }
}

internal import Glibc
internal import Synchronization

/// Where words go: results to standard output, everything else to standard error.
///
/// Each piece is written at once and past stdio, so nothing waits in a buffer when the process ends.
enum Console {
    /// Writes to standard output.
    static func print(_ text: String) {
        if let fault = write(text + "\n", to: STDOUT_FILENO) { outputFault.withLock { $0 = $0 ?? fault } }
    }

    /// Writes to standard error; when that is gone, nobody is left to tell.
    static func note(_ text: String) { _ = write(text + "\n", to: STDERR_FILENO) }

    /// Writes to standard error as it stands, for a line that is drawn again and again.
    static func draw(_ text: String) { _ = write(text, to: STDERR_FILENO) }

    /// The system's number of the first fault of standard output.
    static var fault: Int32? { outputFault.withLock { $0 } }

    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }
    static var canAsk: Bool { isatty(STDIN_FILENO) == 1 && isTerminal }

    /// Columns of the terminal that standard error is.
    static var width: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Asks for a yes on the terminal; anything else is a no.
    static func agrees(to question: String) -> Bool {
        draw("\(question) [yes/no] ")
        let answer = readLine(strippingNewline: true) ?? ""
        return ["y", "yes"].contains(answer.lowercased())
    }

    /// A line that somebody types as an answer.
    static func answer(to question: String) -> String? {
        draw("\(question) ")
        return readLine(strippingNewline: true)
    }

    /// A line that is not shown while it is typed.
    static func secret(for question: String) -> String {
        var settings = termios()
        let isQuiet = tcgetattr(STDIN_FILENO, &settings) == 0
        let before = settings
        if isQuiet {
            settings.c_lflag &= ~tcflag_t(ECHO)
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
        }
        defer {
            if isQuiet {
                var before = before
                tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
                draw("\n")
            }
        }
        return answer(to: question) ?? ""
    }

    private static let outputFault = Mutex<Int32?>(nil)

    private static func write(_ text: String, to descriptor: Int32) -> Int32? {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                return errno
            }
            rest = rest.dropFirst(count)
        }
        return nil
    }
}

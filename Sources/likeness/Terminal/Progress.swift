internal import Glibc
internal import Synchronization

/// How far a long piece of work is.
struct ProgressCount: Sendable, Equatable {
    var done = 0
    var total = 0
    var failed = 0
}

/// Shows how far a long piece of work is: one line that is redrawn on a terminal, else a line now and then.
final class Progress: Sendable {
    /// - Parameter columns: the terminal's width; absent where lines go to a file or a pipe.
    init(
        of noun: String, columns: (@Sendable () -> Int)?, now: @escaping @Sendable () -> Duration,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.noun = noun
        self.columns = columns
        self.now = now
        self.write = write
        // On a terminal the first line is drawn at once.
        state = Mutex(State(shown: columns == nil ? now() : now() - .seconds(1)))
    }

    /// For the terminal that this process has, or has not.
    convenience init(of noun: String) {
        let start = ContinuousClock.now
        let columns: (@Sendable () -> Int)? = Console.isTerminal ? { @Sendable in Console.width } : nil
        self.init(
            of: noun, columns: columns, now: { ContinuousClock.now - start }, write: { Console.draw($0) })
    }

    func show(_ count: ProgressCount) {
        let now = now()
        state.withLock { state in
            if state.first == nil, count.done > 0 { state.first = (count.done, now) }
            let pause: Duration = columns == nil ? .seconds(10) : .milliseconds(100)
            guard now - state.shown >= pause else { return }
            state.shown = now
            state.isDrawn = draw(count, rate: state.rate(of: count, at: now))
        }
    }

    /// A line of its own, above the line of progress.
    func note(_ line: String) {
        state.withLock { state in
            write((state.isDrawn ? Self.clear : "") + line + "\n")
            state.isDrawn = false
        }
    }

    /// Takes the line away when the work is over.
    func end() {
        state.withLock { state in
            if state.isDrawn { write(Self.clear) }
            state.isDrawn = false
        }
    }

    private struct State {
        var shown: Duration
        var isDrawn = false
        /// The first that were done. What came before them was the start of the darkroom, which tells of no rate.
        var first: (done: Int, at: Duration)?

        init(shown: Duration) { self.shown = shown }

        /// How many are done in a second.
        func rate(of count: ProgressCount, at now: Duration) -> Double? {
            guard let first, count.done > first.done, now > first.at else { return nil }
            return Double(count.done - first.done) / ((now - first.at) / .seconds(1))
        }
    }

    private static let clear = "\r\u{1B}[2K"
    private let noun: String
    private let columns: (@Sendable () -> Int)?
    private let now: @Sendable () -> Duration
    private let write: @Sendable (String) -> Void
    private let state: Mutex<State>

    /// Tells whether the line stays on the screen to be redrawn.
    private func draw(_ count: ProgressCount, rate: Double?) -> Bool {
        let line = Self.line(count, of: noun, rate: rate)
        guard let columns else {
            write(line + "\n")
            return false
        }
        // A full last column would make some terminals begin a new line.
        write(Self.clear + line.prefix(max(1, columns() - 1)))
        return true
    }

    /// "120 of 800 photos, 2 failed, 3.4 a second, 3:20 left".
    static func line(_ count: ProgressCount, of noun: String, rate: Double?) -> String {
        var parts = ["\(count.done) of \(count.total) \(noun)"]
        if count.failed > 0 { parts.append("\(count.failed) failed") }
        if let rate {
            parts.append(rate >= 0.95 ? "\(tenths(rate)) a second" : "\(tenths(rate * 60)) a minute")
            parts.append("\(clock(Double(count.total - count.done) / rate)) left")
        }
        return parts.joined(separator: ", ")
    }

    /// Hours appear when there are any: "3:20", "1:02:05".
    static func clock(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded(.up))
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
        let (hours, minutes) = (whole / 3600, whole / 60 % 60)
        return hours > 0 ? "\(hours):\(two(minutes)):\(two(whole % 60))" : "\(minutes):\(two(whole % 60))"
    }

    private static func tenths(_ value: Double) -> String { String((value * 10).rounded() / 10) }
}

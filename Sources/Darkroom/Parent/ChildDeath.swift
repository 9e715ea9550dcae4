internal import Glibc

/// How a child ended.
struct ChildDeath {
    /// The signal that ended it; 0 where it left or where we ended it.
    let signal: Int32
    let peakMemoryInBytes: Int
    let lastWords: String

    enum Cause { case fault, memory, time }

    /// Why, as far as the traces tell.
    func cause(memoryInBytes limit: Int) -> Cause {
        // The kernel ends whoever it thinks too large; a child near its limit was refused more and gave up.
        if signal == SIGKILL || peakMemoryInBytes > limit / 10 * 9 { return .memory }
        return signal == SIGALRM ? .time : .fault
    }

    var words: String { signal == 0 ? "without a signal" : "signal \(signal)" }

    var said: String { lastWords.isEmpty ? "" : ", last saying: \(lastWords)" }
}

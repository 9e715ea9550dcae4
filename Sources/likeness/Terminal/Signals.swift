internal import Glibc
internal import Synchronization

/// Ctrl-C and `kill`: the first asks a command to stop in good order, the second ends it at once.
///
/// The signals are blocked everywhere and taken by the main thread alone, so no code ever runs inside a signal
/// handler.
enum Signals {
    /// To be called before there is a second thread.
    static func hold() {
        var set = takenSignals
        pthread_sigmask(SIG_BLOCK, &set, nil)
        // A reader that went away shows as an error of the write, which is where it can be dealt with.
        signal(SIGPIPE, SIG_IGN)
        // So does a file that may grow no further.
        signal(SIGXFSZ, SIG_IGN)
    }

    /// What the first signal does; without it the first signal ends the program.
    static func onFirst(_ act: @escaping @Sendable () -> Void) {
        let isLate = state.withLock { state in
            state.act = act
            return state.count > 0
        }
        if isLate { act() }
    }

    /// The main thread's work.
    static func serve() -> Never {
        var set = takenSignals
        while true {
            var number: Int32 = 0
            guard sigwait(&set, &number) == 0 else { continue }
            let act = state.withLock { state in
                state.count += 1
                return state.count == 1 ? state.act : nil
            }
            guard let act else { _exit(ExitCode.interrupted.rawValue) }
            act()
        }
    }

    private struct State {
        var count = 0
        var act: (@Sendable () -> Void)?
    }

    private static let state = Mutex(State())

    /// Those that nobody told us to ignore, as `nohup` does: a blocked signal would come in spite of that.
    private static var takenSignals: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            var action = sigaction()
            sigaction(number, nil, &action)
            let isIgnored = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
            if !isIgnored { sigaddset(&set, number) }
        }
        return set
    }
}

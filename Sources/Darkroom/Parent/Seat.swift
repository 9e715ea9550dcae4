internal import Domain
internal import Glibc
internal import Synchronization

/// A place where one child works, one request at a time. Its child starts when it is first needed and is
/// replaced when it ends, hangs, balloons or lies.
///
/// It runs on a queue of its own and waits there in blocking calls.
actor Seat {
    private let starter: ChildStarter
    private let note: @Sendable (String) -> Void
    private var child: StartedChild? {
        didSet { currentNumber.store(child?.process.number ?? 0, ordering: .releasing) }
    }
    private let currentNumber = Atomic<pid_t>(0)
    private let executor: QueueExecutor

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(starter: ChildStarter, note: @escaping @Sendable (String) -> Void) {
        self.starter = starter
        self.note = note
        executor = QueueExecutor(label: "darkroom")
    }

    /// The answer to a request, as `reading` believes it. Replies before the last go to `takingParts`.
    func answer<Answer: Sendable>(
        to request: Request, takingParts: (@Sendable (Frame) throws(Setback) -> Void)? = nil,
        reading: @Sendable (Frame) throws(WireFault) -> Answer
    ) throws(WorkbenchError) -> Answer {
        var misfortune = DevelopError.crashed
        for _ in 0..<request.tries {
            let child = try readyChild().process
            do throws(Setback) {
                let answer = try attempt(request, at: child, takingParts, reading)
                dismissIfSwollen(child)
                return answer
            } catch {
                switch error {
                case .final(let error): throw error
                case .again(let error, let note):
                    self.note("A darkroom child \(note); a fresh one takes its place.")
                    misfortune = error
                }
            }
        }
        throw .darkroom(misfortune)
    }

    /// Makes sure that a child is ready. Returns which parts of the barrier are in force in it.
    @discardableResult
    func warmUp() throws(WorkbenchError) -> BarrierParts { try readyChild().parts }

    /// The child's number in the system, where there is one; told at once, even while it works.
    nonisolated var processNumber: pid_t? {
        let number = currentNumber.load(ordering: .acquiring)
        return number == 0 ? nil : number
    }

    /// Ends the child and waits until the system has let go of it.
    func close() {
        child?.process.end()
        child = nil
    }

    private func readyChild() throws(WorkbenchError) -> StartedChild {
        if let child { return child }
        let started = try starter.start()
        child = started
        return started
    }

    private func attempt<Answer: Sendable>(
        _ request: Request, at child: ChildProcess,
        _ takingParts: (@Sendable (Frame) throws(Setback) -> Void)?,
        _ reading: @Sendable (Frame) throws(WireFault) -> Answer
    ) throws(Setback) -> Answer {
        var conversation = try exchange { () throws(ChannelFault) in try child.send(request) }
        while true {
            let reply = try exchange { () throws(ChannelFault) in try child.reply(in: &conversation) }
            switch reply.kind {
            case .answer: return try exchange { () throws(ChannelFault) in try believed(reply, reading) }
            case .failure: throw try setback(told: reply)
            case .entry, .piece:
                do throws(Setback) {
                    guard let takingParts else { throw lie(WireFault("parts that nobody asked for")) }
                    try takingParts(reply)
                } catch {
                    // The child would go on sending: there is no way to stop it but to end it.
                    close()
                    throw error
                }
            default: throw lie(WireFault("a reply of another kind"))
            }
        }
    }

    /// What a child says of its failure; one that cannot go on is ended.
    private func setback(told reply: Frame) throws(Setback) -> Setback {
        let failure = try exchange { () throws(ChannelFault) in
            try believed(reply) { frame throws(WireFault) in
                try WireText.read(FailureReply.self, from: frame.text)
            }
        }
        var setback = failure.setback
        if case .final(.refused(let sentence)) = setback, !starter.role.isForStrangers {
            // A photo child that is well refuses nothing. To believe it would let one hostile picture stop
            // the work on all others.
            setback = .again(.crashed, note: "refused its work (\(sentence))")
        }
        if case .again = setback { close() }
        return setback
    }

    private func believed<Value>(
        _ reply: Frame, _ reading: (Frame) throws(WireFault) -> Value
    ) throws(ChannelFault) -> Value {
        do throws(WireFault) { return try reading(reply) } catch { throw .garbled(error) }
    }

    /// Turns what went wrong on the wire into a setback, and ends the child.
    private func exchange<Value>(_ work: () throws(ChannelFault) -> Value) throws(Setback) -> Value {
        do throws(ChannelFault) {
            return try work()
        } catch {
            switch error {
            case .garbled(let fault): throw lie(fault)
            case .ended: throw afterDeath()
            case .gaveUp(let impatience):
                close()
                switch impatience {
                case .calledOff: throw .final(.calledOff)
                case .tookTooLong: throw .again(.tookTooLong, note: "took too long and was ended")
                case .usedTooMuchMemory:
                    throw .again(.usedTooMuchMemory, note: "used too much memory and was ended")
                }
            }
        }
    }

    private func lie(_ fault: WireFault) -> Setback {
        close()
        return .again(.crashed, note: "sent \(fault.note) and was ended")
    }

    private func afterDeath() -> Setback {
        guard let death = child?.process.end(isDying: true) else { return .again(.crashed, note: "is gone") }
        child = nil
        if starter.isClosing { return .final(.calledOff) }
        switch death.cause(memoryInBytes: starter.memoryInBytes) {
        case .memory: return .again(.usedTooMuchMemory, note: "died for want of memory\(death.said)")
        case .time: return .again(.tookTooLong, note: "ran out of time\(death.said)")
        case .fault: return .again(.crashed, note: "ended by itself (\(death.words))\(death.said)")
        }
    }

    /// A child that stays large after its work is not kept: the next one starts small.
    private func dismissIfSwollen(_ child: ChildProcess) {
        if child.memoryInUse > starter.memoryInBytes / 2 { close() }
    }
}

internal import Domain
internal import Glibc
internal import Inference

/// A child that has said it is ready, and what protects it.
struct StartedChild {
    let process: ChildProcess
    let parts: BarrierParts
}

/// Starts the children of one kind.
struct ChildStarter: Sendable {
    let settings: DarkroomSettings
    let role: StartOrder.Role
    let niceness: Int
    let closing: Closing
    let notice: BarrierNotice

    var isClosing: Bool { closing.hasBegun }
    var memoryInBytes: Int { settings.limits.memoryInBytes }

    private static let tries = 3

    /// A ready child; a few tries, since a machine under pressure may end one that is innocent.
    func start() throws(WorkbenchError) -> StartedChild {
        var lastNote = ""
        for _ in 0..<Self.tries {
            if closing.hasBegun { throw .calledOff }
            let child = try spawn()
            switch try firstReply(of: child) {
            case .ready(let parts):
                notice.give(parts)
                try check(parts)
                return StartedChild(process: child, parts: parts)
            case .refused(let sentence): throw Self.unavailable(sentence)
            case .died(let note): lastNote = note
            }
        }
        throw Self.unavailable(
            "The darkroom's child ended \(Self.tries) times while starting (\(lastNote)): `likeness doctor` tells more."
        )
    }

    private enum FirstReply {
        case ready(BarrierParts)
        /// It told why it cannot work: trying again would not help.
        case refused(String)
        case died(String)
    }

    private func spawn() throws(WorkbenchError) -> ChildProcess {
        var arguments = ["darkroom"]
        if settings.drill != nil { arguments.append(DarkroomChild.drillArgument) }
        do throws(ChildProcess.SpawnFault) {
            return try ChildProcess(
                executable: settings.executable, arguments: arguments, memoryInBytes: memoryInBytes,
                closing: closing)
        } catch {
            throw Self.unavailable(
                "The darkroom cannot start \(settings.executable) (\(String(cString: strerror(error.errorNumber))))."
            )
        }
    }

    private func firstReply(of child: ChildProcess) throws(WorkbenchError) -> FirstReply {
        let descriptors = try openNetworks()
        defer { for descriptor in descriptors { close(descriptor) } }
        let order = StartOrder(
            role: role, limits: settings.limits, niceness: niceness,
            pack: descriptors.isEmpty ? nil : settings.pack?.manifest,
            barrier: settings.drill?.barrier ?? .whole)
        let request = Request(
            kind: .start, text: WireText.write(order), descriptors: descriptors,
            seconds: settings.startSeconds)
        do throws(ChannelFault) {
            var conversation = try child.send(request)
            let reply = try child.reply(in: &conversation)
            return try read(reply)
        } catch {
            switch error {
            case .ended:
                let death = child.end(isDying: true)
                return .died(death.words + death.said)
            case .garbled(let fault): return .died("it sent \(fault.note)")
            case .gaveUp(.calledOff): throw .calledOff
            case .gaveUp(.tookTooLong):
                throw Self.unavailable(
                    "The darkroom's child was not ready after \(Int(settings.startSeconds)) seconds: the machine is too busy, or the pack's networks are too large for it."
                )
            case .gaveUp(.usedTooMuchMemory):
                throw Self.unavailable(
                    "The darkroom's child needs more than \(memoryInBytes >> 20) MB to start: raise LIKENESS_LIMIT_MEMORY."
                )
            }
        }
    }

    private func read(_ reply: Frame) throws(ChannelFault) -> FirstReply {
        do throws(WireFault) {
            switch reply.kind {
            case .ready: return .ready(try WireText.read(BarrierParts.self, from: reply.text))
            case .refused:
                let refusal = try WireText.read(StartRefusal.self, from: reply.text)
                return .refused(printable(refusal.sentence))
            default: throw WireFault("something else than that it is ready")
            }
        } catch {
            throw .garbled(error)
        }
    }

    /// Detector and embedder, in this order; nothing for a child that takes them later or never.
    private func openNetworks() throws(WorkbenchError) -> [Int32] {
        guard !role.isForStrangers else { return [] }
        guard let pack = settings.pack else {
            throw Self.unavailable("No model pack is chosen: see `likeness models list`.")
        }
        return try pack.openNetworks()
    }

    private func check(_ parts: BarrierParts) throws(WorkbenchError) {
        if settings.requiresWholeBarrier, !parts.lacking.isEmpty {
            throw Self.unavailable(parts.lacking.joined(separator: " "))
        }
    }

    static func unavailable(_ sentence: String) -> WorkbenchError {
        .darkroom(.darkroomUnavailable(sentence))
    }
}

extension PackFiles {
    /// The networks' files, detector first, for the child; the caller closes them.
    func openNetworks() throws(WorkbenchError) -> [Int32] {
        var descriptors: [Int32] = []
        do throws(PackError) {
            for file in [manifest.detector.file, manifest.embedder.file] {
                descriptors.append(try open(file))
            }
            return descriptors
        } catch {
            for descriptor in descriptors { close(descriptor) }
            throw ChildStarter.unavailable(error.description)
        }
    }
}

extension StartOrder.Role {
    /// Whether the child opens what nobody trusts yet, and so starts without a pack.
    var isForStrangers: Bool {
        switch self {
        case .photos, .selfies: false
        case .workbench, .testbench: true
        }
    }
}

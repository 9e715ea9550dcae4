import Domain
import Glibc
import Inference
import TestSupport
import Testing

@testable import Darkroom

@Suite(
    "Darkroom at its start", .serialized,
    .enabled(if: Product.executable != nil, "needs the program beside the tests"))
struct StartTests {
    private let order = DevelopOrder(purpose: .photo(.fast), wantsRenditions: false)

    @Test("says what is missing, and does not try for ever", .timeLimit(.minutes(10)))
    func saysWhatIsMissing() async throws {
        let workplace = try await Workplace()
        let photo = try workplace.photo(try MadePhoto.jpeg())
        for (program, word) in [("/nowhere/likeness", "cannot start /nowhere"), ("/bin/true", "3 times")] {
            await #expect {
                try await workplace.withDarkroom({ $0.executable = program }) { darkroom in
                    try await darkroom.develop(photo, order: order)
                }
            } throws: { ($0 as? DevelopError)?.sentence.contains(word) == true }
        }
        #expect(unlink(workplace.pack.path(of: "det.onnx")) == 0)
        await #expect {
            try await workplace.withDarkroom { try await $0.develop(photo, order: order) }
        } throws: { ($0 as? DevelopError)?.sentence.contains("det.onnx is missing") == true }
        await #expect {
            try await workplace.withDarkroom({ $0.pack = nil }) { try await $0.develop(photo, order: order) }
        } throws: { ($0 as? DevelopError)?.code == "darkroom_unavailable" }
    }

    @Test("says that the limit of memory is too low to start", .timeLimit(.minutes(10)))
    func saysMemoryIsLow() async throws {
        let workplace = try await Workplace()
        let photo = try workplace.photo(try MadePhoto.jpeg())
        await #expect {
            try await workplace.withDarkroom({ $0.limits.memoryInBytes = 40 << 20 }) { darkroom in
                try await darkroom.develop(photo, order: order)
            }
        } throws: { ($0 as? DevelopError)?.sentence.contains("LIKENESS_LIMIT_MEMORY") == true }
    }

    @Test("refuses to work without the whole barrier where that is required")
    func requiresBarrier() async throws {
        let workplace = try await Workplace()
        let change: (inout DarkroomSettings) -> Void = {
            $0.drill = .init(barrier: .none)
            $0.requiresWholeBarrier = true
        }
        await #expect(throws: WorkbenchError.self) {
            try await workplace.withDarkroom(change) { try await $0.barrierParts() }
        }
        let parts = try await workplace.withDarkroom { try await $0.barrierParts() }
        #expect(parts.seccomp)
    }

    @Test("does not pass off a filter that is forbidden as one that the kernel lacks")
    func refusesForbiddenFilters() async throws {
        let workplace = try await Workplace()
        let photo = try workplace.photo(try MadePhoto.jpeg())
        try await workplace.withDarkroom({ $0.drill = .init(barrier: .seccompForbidden) }) { darkroom in
            await #expect {
                try await darkroom.develop(photo, order: order)
            } throws: { ($0 as? DevelopError)?.sentence.contains("Seccomp cannot be closed") == true }
            await #expect {
                try await darkroom.barrierParts()
            } throws: { ($0 as? WorkbenchError)?.sentence.contains("Permission denied") == true }
        }
    }

    @Test("tries no network of strangers without Landlock, and goes on with photos")
    func needsLandlockForNetworks() async throws {
        let workplace = try await Workplace()
        let photo = try workplace.photo(try MadePhoto.jpeg())
        try await workplace.withDarkroom({ $0.drill = .init(barrier: .landlockLacking) }) { darkroom in
            await #expect {
                try await darkroom.selfTest()
            } throws: {
                ($0 as? WorkbenchError)?.sentence.contains("A model pack cannot be tried on this kernel")
                    == true
            }
            let development = try await darkroom.develop(photo, order: order)
            #expect(!development.faces.isEmpty)
            #expect(try await darkroom.barrierParts() == BarrierParts(landlockVersion: 0, seccomp: true))
        }
    }

    @Test("closes a first filter before networks are read, and the whole one over it")
    func closesTwice() async throws {
        let workplace = try await Workplace()
        let photo = try workplace.photo(try MadePhoto.jpeg())
        let name = "Seccomp_filters:\t"
        func filters(in status: String) -> Int? {
            status.split(separator: "\n").first { $0.hasPrefix(name) }.flatMap {
                Int($0.dropFirst(name.count))
            }
        }
        let around = try #require(filters(in: processText("self/status")))
        try await workplace.withDarkroom { darkroom in
            _ = try await darkroom.develop(photo, order: order)
            let child = try #require(darkroom.processNumbers.first)
            #expect(filters(in: processText("\(child)/status")) == around + 2)
        }
    }

    @Test("says once what the barrier lacks")
    func saysWhatIsLacking() async throws {
        let workplace = try await Workplace()
        try await workplace.withDarkroom({
            $0.drill = .init(barrier: .none)
            $0.children = 2
        }) { darkroom in
            _ = try await darkroom.barrierParts()
            try await darkroom.warmUpForSelfies()
        }
        #expect(workplace.notes.all.count == 2)
    }

    @Test("opens its barrier for nobody but drills")
    func refusesLessBarrier() throws {
        let child = try LoneChild(arguments: ["darkroom"])
        let start = StartOrder(role: .workbench, limits: Limits(), niceness: 0, pack: nil, barrier: .none)
        let reply = try child.ask(Frame(kind: .start, id: 1, text: WireText.write(start)))
        #expect(reply.kind == .refused)
        #expect(child.status(within: .seconds(5)) != nil)
    }

    @Test("runs at its niceness, with no core, no new files and no way to be traced")
    func settles() throws {
        let child = try LoneChild(arguments: ["darkroom"])
        let start = StartOrder(role: .workbench, limits: Limits(), niceness: 7, pack: nil)
        #expect(try child.ask(Frame(kind: .start, id: 1, text: WireText.write(start))).kind == .ready)
        #expect(getpriority(Int32(PRIO_PROCESS.rawValue), id_t(child.number)) == 7)
        let limits = child.text(of: "limits")
        for name in ["Max core file size", "Max file size"] {
            let line = limits.split(separator: "\n").first { $0.hasPrefix(name) }
            #expect(line?.dropFirst(name.count).split(separator: " ").prefix(2) == ["0", "0"], "\(name)")
        }
        let status = child.text(of: "status")
        #expect(status.contains("NoNewPrivs:\t1") && status.contains("Seccomp:\t2"))
        // Every thread is behind the same filter.
        for thread in child.threads {
            #expect(child.text(of: "task/\(thread)/status").contains("Seccomp:\t2"))
        }
        #expect(child.threads.count >= 3)
    }

    @Test("ends with its parent, even while it hangs", .timeLimit(.minutes(10)))
    func endsWithParent() throws {
        for act in [nil, DrillOrder.Act.hang] {
            let child = try LoneChild(arguments: ["darkroom", DarkroomChild.drillArgument])
            let start = StartOrder(role: .workbench, limits: Limits(), niceness: 0, pack: nil)
            #expect(try child.ask(Frame(kind: .start, id: 1, text: WireText.write(start))).kind == .ready)
            if let act {
                try child.send(
                    Frame(kind: .drill, id: 2, patience: 60_000, text: WireText.write(DrillOrder(act: act))))
            }
            #expect(child.status(within: .milliseconds(50)) == nil)
            child.hangUp()
            #expect(child.status(within: .seconds(5)) != nil)
        }
    }

    @Test("ends without a word to a parent who talks nonsense")
    func refusesNonsense() throws {
        let child = try LoneChild(arguments: ["darkroom"])
        child.write(Array("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
        #expect(child.status(within: .seconds(10)) == 64)
    }
}

/// A file of a process in /proc.
private func processText(_ file: String) -> String {
    let descriptor = open("/proc/\(file)", O_RDONLY)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(descriptor, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
}

/// A child whose parent is the test itself.
private final class LoneChild {
    let number: pid_t
    private var socket: SocketPair
    private var ended: Int32?

    init(arguments: [String]) throws {
        socket = try SocketPair()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // Made equal to itself a descriptor would stay closed on exec, so it takes a way around.
        posix_spawn_file_actions_adddup2(&actions, socket.theirs, 200)
        posix_spawn_file_actions_adddup2(&actions, 200, 3)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var number: pid_t = 0
        let texts = (["likeness"] + arguments).map { strdup($0) }
        defer { for text in texts { free(text) } }
        let fault = posix_spawn(&number, Product.executable ?? "", &actions, nil, texts + [nil], [nil])
        guard fault == 0 else { throw SetupFault("no child") }
        self.number = number
        socket.closeTheirs()
    }

    deinit {
        if ended == nil {
            kill(number, SIGKILL)
            waitpid(number, nil, 0)
        }
    }

    func send(_ frame: Frame) throws {
        var waiting = Endless()
        try Channel(socket: socket.mine).send(frame, waiting: &waiting)
    }

    func ask(_ frame: Frame) throws -> Frame {
        try send(frame)
        var waiting = Endless()
        return try Channel(socket: socket.mine).receive(within: .replies, waiting: &waiting).frame
    }

    func write(_ bytes: [UInt8]) { _ = Glibc.write(socket.mine, bytes, bytes.count) }

    func hangUp() { socket.closeMine() }

    /// How it ended, or nil where it still runs after that time.
    func status(within time: Duration) -> Int32? {
        let deadline = ContinuousClock.now + time
        while ended == nil, ContinuousClock.now < deadline {
            var status: Int32 = 0
            if waitpid(number, &status, WNOHANG) == number {
                ended = status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
            } else {
                usleep(5000)
            }
        }
        return ended
    }

    func text(of file: String) -> String { processText("\(number)/\(file)") }

    var threads: [String] {
        guard let folder = opendir("/proc/\(number)/task") else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }
}

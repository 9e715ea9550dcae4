internal import CBarrier
internal import Domain
internal import Glibc

/// One running child: its process, its socket and what it says. Ended and reaped when it is let go.
final class ChildProcess {
    let number: pid_t
    private let channel: Channel
    private let lastWords: LastWords
    private let memoryInBytes: Int
    private let closing: Closing
    private var nextID: UInt64 = 1
    private var death: ChildDeath?

    /// The system could not start the program; its own number says why.
    struct SpawnFault: Error { let errorNumber: Int32 }

    init(
        executable: String, arguments: [String], memoryInBytes: Int, closing: Closing
    ) throws(SpawnFault) {
        var sockets: [Int32] = [-1, -1]
        var ends: [Int32] = [-1, -1]
        try Self.succeed(likeness_socket_pair(&sockets))
        defer { close(sockets[1]) }
        let pipeFault = likeness_pipe(&ends)
        if pipeFault != 0 {
            close(sockets[0])
            throw SpawnFault(errorNumber: pipeFault)
        }
        defer { close(ends[1]) }
        var process: pid_t = 0
        let spawnFault = Self.withTexts([executable] + arguments) { texts in
            Self.withTexts(Self.environment) { environment in
                likeness_spawn(&process, executable, texts, environment, sockets[1], ends[1])
            }
        }
        if spawnFault != 0 {
            close(sockets[0])
            close(ends[0])
            throw SpawnFault(errorNumber: spawnFault)
        }
        number = process
        channel = Channel(socket: sockets[0])
        lastWords = LastWords(owning: ends[0])
        self.memoryInBytes = memoryInBytes
        self.closing = closing
    }

    deinit {
        end()
        close(channel.socket)
    }

    /// A request that was sent, and how its replies are awaited.
    struct Conversation {
        let id: UInt64
        var watch: Watch
    }

    func send(_ request: Request) throws(ChannelFault) -> Conversation {
        let id = nextID
        nextID += 1
        var watch = Watch(
            process: number, deadline: .now + .seconds(request.seconds), memoryInBytes: memoryInBytes,
            closing: closing, lastWords: lastWords)
        let frame = Frame(
            kind: request.kind, id: id, patience: UInt32(clamping: Int(request.seconds * 1000)),
            text: request.text, blobs: request.blobs)
        try channel.send(frame, descriptors: request.descriptors, waiting: &watch)
        return Conversation(id: id, watch: watch)
    }

    /// The next reply in a conversation.
    func reply(in conversation: inout Conversation) throws(ChannelFault) -> Frame {
        let frame = try channel.receive(within: .replies, waiting: &conversation.watch).frame
        guard frame.id == conversation.id else { throw .garbled(WireFault("a reply to another request")) }
        return frame
    }

    /// Resident memory now.
    var memoryInUse: Int { max(0, likeness_resident(number)) }

    /// Ends the process, if it has not ended by itself, and waits until the system has let go of it.
    ///
    /// One that is dying already is given the time to do so: its own signal tells why.
    @discardableResult
    func end(isDying: Bool = false) -> ChildDeath {
        if let death { return death }
        var status: Int32 = 0
        var usage = rusage()
        var reaped: pid_t = 0
        for _ in 0..<(isDying ? 40 : 1) where reaped == 0 {
            if isDying { usleep(5000) }
            reaped = wait4(number, &status, WNOHANG, &usage)
        }
        let wentByItself = reaped != 0
        if !wentByItself {
            kill(number, SIGKILL)
            repeat { reaped = wait4(number, &status, 0, &usage) } while reaped < 0 && errno == EINTR
        }
        lastWords.listen()
        let death = ChildDeath(
            signal: wentByItself ? status & 0x7F : 0, peakMemoryInBytes: Int(usage.ru_maxrss) << 10,
            lastWords: lastWords.text)
        self.death = death
        return death
    }

    /// Nothing of ours but what the loader and the libraries need: no keys, no addresses, no paths.
    private static var environment: [String] {
        // A crash shall end the child, not start a debugger over it.
        var environment = ["LC_ALL=C.UTF-8", "SWIFT_BACKTRACE=enable=no"]
        if let folders = getenv("LD_LIBRARY_PATH") {
            environment.append("LD_LIBRARY_PATH=" + String(cString: folders))
        }
        return environment
    }

    private static func succeed(_ fault: Int32) throws(SpawnFault) {
        if fault != 0 { throw SpawnFault(errorNumber: fault) }
    }

    /// C's form of a list of texts, ended by a null pointer.
    private static func withTexts<Result>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = texts.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}

internal import Darkroom
internal import Evaluation
internal import Glibc

/// What this machine is, and what its processes use, from /proc.
enum Machine {
    static var description: String {
        let model =
            lines(of: "/proc/cpuinfo").first { $0.hasPrefix("model name") }
            .flatMap { $0.split(separator: ":").last }.map { $0.trimmed } ?? "unknown processor"
        let memory = number(after: "MemTotal:", in: "/proc/meminfo") ?? 0
        let kernel = text(of: "/proc/sys/kernel/osrelease").trimmed
        let load = text(of: "/proc/loadavg").split(separator: " ").first.map(String.init) ?? "?"
        return """
            \(model), \(DarkroomSettings.processors) cores, \((Double(memory) / 1048576).decimals(1)) GB, \
            Linux \(kernel), load \(load)
            """
    }

    /// Seconds that the whole machine has worked so far; time taken by its host counts.
    static var busySeconds: Double {
        let fields = (lines(of: "/proc/stat").first ?? "").split(separator: " ").map { Double($0) ?? 0 }
        guard fields.count > 8 else { return 0 }
        return [1, 2, 3, 6, 7, 8].reduce(0) { $0 + fields[$1] } / ticks
    }

    /// Returns once all processes together use under a tenth of a core for a second, or after ten minutes
    /// (`PEER_WAIT` seconds, as for the peers).
    static func waitForQuiet() {
        let patience = getenv("PEER_WAIT").flatMap { Double(String(cString: $0)) } ?? 600
        let start = ContinuousClock.now
        while ContinuousClock.now - start < .seconds(patience) {
            let before = busySeconds
            sleep(1)
            if busySeconds - before < 0.1 { return }
        }
    }

    /// Nothing where the file is gone: processes end while they are looked at.
    static func text(of path: String) -> String {
        (try? Disk.bytes(of: path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    static func lines(of path: String) -> [Substring] { text(of: path).split(separator: "\n") }

    /// The number behind a word, as the kernel's tables have it.
    static func number(after word: String, in path: String) -> Int? {
        lines(of: path).first { $0.hasPrefix(word) }?.split(separator: " ").dropFirst().first.flatMap {
            Int($0)
        }
    }

    static let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
}

/// A process and everything it started.
struct ProcessTree {
    let members: [pid_t]

    init(of root: pid_t = getpid()) {
        var parents: [pid_t: pid_t] = [:]
        for name in Disk.names(in: "/proc") {
            guard let process = pid_t(name), let parent = Self.fields(of: process)?[1] else { continue }
            parents[process] = pid_t(parent)
        }
        members = [root] + parents.keys.filter { Self.descends($0, from: root, parents) }.sorted()
    }

    /// The sum of what each held at its largest, in MB: how the peers count theirs.
    var peakMegabytes: Double { megabytes("VmHWM:") }
    /// What they hold now, in MB.
    var residentMegabytes: Double { megabytes("VmRSS:") }

    /// Processor time of the members so far, with that of the ended children they have waited for.
    var cpuSeconds: Double {
        members.reduce(0) { sum, process in
            guard let fields = Self.fields(of: process), fields.count > 14 else { return sum }
            return sum + (11...14).reduce(0) { $0 + (Double(fields[$1]) ?? 0) } / Machine.ticks
        }
    }

    private func megabytes(_ word: String) -> Double {
        members.reduce(0) { $0 + Double(Machine.number(after: word, in: "/proc/\($1)/status") ?? 0) } / 1024
    }

    /// State, parent and so on: what stands behind the name, which may hold spaces and brackets.
    private static func fields(of process: pid_t) -> [Substring]? {
        let line = Machine.text(of: "/proc/\(process)/stat")
        guard let bracket = line.lastIndex(of: ")") else { return nil }
        let fields = line[line.index(after: bracket)...].split(separator: " ")
        return fields.count > 1 ? fields : nil
    }

    private static func descends(_ process: pid_t, from root: pid_t, _ parents: [pid_t: pid_t]) -> Bool {
        var ancestor = parents[process]
        while let current = ancestor, current > 1 {
            if current == root { return true }
            ancestor = parents[current]
        }
        return false
    }
}

extension StringProtocol {
    var trimmed: String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}

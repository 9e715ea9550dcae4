internal import Domain
internal import Glibc

/// What can be set about a run, where each value came from, and nothing that is wrong.
struct Configuration: Sendable, Equatable {
    /// Folder whose `open` folder is the built-in model pack; absent where set-up did not run.
    var models: Setting<String?>
    /// Folder for what is installed later.
    var data: Setting<String?>
    /// A file, or the address of a server; absent where the data folder's own is meant.
    var database: Setting<String?>
    /// Folder of the key ring; absent where it lies beside the data folder.
    var keys: Setting<String?>
    /// The master key itself, or a command that tells it; a file beside the ring where neither is given.
    var masterKey: Setting<String?>
    var masterKeyCommand: Setting<String?>
    /// What uploads leave free on the disk.
    var freeSpace: Setting<Int>
    var pixels: Setting<Int>
    var bytes: Setting<Int>
    var seconds: Setting<Double>
    var memoryInBytes: Setting<Int>
    /// Variables that look like ours and are read by nobody: most likely misspelt.
    var unknown: [String]

    struct Setting<Value: Sendable & Equatable>: Sendable, Equatable {
        let value: Value
        let origin: Origin
    }

    enum Origin: String, Sendable, Equatable { case standard = "default", environment }

    /// Everything that is wrong, at once.
    struct Faults: Error, Equatable { let sentences: [String] }

    var limits: Limits {
        var limits = Limits()
        limits.pixels = pixels.value
        limits.bytes = bytes.value
        limits.seconds = seconds.value
        limits.memoryInBytes = memoryInBytes.value
        return limits
    }

    /// Reads the environment; `root` is the folder that set-up prepared, if the program lies in one.
    init(environment: [String: String], root: String?, workingFolder: String) throws(Faults) {
        var reader = Reader(environment: environment, workingFolder: workingFolder)
        let standard = Limits()
        models = reader.folder(.models, standard: root.map { $0 + "/.deps/models" })
        data = reader.folder(.data, standard: root.map { $0 + "/data" })
        database = reader.address(.database)
        keys = reader.folder(.keys, standard: nil)
        masterKey = reader.text(.masterKey)
        masterKeyCommand = reader.text(.masterKeyCommand)
        if masterKey.value != nil, masterKeyCommand.value != nil {
            reader.faults.append(
                "LIKENESS_MASTER_KEY and LIKENESS_MASTER_KEY_COMMAND are both set: set one of them.")
        }
        freeSpace = reader.size(.freeSpace, in: 0...(1 << 50), standard: 512 << 20)
        pixels = reader.number(.pixels, in: 1...4_000_000_000, standard: standard.pixels)
        bytes = reader.size(.bytes, in: 1...(64 << 30), standard: standard.bytes)
        seconds = reader.seconds(.seconds, in: 0.1...3600, standard: standard.seconds)
        memoryInBytes = reader.size(.memory, in: (256 << 20)...(1 << 40), standard: standard.memoryInBytes)
        unknown = environment.keys.filter { $0.hasPrefix("LIKENESS_") && Variable(rawValue: $0) == nil }
            .sorted()
        if !reader.faults.isEmpty { throw Faults(sentences: reader.faults) }
    }

    enum Variable: String, CaseIterable {
        case models = "LIKENESS_MODELS"
        case data = "LIKENESS_DATA"
        case database = "LIKENESS_DATABASE"
        case keys = "LIKENESS_KEYS"
        case masterKey = "LIKENESS_MASTER_KEY"
        case masterKeyCommand = "LIKENESS_MASTER_KEY_COMMAND"
        case freeSpace = "LIKENESS_FREE_SPACE"
        case pixels = "LIKENESS_LIMIT_PIXELS"
        case bytes = "LIKENESS_LIMIT_BYTES"
        case seconds = "LIKENESS_LIMIT_SECONDS"
        case memory = "LIKENESS_LIMIT_MEMORY"
    }

    private struct Reader {
        let environment: [String: String]
        let workingFolder: String
        var faults: [String] = []

        init(environment: [String: String], workingFolder: String) {
            self.environment = environment
            self.workingFolder = workingFolder
        }

        mutating func folder(_ variable: Variable, standard: String?) -> Setting<String?> {
            guard let text = text(of: variable) else { return Setting(value: standard, origin: .standard) }
            return Setting(
                value: text.hasPrefix("/") ? text : "\(workingFolder)/\(text)", origin: .environment)
        }

        /// An address stands as it is; a file is taken from the working folder.
        func address(_ variable: Variable) -> Setting<String?> {
            guard let text = text(of: variable) else { return Setting(value: nil, origin: .standard) }
            let isWhole = text.hasPrefix("/") || DatabaseAddress.isServer(text)
            return Setting(value: isWhole ? text : "\(workingFolder)/\(text)", origin: .environment)
        }

        func text(_ variable: Variable) -> Setting<String?> {
            guard let text = text(of: variable) else { return Setting(value: nil, origin: .standard) }
            return Setting(value: text, origin: .environment)
        }

        mutating func number(_ variable: Variable, in range: ClosedRange<Int>, standard: Int) -> Setting<Int>
        {
            value(of: variable, standard, "a whole number from \(range.lowerBound) to \(range.upperBound)") {
                text in
                Int(text).flatMap { range.contains($0) ? $0 : nil }
            }
        }

        mutating func seconds(_ variable: Variable, in range: ClosedRange<Double>, standard: Double)
            -> Setting<Double>
        {
            value(
                of: variable, standard, "a number of seconds from \(range.lowerBound) to \(range.upperBound)"
            ) { text in
                Double(text).flatMap { range.contains($0) ? $0 : nil }
            }
        }

        /// Bytes, or with K, M or G behind the number a power of 1024.
        mutating func size(_ variable: Variable, in range: ClosedRange<Int>, standard: Int) -> Setting<Int> {
            let words =
                "a size such as 512M, from \(sizeText(range.lowerBound)) to \(sizeText(range.upperBound))"
            return value(of: variable, standard, words) { text in
                let shift = text.last.flatMap { ["K": 10, "M": 20, "G": 30][$0.uppercased()] }
                guard let number = Int(shift == nil ? text : String(text.dropLast())) else { return nil }
                let (size, overflow) = number.multipliedReportingOverflow(by: 1 << (shift ?? 0))
                return !overflow && range.contains(size) ? size : nil
            }
        }

        private mutating func value<Value: Sendable & Equatable>(
            of variable: Variable, _ standard: Value, _ expected: String, read: (String) -> Value?
        ) -> Setting<Value> {
            guard let text = text(of: variable) else { return Setting(value: standard, origin: .standard) }
            guard let value = read(text) else {
                faults.append("\(variable.rawValue) is '\(Word(text).shown)', and must be \(expected).")
                return Setting(value: standard, origin: .standard)
            }
            return Setting(value: value, origin: .environment)
        }

        /// An empty variable is one that somebody took back.
        private func text(of variable: Variable) -> String? {
            environment[variable.rawValue].flatMap { $0.isEmpty ? nil : $0 }
        }
    }
}

/// "512 MB": sizes are told in powers of 1024, as the limits are set.
func sizeText(_ bytes: Int) -> String {
    for (unit, shift) in [("GB", 30), ("MB", 20), ("KB", 10)] where bytes >= 1 << shift {
        let tenths = bytes / ((1 << shift) / 10)
        return tenths % 10 == 0 || tenths >= 1000
            ? "\(tenths / 10) \(unit)" : "\(tenths / 10).\(tenths % 10) \(unit)"
    }
    return "\(bytes) bytes"
}

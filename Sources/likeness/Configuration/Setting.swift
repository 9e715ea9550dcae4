internal import Domain

/// A value in force, and where it comes from.
struct Setting<Value: Sendable & Equatable>: Sendable, Equatable {
    let value: Value
    let origin: Origin
}

/// Who said a setting. Of several the last in this list counts.
enum Origin: Sendable, Equatable {
    case standard
    case file(line: Int)
    case environment
    case commandLine

    var words: String {
        switch self {
        case .standard: "default"
        case .file(let line): "\(SettingsFile.name), line \(line)"
        case .environment: "environment"
        case .commandLine: "command line"
        }
    }
}

/// Reads settings one by one from wherever they are said, and remembers all that is wrong.
struct SettingsReader {
    private let commandLine: [SettingKey: String]
    private let environment: [String: String]
    private let file: SettingsFile?
    private let workingFolder: String
    private let entries: [String: SettingsText.Entry]
    private(set) var faults: [String] = []
    /// Whether something is wrong that was said elsewhere than on the command line.
    private(set) var hasOlderFaults = false

    init(
        commandLine: [SettingKey: String], environment: [String: String], file: SettingsFile?,
        workingFolder: String
    ) {
        self.commandLine = commandLine
        self.environment = environment
        self.file = file
        self.workingFolder = workingFolder
        var entries: [String: SettingsText.Entry] = [:]
        for entry in file?.text.entries ?? [] { entries[entry.key] = entry }
        self.entries = entries
        for fault in file?.text.faults ?? [] { note(fault.sentence, .file(line: fault.line)) }
        let known = SettingKey.allCases.map(\.rawValue)
        for entry in file?.text.entries ?? [] where SettingKey(rawValue: entry.key) == nil {
            note(
                "\(Word(entry.key).shown) is no setting.\(hint(entry.key, among: known))",
                .file(line: entry.line))
        }
    }

    mutating func folder(_ key: SettingKey, standard: String? = nil) -> Setting<String?> {
        guard let (text, origin) = said(key) else { return Setting(value: standard, origin: .standard) }
        return Setting(value: whole(text, origin), origin: origin)
    }

    /// An address stands as it is; a file is taken from where it is said.
    mutating func database(_ key: SettingKey) -> Setting<String?> {
        guard let (text, origin) = said(key) else { return Setting(value: nil, origin: .standard) }
        return Setting(value: DatabaseAddress.isServer(text) ? text : whole(text, origin), origin: origin)
    }

    mutating func text(_ key: SettingKey) -> Setting<String?> {
        said(key).map { Setting(value: $0.text, origin: $0.origin) } ?? Setting(value: nil, origin: .standard)
    }

    mutating func number(_ key: SettingKey, in range: ClosedRange<Int>, standard: Int) -> Setting<Int> {
        value(key, standard, "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    mutating func real(
        _ key: SettingKey, in range: ClosedRange<Double>, standard: Double,
        _ what: String = "a number of seconds"
    ) -> Setting<Double> {
        value(key, standard, "\(what) from \(range.lowerBound) to \(range.upperBound)") { text in
            Double(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    mutating func truth(_ key: SettingKey) -> Setting<Bool> {
        value(key, false, "yes or no") { ["yes": true, "no": false][$0.lowercased()] }
    }

    /// Bytes, or with K, M or G behind the number a power of 1024.
    mutating func size(_ key: SettingKey, in range: ClosedRange<Int>, standard: Int) -> Setting<Int> {
        let words = "a size such as 512M, from \(sizeText(range.lowerBound)) to \(sizeText(range.upperBound))"
        return value(key, standard, words) { text in
            let shift = text.last.flatMap { ["K": 10, "M": 20, "G": 30][$0.uppercased()] }
            guard let number = Int(shift == nil ? text : String(text.dropLast())) else { return nil }
            let (size, overflow) = number.multipliedReportingOverflow(by: 1 << (shift ?? 0))
            return !overflow && range.contains(size) ? size : nil
        }
    }

    mutating func value<Value: Sendable & Equatable>(
        _ key: SettingKey, _ standard: Value, _ expected: String, read: (String) -> Value?
    ) -> Setting<Value> {
        guard let (text, origin) = said(key) else { return Setting(value: standard, origin: .standard) }
        guard let value = read(text) else {
            note("\(name(key, origin)) is '\(Word(text).shown)', and must be \(expected).", origin)
            return Setting(value: standard, origin: .standard)
        }
        return Setting(value: value, origin: origin)
    }

    mutating func refuse(_ sentence: String, _ origin: Origin) { note(sentence, origin) }

    /// As it is called where it was said.
    func name(_ key: SettingKey, _ origin: Origin) -> String {
        switch origin {
        case .commandLine: key.option
        case .environment: key.variable
        case .file, .standard: key.rawValue
        }
    }

    /// An empty variable is one that somebody took back.
    private func said(_ key: SettingKey) -> (text: String, origin: Origin)? {
        if let text = commandLine[key] { return (text, .commandLine) }
        if let text = environment[key.variable], !text.isEmpty { return (text, .environment) }
        return entries[key.rawValue].map { ($0.value, .file(line: $0.line)) }
    }

    private func whole(_ path: String, _ origin: Origin) -> String {
        if path.hasPrefix("/") { return path }
        if case .file = origin, let file { return "\(file.folder)/\(path)" }
        return "\(workingFolder)/\(path)"
    }

    private mutating func note(_ sentence: String, _ origin: Origin) {
        if origin != .commandLine { hasOlderFaults = true }
        guard case .file(let line) = origin, let file else { return faults.append(sentence) }
        faults.append("\(Word(file.path).shown), line \(line): \(sentence)")
    }
}

/// A file of settings as it is written: `key = value`, one to a line. What begins with `#` is for people. A value stands as
/// it is, or in quotation marks where it begins or ends with white space. Nothing goes on in the next line.
struct SettingsText: Sendable, Equatable {
    struct Entry: Sendable, Equatable {
        let key: String
        let value: String
        let line: Int
    }

    struct Fault: Sendable, Equatable {
        let line: Int
        let sentence: String
    }

    private(set) var entries: [Entry] = []
    private(set) var faults: [Fault] = []

    /// Reads all lines, also behind those that are wrong.
    init(_ bytes: [UInt8]) {
        var lines: [String: Int] = [:]
        let all = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        for (number, bytes) in zip(1..., all) {
            let line = Self.trimmed(bytes)
            if line.isEmpty || line.first == UInt8(ascii: "#") { continue }
            switch Self.read(line) {
            case .failure(let fault): faults.append(Fault(line: number, sentence: fault.words))
            case .success(let (key, value)):
                if let earlier = lines.updateValue(number, forKey: key) {
                    faults.append(
                        Fault(line: number, sentence: "\(key) was set on line \(earlier) already; keep one."))
                } else {
                    entries.append(Entry(key: key, value: value, line: number))
                }
            }
        }
    }

    private struct Wrong: Error { let words: String }

    private static func read(_ line: ArraySlice<UInt8>) -> Result<(String, String), Wrong> {
        guard String(validating: line, as: UTF8.self) != nil,
            line.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 })
        else { return .failure(Wrong(words: "This is no plain text in UTF-8.")) }
        guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else {
            // Not what stands there: it may be half a secret.
            return .failure(
                Wrong(words: "There is no = in it; write key = value, and # before what is for people."))
        }
        let key = trimmed(line[..<equals])
        var value = trimmed(line[(equals + 1)...])
        guard !key.isEmpty, key.allSatisfy(isOfKey) else {
            return .failure(
                Wrong(words: "'\(String(decoding: key.prefix(40), as: UTF8.self))' is no name of a setting."))
        }
        let name = String(decoding: key, as: UTF8.self)
        if value.count >= 2, value.first == UInt8(ascii: "\""), value.last == UInt8(ascii: "\"") {
            value = value.dropFirst().dropLast()
        }
        guard !value.isEmpty else {
            return .failure(Wrong(words: "\(name) has no value; leave the line out for the default."))
        }
        return .success((name, String(decoding: value, as: UTF8.self)))
    }

    private static func isOfKey(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "_"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
        let start = bytes.drop(while: isSpace)
        guard let last = start.lastIndex(where: { !isSpace($0) }) else { return start.prefix(0) }
        return start[...last]
    }
}

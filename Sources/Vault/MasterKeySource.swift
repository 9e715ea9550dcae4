internal import CSodium
internal import Domain
internal import Glibc

/// Where the master key comes from, which opens the ring of all others.
package enum MasterKeySource: Sendable, CustomStringConvertible, CustomReflectable {
    /// A file for its owner only; made when there is no ring yet.
    case file(String)
    /// 64 hexadecimal digits, as from the environment.
    case text(String)
    /// A command that prints them.
    case command(String)

    package var description: String {
        switch self {
        case .file: "a master key in a file"
        case .text: "a master key that was given"
        case .command: "a master key that a command tells"
        }
    }

    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// The key that wraps the ring.
struct MasterKey: Sendable {
    static let length = 32
    let bytes: SecretBytes

    /// A fresh one.
    init() { bytes = SecretBytes(random: Self.length) }

    /// From 64 hexadecimal digits and at most one line end; nil for anything else.
    init?(digits text: some Sequence<UInt8>) {
        var digits = Array(text)
        defer { wipe(&digits) }
        if digits.last == UInt8(ascii: "\n") { digits.removeLast() }
        guard digits.count == 2 * Self.length else { return nil }
        var key: [UInt8] = []
        defer { wipe(&key) }
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Self.value(digits[place]), let low = Self.value(digits[place + 1]) else {
                return nil
            }
            key.append(high << 4 | low)
        }
        bytes = SecretBytes(copying: key)
    }

    /// As a file keeps it.
    func withDigits<Answer>(_ body: ([UInt8]) throws(VaultError) -> Answer) throws(VaultError) -> Answer {
        let letters = Array("0123456789abcdef".utf8)
        var text = bytes.withBytes { key in
            (0..<Self.length).flatMap { [letters[Int(key[$0] >> 4)], letters[Int(key[$0] & 15)]] }
        }
        text.append(UInt8(ascii: "\n"))
        defer { wipe(&text) }
        return try body(text)
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension MasterKeySource {
    /// The key, or nil where its file is not there.
    func key() throws(VaultError) -> MasterKey? {
        switch self {
        case .file(let path):
            guard var text = try PrivateFile.bytes(at: path, atMost: 200) else { return nil }
            defer { wipe(&text) }
            guard let key = MasterKey(digits: text) else {
                throw .noMasterKey("its file does not hold 64 hexadecimal digits.")
            }
            return key
        case .text(let text):
            guard let key = MasterKey(digits: text.utf8) else {
                throw .noMasterKey("what was given is not 64 hexadecimal digits.")
            }
            return key
        case .command(let command):
            var text = try KeyCommand.output(of: command)
            defer { wipe(&text) }
            guard let key = MasterKey(digits: text) else {
                throw .noMasterKey("the command did not print 64 hexadecimal digits.")
            }
            return key
        }
    }
}

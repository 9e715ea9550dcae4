/// Archives written byte by byte, so that tests can make those that no tool would.
enum MadeArchive {
    struct Entry {
        var name: String
        var bytes: [UInt8] = []
        /// As tar marks it: a plain file, a link, a folder, a device.
        var kind: Character = "0"
        var target = ""
    }

    static func tar(_ entries: [Entry]) -> [UInt8] {
        var archive: [UInt8] = []
        for entry in entries {
            var head = [UInt8](repeating: 0, count: 512)
            func put(_ text: String, at place: Int) {
                for (offset, byte) in text.utf8.enumerated() { head[place + offset] = byte }
            }
            func octal(_ number: Int, digits: Int) -> String {
                let text = String(number, radix: 8)
                return String(repeating: "0", count: digits - text.count) + text
            }
            put(entry.name, at: 0)
            put("0000644\u{0}0000000\u{0}0000000\u{0}", at: 100)
            put(octal(entry.bytes.count, digits: 11), at: 124)
            put("00000000000\u{0}", at: 136)
            put("        ", at: 148)
            put(String(entry.kind), at: 156)
            put(entry.target, at: 157)
            put("ustar\u{0}00", at: 257)
            put(octal(head.reduce(0) { $0 + Int($1) }, digits: 6) + "\u{0} ", at: 148)
            archive += head + entry.bytes
            archive += [UInt8](repeating: 0, count: (512 - entry.bytes.count % 512) % 512)
        }
        return archive + [UInt8](repeating: 0, count: 1024)
    }

    /// A zip whose files are stored as they are.
    static func zip(_ entries: [Entry]) -> [UInt8] {
        var archive: [UInt8] = []
        var directory: [UInt8] = []
        for entry in entries {
            let name = Array(entry.name.utf8)
            let common: [UInt8] =
                little(0, 2) + little(0, 2) + little(0, 4) + little(Int(checksum(entry.bytes)), 4)
                + little(entry.bytes.count, 4) + little(entry.bytes.count, 4) + little(name.count, 2)
                + little(0, 2)
            directory += little(0x0201_4B50, 4) + little(20, 2) + little(20, 2) + common
            directory +=
                little(0, 2) + little(0, 2) + little(0, 2) + little(0, 4) + little(archive.count, 4) + name
            archive += little(0x0403_4B50, 4) + little(20, 2) + common + name + entry.bytes
        }
        let start = archive.count
        archive += directory + little(0x0605_4B50, 4) + little(0, 4) + little(entries.count, 2)
        return archive + little(entries.count, 2) + little(directory.count, 4) + little(start, 4)
            + little(0, 2)
    }

    /// A gzip of stored blocks.
    static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = []
        var rest = bytes[...]
        repeat {
            let block = rest.prefix(65_535)
            rest = rest.dropFirst(65_535)
            stream +=
                [rest.isEmpty ? 1 : 0] + little(block.count, 2) + little(~block.count & 0xFFFF, 2) + block
        } while !rest.isEmpty
        return gzip(stream: stream, of: bytes)
    }

    /// A gzip whose bytes end in `zeros` zeros, told in 13 bits for every 258 of them.
    static func bomb(_ head: [UInt8], zeros: Int) -> [UInt8] {
        precondition(zeros % 258 == 1, "the first zero is spelled out, the others are repeated")
        var bits = Bits()
        bits.append(0b011, count: 3)  // the last block, with the fixed code
        for byte in head + [0] {
            if byte < 144 {
                bits.append(reversed: 0x30 + Int(byte), count: 8)
            } else {
                bits.append(reversed: 0x190 + Int(byte) - 144, count: 9)
            }
        }
        for _ in 0..<zeros / 258 {
            bits.append(reversed: 0b1100_0101, count: 8)  // 258 bytes again
            bits.append(0, count: 5)  // from one back
        }
        bits.append(0, count: 7)
        return gzip(stream: bits.bytes, of: head + [UInt8](repeating: 0, count: zeros))
    }

    private static func gzip(stream: [UInt8], of bytes: [UInt8]) -> [UInt8] {
        [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255] + stream + little(Int(checksum(bytes)), 4)
            + little(bytes.count, 4)
    }

    private static func little(_ number: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }

    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { $0 >> 8 ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
    }

    private struct Bits {
        private(set) var bytes: [UInt8] = []
        private var used = 8

        mutating func append(_ value: Int, count: Int) {
            for place in 0..<count {
                if used == 8 {
                    bytes.append(0)
                    used = 0
                }
                bytes[bytes.count - 1] |= UInt8(value >> place & 1) << UInt8(used)
                used += 1
            }
        }

        mutating func append(reversed value: Int, count: Int) {
            for place in (0..<count).reversed() { append(value >> place & 1, count: 1) }
        }
    }
}

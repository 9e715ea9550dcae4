/// What is wrong with a file that dlib is said to have written.
package enum DlibError: Error, Equatable, CustomStringConvertible {
    case endsTooEarly(at: Int)
    /// The bytes at a place are not what the format has there.
    case unexpected(String, at: Int)
    /// The network was read, but more bytes follow.
    case goesOn(at: Int)
    /// The layers do not make the kind of network that is known.
    case unknownNetwork(String)

    package var description: String {
        switch self {
        case .endsTooEarly(let place): "it ends too early, at byte \(place)"
        case .unexpected(let what, let place): "\(what) at byte \(place)"
        case .goesOn(let place): "it goes on after its end at byte \(place)"
        case .unknownNetwork(let what): "it is not the network we know: \(what)"
        }
    }
}

/// Reads the primitives of dlib's stream format, one after the other. Nothing in the bytes is believed.
package struct DlibReader {
    private let bytes: [UInt8]
    package private(set) var place = 0

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package var isAtEnd: Bool { place == bytes.count }

    /// A control byte (sign, count of bytes), then the magnitude with its lowest byte first.
    package mutating func integer() throws(DlibError) -> Int {
        let start = place
        let control = try byte()
        let count = Int(control & 0x0F)
        guard (1...8).contains(count), control & 0x70 == 0 else { throw .unexpected("no integer", at: start) }
        var magnitude: UInt64 = 0
        for shift in 0..<count { magnitude |= UInt64(try byte()) << (8 * UInt64(shift)) }
        guard let value = Int(exactly: magnitude) else {
            throw .unexpected("an integer too large", at: start)
        }
        return control & 0x80 == 0 ? value : -value
    }

    /// An integer that counts or measures something.
    package mutating func count(upTo most: Int) throws(DlibError) -> Int {
        let start = place
        let value = try integer()
        guard (0...most).contains(value) else { throw .unexpected("a count of \(value)", at: start) }
        return value
    }

    /// Mantissa, then exponent of two; the order is the reverse of what the format's own description says.
    package mutating func number() throws(DlibError) -> Double {
        let start = place
        let mantissa = try integer()
        let exponent = try integer()
        // Exponents from 32000 on stand for infinities and no-numbers, which have no business here.
        guard (-2000...2000).contains(exponent) else { throw .unexpected("no finite number", at: start) }
        let value = Double(sign: .plus, exponent: exponent, significand: Double(mantissa))
        guard value.isFinite else { throw .unexpected("no finite number", at: start) }
        return value
    }

    package mutating func flag() throws(DlibError) -> Bool {
        let start = place
        switch try byte() {
        case UInt8(ascii: "0"): return false
        case UInt8(ascii: "1"): return true
        default: throw .unexpected("neither true nor false", at: start)
        }
    }

    package mutating func text() throws(DlibError) -> String {
        let start = place
        let length = try count(upTo: 200)
        guard bytes.count - place >= length else { throw .endsTooEarly(at: bytes.count) }
        let text = bytes[place..<place + length]
        guard text.allSatisfy({ (0x20...0x7E).contains($0) }) else { throw .unexpected("no text", at: start) }
        place += length
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether a text that begins like this comes next.
    package func isBefore(textBeginning beginning: String) -> Bool {
        var ahead = self
        return (try? ahead.text())?.hasPrefix(beginning) ?? false
    }

    /// Four sizes and as many floats, lowest byte first.
    package mutating func tensor() throws(DlibError) -> DlibTensor {
        let sizes = try sizes(version: 2)
        let count = sizes.reduce(1, *)
        guard (bytes.count - place) / 4 >= count else { throw .endsTooEarly(at: bytes.count) }
        let start = place
        let values = [Float](unsafeUninitializedCapacity: count) { buffer, filled in
            bytes.withUnsafeBytes { bytes in
                for index in 0..<count {
                    let bits = bytes.loadUnaligned(fromByteOffset: start + 4 * index, as: UInt32.self)
                    buffer[index] = Float(bitPattern: UInt32(littleEndian: bits))
                }
            }
            filled = count
        }
        place += 4 * count
        guard values.allSatisfy(\.isFinite) else {
            throw .unexpected("weights that are not finite", at: start)
        }
        return DlibTensor(sizes: sizes, values: values)
    }

    /// A window on another tensor: sizes without values.
    package mutating func alias() throws(DlibError) -> [Int] { try sizes(version: 1) }

    private mutating func sizes(version expected: Int) throws(DlibError) -> [Int] {
        let start = place
        guard try integer() == expected else { throw .unexpected("a tensor of another version", at: start) }
        var sizes: [Int] = []
        // Four sizes of at most a million cannot overflow their product before it is compared.
        for _ in 0..<4 { sizes.append(try count(upTo: 1 << 20)) }
        guard sizes.reduce(1.0, { $0 * Double($1) }) <= 1e8 else {
            throw .unexpected("a tensor too large", at: start)
        }
        return sizes
    }

    private mutating func byte() throws(DlibError) -> UInt8 {
        guard place < bytes.count else { throw .endsTooEarly(at: place) }
        defer { place += 1 }
        return bytes[place]
    }
}

/// Numbers of a layer: pictures, channels, rows, columns.
package struct DlibTensor: Sendable, Equatable {
    package let sizes: [Int]
    package let values: [Float]
}

internal import Glibc

/// A part of all addresses, such as 10.0.0.0/8 or a single one.
package struct AddressRange: Sendable, Hashable {
    /// As it was written.
    package let text: String
    private let bytes: [UInt8]
    private let bits: Int

    /// Nil where it is not written as one.
    package init?(_ text: String) {
        let sides = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let bytes = Self.bytes(of: String(sides[0])) else { return nil }
        let most = bytes.count * 8
        guard let bits = sides.count == 1 ? most : Int(sides[1]), (0...most).contains(bits) else {
            return nil
        }
        self.text = text
        self.bytes = bytes
        self.bits = bits
    }

    /// Whether it is written as one address.
    package static func isAddress(_ text: String) -> Bool { bytes(of: text) != nil }

    package func contains(_ address: String) -> Bool {
        guard let other = Self.bytes(of: address), other.count == bytes.count else { return false }
        let whole = bits / 8
        guard other[..<whole] == bytes[..<whole] else { return false }
        let rest = bits % 8
        return rest == 0 || (other[whole] ^ bytes[whole]) >> UInt8(8 - rest) == 0
    }

    /// Four bytes or sixteen; an IPv4 address in the clothes of IPv6 is one of four.
    static func bytes(of text: String) -> [UInt8]? {
        var four = [UInt8](repeating: 0, count: 4)
        if inet_pton(AF_INET, text, &four) == 1 { return four }
        var sixteen = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, text, &sixteen) == 1 else { return nil }
        let isMapped = sixteen[..<10].allSatisfy { $0 == 0 } && sixteen[10] == 0xFF && sixteen[11] == 0xFF
        return isMapped ? Array(sixteen[12...]) : sixteen
    }

    /// An address as text, however it came.
    static func text(of address: UnsafePointer<sockaddr>) -> String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = Int32(address.pointee.sa_family)
        if family == AF_INET {
            address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { four in
                var value = four.pointee.sin_addr
                _ = inet_ntop(AF_INET, &value, &buffer, socklen_t(buffer.count))
            }
        } else if family == AF_INET6 {
            address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { six in
                var value = six.pointee.sin6_addr
                _ = inet_ntop(AF_INET6, &value, &buffer, socklen_t(buffer.count))
            }
        }
        let text = buffer.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { String(cString: $0) } ?? ""
        }
        return text.hasPrefix("::ffff:") && text.contains(".") ? String(text.dropFirst(7)) : text
    }
}

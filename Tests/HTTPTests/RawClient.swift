import Glibc

@testable import HTTP

/// A socket that says exactly what it is told, as no library for clients would.
final class RawClient: Sendable {
    private let socket: Int32

    init(_ port: Int) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw Unreachable(errno: errno) }
        var limit = timeval(tv_sec: 120, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    struct Unreachable: Error { let errno: Int32 }

    deinit { close(socket) }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Some bytes; none at the end.
    func receive(atMost most: Int = 1 << 16) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: most)
        let count = recv(socket, &buffer, buffer.count, 0)
        return Array(buffer.prefix(max(0, count)))
    }

    /// Until the other side closes.
    func rest() -> String { String(decoding: restBytes(), as: UTF8.self) }

    func restBytes() -> [UInt8] {
        var all: [UInt8] = []
        while case let piece = receive(), !piece.isEmpty { all += piece }
        return all
    }

    /// Up to what is looked for, or to the end.
    func until(_ words: String) -> String {
        var all: [UInt8] = []
        while !String(decoding: all, as: UTF8.self).contains(words) {
            let piece = receive()
            if piece.isEmpty { break }
            all += piece
        }
        return String(decoding: all, as: UTF8.self)
    }
}

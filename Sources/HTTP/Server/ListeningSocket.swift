internal import Glibc

/// A socket that is bound and listens, so that its port is known whatever it is.
struct ListeningSocket {
    let descriptor: Int32
    let port: Int

    init(address: String, port: Int) throws(ServerError) {
        guard let bytes = AddressRange.bytes(of: address), (0...65535).contains(port) else {
            throw .badAddress(address)
        }
        let isSix = bytes.count == 16
        let made = socket(isSix ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC | O_NONBLOCK, 0)
        guard made >= 0 else { throw .cannotListen(errno: errno) }
        var (yes, no): (Int32, Int32) = (1, 0)
        setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
        // "::" takes guests of both kinds.
        if isSix { setsockopt(made, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &no, 4) }
        let bound = Self.bind(made, bytes, UInt16(port))
        guard bound == 0, listen(made, 1024) == 0 else {
            let fault = errno
            close(made)
            switch fault {
            case EADDRINUSE: throw .addressInUse(port: port)
            case EACCES: throw .noPermission(port: port)
            case EADDRNOTAVAIL: throw .badAddress(address)
            default: throw .cannotListen(errno: fault)
            }
        }
        descriptor = made
        self.port = Self.port(of: made)
    }

    private static func bind(_ socket: Int32, _ bytes: [UInt8], _ port: UInt16) -> Int32 {
        if bytes.count == 16 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            withUnsafeMutableBytes(of: &address.sin6_addr) { $0.copyBytes(from: bytes) }
            return withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
                }
            }
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        withUnsafeMutableBytes(of: &address.sin_addr) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private static func port(of socket: Int32) -> Int {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(socket, $0, &length) }
            return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                Int(UInt16(bigEndian: $0.pointee.sin_port))
            }
        }
    }
}

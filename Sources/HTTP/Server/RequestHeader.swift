internal import CMicroHTTPD
internal import Glibc

/// The lines of a request's header, checked for what the library lets pass, and what follows from them alone.
///
/// Browsers send the same lines with every request of a connection; where they are the same byte for byte, what was made of
/// them the last time is good again.
final class RequestHeader: Sendable {
    let lines: HeaderLines
    /// Of the body; nil where it comes in chunks.
    let length: Int64?
    let sender: ForwardedChain
    /// What the sender's requests are counted by: the address, and what shows who it is.
    let addressKey: String
    let tokenKey: String?
    /// Much is rare, and would be kept as long as the connection.
    let canBeKept: Bool
    private let bytes: [UInt8]
    private let isOld: Bool

    /// - Parameter bytes: the lines as the library keeps them.
    init(
        _ connection: OpaquePointer, _ bytes: UnsafeRawBufferPointer, isOld: Bool, from peer: String,
        _ settings: ServerSettings
    ) throws(Refusal) {
        var collected = Collected()
        withUnsafeMutablePointer(to: &collected) { collected in
            _ = MHD_get_connection_values(
                connection, .HEADER_KIND,
                { owner, _, name, value in
                    guard let owner, let name else { return .NO }
                    owner.assumingMemoryBound(to: Collected.self).pointee.add(name, value)
                    return .YES
                }, collected)
        }
        guard !collected.isBad else { throw Self.bad }
        canBeKept = bytes.count <= Self.mostBytesKept
        lines = HeaderLines(collected.headers)
        length = try Self.length(of: lines.all, isOld: isOld)
        sender = ForwardedChain(
            peer: peer, isSecure: settings.certificate != nil, headers: lines.all,
            trusted: settings.trustedProxies)
        addressKey = RequestLimit.key(of: sender.client)
        tokenKey = Self.token(in: lines, settings).map { RequestLimit.key(ofToken: $0) }
        self.bytes = canBeKept ? Array(bytes) : []
        self.isOld = isOld
    }

    /// Whether these lines are the same.
    func isMade(of bytes: UnsafeRawBufferPointer, isOld: Bool) -> Bool {
        guard isOld == self.isOld, bytes.count == self.bytes.count, let start = bytes.baseAddress else {
            return false
        }
        return memcmp(self.bytes, start, bytes.count) == 0
    }

    static func isOld(_ version: UnsafePointer<CChar>) throws(Refusal) -> Bool {
        if strcmp(version, "HTTP/1.1") == 0 { return false }
        if strcmp(version, "HTTP/1.0") == 0 { return true }
        throw Refusal(505, "unknown_version", "Only HTTP/1.1 is spoken here.")
    }

    static func method(_ name: UnsafePointer<CChar>) throws(Refusal) -> Method {
        if let method = Method(rawValue: String(cString: name)) { return method }
        throw Refusal(
            405, "unknown_method", "Nothing here is done by this method.", headers: [.allow(Method.allCases)])
    }

    private static func token(in lines: HeaderLines, _ settings: ServerSettings) -> String? {
        if let words = lines.value(of: "authorization"), words.hasPrefix("Bearer ") {
            return String(words.dropFirst(7))
        }
        return settings.sessionCookies.lazy.compactMap { lines.cookie($0) }.first
    }

    private struct Collected {
        var headers: [Header] = []
        var isBad = false

        mutating func add(_ name: UnsafePointer<CChar>, _ value: UnsafePointer<CChar>?) {
            let (name, value) = (Self.bytes(name), Self.bytes(value))
            guard let key = RequestHeader.smallLetters(name),
                value.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }),
                let text = String(validating: value, as: UTF8.self)
            else { return isBad = true }
            headers.append(Header(key, text))
        }

        private static func bytes(_ text: UnsafePointer<CChar>?) -> UnsafeBufferPointer<UInt8> {
            guard let text else { return UnsafeBufferPointer(start: nil, count: 0) }
            let bytes = UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self)
            return UnsafeBufferPointer(start: bytes, count: strlen(text))
        }
    }

    /// How long the body is. Whoever says it twice, or in two ways, may mean one request to us and two to somebody else.
    private static func length(of headers: [Header], isOld: Bool) throws(Refusal) -> Int64? {
        var (lengths, codings, hosts) = ([String](), [String](), 0)
        for header in headers {
            switch header.name {
            case "content-length": lengths.append(header.value)
            case "transfer-encoding": codings.append(header.value)
            case "host":
                hosts += 1
                guard isHost(header.value) else { throw bad }
            default: break
            }
        }
        guard hosts <= 1, lengths.count <= 1, codings.count <= 1, lengths.isEmpty || codings.isEmpty else {
            throw bad
        }
        if let coding = codings.first {
            // Chunks came with 1.1, so a proxy that speaks 1.0 does not see where they end.
            guard !isOld else { throw bad }
            guard coding.lowercased() == "chunked" else {
                throw Refusal(501, "unknown_coding", "Bodies are taken as they are, or in chunks.")
            }
            return nil
        }
        guard let text = lengths.first else { return 0 }
        guard !text.isEmpty, text.count <= 18, text.utf8.allSatisfy({ (48...57).contains($0) }),
            let length = Int64(text)
        else { throw bad }
        return length
    }

    /// A name or an address, and perhaps a port.
    private static func isHost(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 255
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "-._:[]".utf8.contains(byte)
                }
            }
    }

    /// The name of a header; nil where it is none.
    private static func smallLetters(_ name: UnsafeBufferPointer<UInt8>) -> String? {
        guard !name.isEmpty, name.allSatisfy(isOfName) else { return nil }
        return String(unsafeUninitializedCapacity: name.count) { letters in
            for (place, byte) in name.enumerated() {
                letters[place] = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
            }
            return name.count
        }
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    private static let mostBytesKept = 2048

    static let bad = Refusal(
        400, "bad_header", "The header of the request is not written as headers are.")
}

internal import CMicroHTTPD
internal import Glibc

/// What a request says of itself before its body, checked for what the library lets pass.
struct RequestHead {
    let method: Method
    let target: RequestTarget
    let headers: [Header]
    /// Of the body; nil where it comes in chunks.
    let length: Int64?

    init(
        _ connection: OpaquePointer, method: String, version: String, target raw: [UInt8],
        _ layout: HeaderLayout
    ) throws(Refusal) {
        guard version == "HTTP/1.1" || version == "HTTP/1.0" else {
            throw Refusal(505, "unknown_version", "Only HTTP/1.1 is spoken here.")
        }
        guard let method = Method(rawValue: method) else {
            throw Refusal(
                405, "unknown_method", "Nothing here is done by this method.",
                headers: [Header("Allow", Method.allCases.map(\.rawValue).joined(separator: ", "))])
        }
        guard let target = RequestTarget(raw) else { throw .badAddress }
        var collected = Collected(layout: layout)
        withUnsafeMutablePointer(to: &collected) { collected in
            _ = MHD_get_connection_values(
                connection, .HEADER_KIND,
                { owner, _, name, value in
                    guard let owner, let name else { return .NO }
                    owner.assumingMemoryBound(to: Collected.self).pointee.add(name, value)
                    return .YES
                }, collected)
        }
        guard !collected.isBad, collected.layout.isWhole(of: connection) else { throw Self.badHeader }
        self.method = method
        self.target = target
        headers = collected.headers
        length = try Self.length(of: headers, isOld: version == "HTTP/1.0")
    }

    private struct Collected {
        var headers: [Header] = []
        var isBad = false
        var layout: HeaderLayout

        mutating func add(_ name: UnsafePointer<CChar>, _ value: UnsafePointer<CChar>?) {
            layout.add(name, value)
            let (name, value) = (Self.bytes(name), Self.bytes(value))
            guard let key = RequestHead.smallLetters(name),
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
                guard isHost(header.value) else { throw badHeader }
            default: break
            }
        }
        guard hosts <= 1, lengths.count <= 1, codings.count <= 1, lengths.isEmpty || codings.isEmpty else {
            throw badHeader
        }
        if let coding = codings.first {
            // Chunks came with 1.1, so a proxy that speaks 1.0 does not see where they end.
            guard !isOld else { throw badHeader }
            guard coding.lowercased() == "chunked" else {
                throw Refusal(501, "unknown_coding", "Bodies are taken as they are, or in chunks.")
            }
            return nil
        }
        guard let text = lengths.first else { return 0 }
        guard !text.isEmpty, text.count <= 18, text.utf8.allSatisfy({ (48...57).contains($0) }),
            let length = Int64(text)
        else { throw badHeader }
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

    private static let badHeader = Refusal(
        400, "bad_header", "The header of the request is not written as headers are.")
}

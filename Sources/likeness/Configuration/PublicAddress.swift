/// Where guests find the server: what stands in links, in printed codes and in mail.
struct PublicAddress: Sendable, Equatable {
    /// Without a slash at its end.
    let text: String
    let isSecure: Bool
    private let host: String

    /// Nil where it is not a scheme, a host and perhaps a port.
    init?(_ text: String) {
        let bare = text.hasSuffix("/") ? text.dropLast() : text[...]
        guard let colon = bare.firstRange(of: "://") else { return nil }
        let scheme = bare[..<colon.lowerBound].lowercased()
        guard ["http", "https"].contains(scheme) else { return nil }
        var host = bare[colon.upperBound...]
        var port = ""[...]
        if host.hasPrefix("[") {
            guard let end = host.firstIndex(of: "]") else { return nil }
            port = host[host.index(after: end)...]
            host = host[host.index(after: host.startIndex)..<end]
            guard host.contains(":"),
                host.utf8.allSatisfy({ Self.isHexadecimal($0) || ":.".utf8.contains($0) })
            else { return nil }
        } else {
            if let colon = host.firstIndex(of: ":") { (port, host) = (host[colon...], host[..<colon]) }
            guard !host.isEmpty, host.utf8.count <= 253, Self.isName(host) else { return nil }
        }
        guard port.isEmpty || port.first == ":" && Self.isPort(port.dropFirst()) else { return nil }
        self.text = scheme + bare[colon.lowerBound...].lowercased()
        self.host = host.lowercased()
        isSecure = scheme == "https"
    }

    /// Browsers open the camera, and keep a page to themselves, over TLS alone, or on the very machine.
    var isOpenToListeners: Bool {
        !isSecure && !["localhost", "::1"].contains(host) && !host.hasPrefix("127.")
    }

    static let warning =
        "public-address is not https: browsers give guests no camera there, and everybody on the way reads what is sent."

    private static func isName(_ host: Substring) -> Bool {
        host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                && label.utf8.allSatisfy { byte in
                    Self.isHexadecimal(byte) || byte == UInt8(ascii: "-")
                        || (UInt8(ascii: "g")...UInt8(ascii: "z")).contains(byte | 0x20)
                }
        }
    }

    private static func isPort(_ digits: Substring) -> Bool {
        digits.utf8.allSatisfy { (48...57).contains($0) }
            && Int(digits).map { (1...65535).contains($0) } == true
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (97...102).contains(byte | 0x20)
    }
}

/// Who sent a request that came by way of proxies. Each proxy adds whom it heard it from on the right, so the list is read
/// from there and only as far as those who wrote it are ours; what stands further left anybody may have written.
struct ForwardedChain: Hashable {
    private(set) var client: String
    private(set) var isSecure: Bool

    /// - Parameter peer: who is connected with us; the headers count only where that is one of `trusted`.
    init(peer: String, isSecure: Bool, headers: [Header], trusted: [AddressRange]) {
        client = peer
        self.isSecure = isSecure
        func isOurs(_ address: String) -> Bool { trusted.contains { $0.contains(address) } }
        guard isOurs(peer) else { return }
        var hops = 0
        for entry in Self.entries("x-forwarded-for", headers).reversed() {
            guard let address = Self.address(entry) else { break }
            client = address
            hops += 1
            if !isOurs(address) { break }
        }
        // Each proxy may add how it was spoken to as well, or hand on the one word of the outermost.
        let schemes = Self.entries("x-forwarded-proto", headers)
        if !schemes.isEmpty {
            let place = max(0, schemes.count - max(1, hops))
            self.isSecure = schemes[place].elementsEqual("https".utf8)
        }
    }

    private static func entries(_ name: String, _ headers: [Header]) -> [ArraySlice<UInt8>] {
        headers.filter { $0.name == name }.flatMap { header in
            Array(header.value.utf8).split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
                .map { HeaderLists.trimmed($0) }
        }.suffix(mostEntries)
    }

    /// As some proxies write it: with a port behind it, in brackets where it has colons itself.
    private static func address(_ entry: ArraySlice<UInt8>) -> String? {
        guard var text = String(validating: entry, as: UTF8.self) else { return nil }
        if text.first == "[", let end = text.lastIndex(of: "]") {
            guard isPort(text[text.index(after: end)...]) else { return nil }
            text = String(text[text.index(after: text.startIndex)..<end])
        } else if let colon = text.firstIndex(of: ":"), text.contains(".") {
            if isPort(text[colon...]) { text = String(text[..<colon]) }
        }
        return AddressRange.bytes(of: text) == nil ? nil : text
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.isEmpty
            || text.first == ":" && (1...5).contains(text.utf8.count - 1)
                && text.utf8.dropFirst().allSatisfy { (48...57).contains($0) }
    }

    private static let mostEntries = 32
}

/// Where a database is: a file, or a server's address.
enum DatabaseAddress {
    static func isServer(_ text: String) -> Bool {
        text.hasPrefix("postgres://") || text.hasPrefix("postgresql://")
    }

    /// For messages: what may hold a password is cut out.
    static func shown(_ text: String) -> String {
        guard isServer(text), let scheme = text.firstRange(of: "://") else { return text }
        let rest = text[scheme.upperBound...]
        let place = rest.prefix { $0 != "?" }
        let host = place.lastIndex(of: "@").map { place[place.index(after: $0)...] } ?? place
        return String(text[..<scheme.upperBound]) + host
    }
}

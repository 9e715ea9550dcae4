internal import Synchronization

/// The header of a request, line by line.
///
/// It mostly stays the same from one request of a connection to the next, and is kept: each cookie is looked for once.
package final class HeaderLines: Sendable {
    package let all: [Header]
    private let cookies = Mutex<[(name: String, value: String?)]>([])

    package init(_ all: [Header]) { self.all = all }

    /// The first header of this name, which is written in small letters.
    func value(of name: String) -> String? { all.first { $0.name == name }?.value }

    func cookie(_ name: String) -> String? {
        cookies.withLock { cookies in
            if let known = cookies.first(where: { $0.name == name }) { return known.value }
            var text = value(of: "cookie") ?? ""
            let value = text.withUTF8 { HeaderLists.cookie(name, in: $0) }
            cookies.append((name, value))
            return value
        }
    }
}

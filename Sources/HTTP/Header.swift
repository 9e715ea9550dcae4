/// One header of a reply. Whatever could end the line is taken out of it, so that a value never becomes another header.
package struct Header: Sendable, Hashable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value =
            value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
            ? value : String(decoding: value.utf8.filter { $0 >= 0x20 && $0 != 0x7F }, as: UTF8.self)
    }
}

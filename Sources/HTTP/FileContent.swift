package import Domain
internal import Glibc

/// An open file to be sent, or a part of it.
package struct FileContent: Sendable {
    private let file: OpenPhoto
    package let type: String
    /// In quotation marks; the same for the same bytes.
    package let tag: String?
    private(set) var range: Range<Int64>

    package init(_ file: OpenPhoto, type: String, tag: String?) {
        self.file = file
        self.type = type
        self.tag = tag
        range = 0..<file.stamp.sizeInBytes
    }

    package var size: Int64 { file.stamp.sizeInBytes }

    func part(_ range: Range<Int64>) -> FileContent {
        var part = self
        part.range = range
        return part
    }

    /// A descriptor of its own for whoever sends it, to be closed by them; nil where the system has none left.
    func descriptor() -> Int32? {
        let copy = fcntl(file.descriptor, F_DUPFD_CLOEXEC, 0)
        return copy < 0 ? nil : copy
    }
}

package import Domain
internal import Glibc

/// An open file to be sent, or a part of it.
package final class FileContent: Sendable {
    private let file: OpenPhoto
    package let type: String
    /// In quotation marks; the same for the same bytes.
    package let tag: String?
    let range: Range<Int64>

    package convenience init(_ file: OpenPhoto, type: String, tag: String?) {
        self.init(file, type: type, tag: tag, range: 0..<file.stamp.sizeInBytes)
    }

    private init(_ file: OpenPhoto, type: String, tag: String?, range: Range<Int64>) {
        self.file = file
        self.type = type
        self.tag = tag
        self.range = range
    }

    package var size: Int64 { file.stamp.sizeInBytes }

    func part(_ range: Range<Int64>) -> FileContent { FileContent(file, type: type, tag: tag, range: range) }

    /// A descriptor of its own for whoever sends it, to be closed by them; nil where the system has none left.
    func descriptor() -> Int32? {
        let copy = fcntl(file.descriptor, F_DUPFD_CLOEXEC, 0)
        return copy < 0 ? nil : copy
    }
}

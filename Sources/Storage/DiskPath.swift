internal import Glibc

/// A place in the file system, byte for byte: names need not be text on Linux.
package struct DiskPath: Sendable, Hashable {
    package let bytes: [UInt8]

    /// `bytes` hold no zero, which no file name can.
    package init(bytes: [UInt8]) {
        precondition(!bytes.contains(0), "a path ends at its first zero")
        self.bytes = bytes
    }

    package init(_ text: String) { self.init(bytes: Array(text.utf8)) }

    /// The neighbour whose name goes on with `ending`.
    package func with(ending: String) -> DiskPath { DiskPath(bytes: bytes + Array(ending.utf8)) }

    /// The file or folder of this name inside.
    package func inside(_ name: String) -> DiskPath { with(ending: (bytes.last == 47 ? "" : "/") + name) }

    /// The folder that holds it.
    package var folder: DiskPath {
        guard let slash = bytes.lastIndex(of: 47) else { return DiskPath(".") }
        return DiskPath(bytes: slash == 0 ? [47] : Array(bytes[..<slash]))
    }

    /// Its last part.
    var name: [UInt8] { bytes.lastIndex(of: 47).map { Array(bytes[($0 + 1)...]) } ?? bytes }

    /// The same without slashes at its end.
    var trimmed: DiskPath {
        var rest = bytes[...]
        while rest.count > 1, rest.last == 47 { rest.removeLast() }
        return DiskPath(bytes: Array(rest))
    }

    /// Whether both lead to the same thing on disk, by whatever names and links.
    package func leadsToSame(as other: DiskPath) -> Bool {
        var (mine, theirs) = (stat(), stat())
        guard withCString({ stat($0, &mine) }) == 0, other.withCString({ stat($0, &theirs) }) == 0 else {
            return false
        }
        return mine.st_dev == theirs.st_dev && mine.st_ino == theirs.st_ino
    }

    package func withCString<Answer>(_ body: (UnsafePointer<CChar>) -> Answer) -> Answer {
        (bytes + [0]).withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { text in
                guard let start = text.baseAddress else {
                    preconditionFailure("the closing zero is always there")
                }
                return body(start)
            }
        }
    }
}

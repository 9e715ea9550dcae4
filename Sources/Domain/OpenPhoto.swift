internal import Glibc

/// A photo's file, open for reading, closed when its last owner lets go.
///
/// Only the number of the descriptor travels to the darkroom; nobody reads the picture here.
package final class OpenPhoto: Sendable {
    package let descriptor: Int32
    /// As it was when the file was opened.
    package let stamp: FileStamp

    /// Takes over the descriptor.
    package init(owning descriptor: Int32, stamp: FileStamp) {
        self.descriptor = descriptor
        self.stamp = stamp
    }

    deinit { close(descriptor) }
}

/// How a file is told from a later version of itself without reading it.
package struct FileStamp: Sendable, Hashable {
    package var sizeInBytes: Int64
    package var changedInNanoseconds: Int64
    package var inode: UInt64

    package init(sizeInBytes: Int64, changedInNanoseconds: Int64, inode: UInt64) {
        self.sizeInBytes = sizeInBytes
        self.changedInNanoseconds = changedInNanoseconds
        self.inode = inode
    }
}

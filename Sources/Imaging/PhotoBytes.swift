internal import CKernels
internal import Digests
internal import Domain
internal import Glibc

/// A photo's file as it stood at one moment, with its hash.
struct PhotoBytes {
    var bytes: [UInt8]
    let contentHash: String

    /// Reads from the first byte to the last, whatever the descriptor's position.
    ///
    /// `afterStart` runs before the first byte is read, for the tests of files that change.
    init(reading descriptor: Int32, limit: Int, afterStart: () -> Void = {}) throws(PictureError) {
        let before = try FileState(of: descriptor)
        guard before.size <= limit else { throw .tooLarge(.bytes) }
        guard before.size > 0 else { throw .unreadable(.empty) }
        afterStart()
        let size = Int(before.size)
        // One byte more than the file had, so that growth shows.
        bytes = [UInt8](unsafeUninitializedCapacity: size + 1) { buffer, count in
            count = Self.fill(buffer, from: descriptor)
        }
        guard bytes.count == size, try FileState(of: descriptor) == before else { throw .changedWhileRead }
        contentHash = SHA256.of(bytes)
    }

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        contentHash = SHA256.of(bytes)
    }

    private static func fill(_ buffer: UnsafeMutableBufferPointer<UInt8>, from descriptor: Int32) -> Int {
        var count = 0
        while count < buffer.count, let base = buffer.baseAddress {
            let read = pread(descriptor, base + count, buffer.count - count, off_t(count))
            if read < 0, errno == EINTR { continue }
            // A disk that fails in the middle counts as a file that ended early.
            guard read > 0 else { break }
            count += read
        }
        return count
    }
}

private struct FileState: Equatable {
    var size: Int64 = 0
    var changed: Int64 = 0
    var inode: UInt64 = 0

    init(of descriptor: Int32) throws(PictureError) {
        guard lk_file_state(descriptor, &size, &changed, &inode) == 0 else { throw .changedWhileRead }
    }
}

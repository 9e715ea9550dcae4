internal import Glibc

/// A file that was handed in. Behind the barrier its attributes cannot be asked for, so its size is where its
/// end is.
struct OpenFile {
    let descriptor: Int32
    let sizeInBytes: Int

    init(_ descriptor: Int32) throws(ServiceError) {
        self.descriptor = descriptor
        sizeInBytes = Int(lseek(descriptor, 0, SEEK_END))
        guard sizeInBytes >= 0 else { throw .refused("The file has no size.") }
    }

    func bytes(upTo limit: Int) throws(ServiceError) -> [UInt8] {
        guard sizeInBytes <= limit else { throw .refused("The file is larger than \(limit >> 20) MB.") }
        var bytes = [UInt8](repeating: 0, count: sizeInBytes)
        var done = 0
        while done < sizeInBytes {
            let count = bytes.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress?.advanced(by: done), sizeInBytes - done, off_t(done))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .refused("The file could not be read to its end.") }
            done += count
        }
        return bytes
    }
}

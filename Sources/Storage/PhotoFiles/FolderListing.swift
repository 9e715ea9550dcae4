internal import Glibc

/// An open folder, read a few names at a time and closed when its owner lets go.
package final class FolderListing {
    private let stream: OpaquePointer

    init(owning descriptor: Int32) throws(FileFault) {
        guard let stream = fdopendir(descriptor) else {
            let fault = FileFault(errno)
            close(descriptor)
            throw fault
        }
        self.stream = stream
    }

    deinit { closedir(stream) }

    /// The next name, byte for byte; absent at the end.
    package func next() throws(FileFault) -> [UInt8]? {
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw FileFault(errno) }
                return nil
            }
            // Read where it lies: some file systems have names longer than the array that C declares.
            guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return nil }
            let start = UnsafeRawPointer(entry) + offset
            let length = strlen(start.assumingMemoryBound(to: CChar.self))
            let name = Array(UnsafeRawBufferPointer(start: start, count: length))
            if name != [46] && name != [46, 46] { return name }
        }
    }
}

/// The few operations that photo files are made of, so that their order can be watched and each can be made to fail.
///
/// Numbers of descriptors belong to whoever opened them.
package protocol FileLayer: Sendable {
    /// Opens a file; the flags to follow no link and to close on exec are added.
    func open(_ path: DiskPath, _ flags: Int32) throws(FileFault) -> Int32
    /// Writes at a place; may write less than it was given.
    func write(_ bytes: UnsafeRawBufferPointer, to file: Int32, at offset: Int64) throws(FileFault) -> Int
    /// Reads from a place; 0 at the end.
    func read(into bytes: UnsafeMutableRawBufferPointer, from file: Int32, at offset: Int64)
        throws(FileFault) -> Int
    func truncate(_ file: Int32, to length: Int64) throws(FileFault)
    /// Forces content and length to the disk.
    func synchronise(_ file: Int32) throws(FileFault)
    /// Forces the names in a folder to the disk.
    func synchronise(folder: DiskPath) throws(FileFault)
    func rename(_ path: DiskPath, to other: DiskPath) throws(FileFault)
    func unlink(_ path: DiskPath) throws(FileFault)
    func makeFolder(_ path: DiskPath) throws(FileFault)
    func removeFolder(_ path: DiskPath) throws(FileFault)
    /// What lies there, a link being told as a link; absent where nothing does.
    func facts(of path: DiskPath) throws(FileFault) -> FileFacts?
    func facts(of file: Int32) throws(FileFault) -> FileFacts
    /// Names in a folder, read a few at a time; absent where there is no such folder.
    func listing(of folder: DiskPath) throws(FileFault) -> FolderListing?
    /// Bytes that we may still write on the disk that holds this folder.
    func freeSpace(at folder: DiskPath) throws(FileFault) -> Int64
}

/// The system's number for what went wrong in one operation.
package struct FileFault: Error, Sendable, Hashable {
    package let number: Int32

    package init(_ number: Int32) { self.number = number }
}

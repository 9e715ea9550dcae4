package import Domain
internal import FoundationEssentials
internal import Glibc

/// A folder that lives as long as the test; its files can change, vanish and come back.
package actor MemoryFolder: PhotoFinding {
    private var files: [PhotoName: File] = [:]
    private var others: [FolderEntry] = []
    private var faults: [PhotoName: PhotoOpenError] = [:]
    private var fault: FolderError?
    private var edition: Int64 = 0
    /// Names in the order in which they were opened.
    package private(set) var opened: [PhotoName] = []

    private struct File {
        let bytes: [UInt8]
        let stamp: FileStamp
    }

    package init(_ files: [String: String] = [:]) {
        for (name, text) in files {
            let stamp = FileStamp(sizeInBytes: Int64(text.utf8.count), changedInNanoseconds: 0, inode: 1)
            self.files[PhotoName(name)] = File(bytes: Array(text.utf8), stamp: stamp)
        }
    }

    package func write(_ name: String, _ text: String) {
        edition += 1
        let stamp = FileStamp(sizeInBytes: Int64(text.utf8.count), changedInNanoseconds: edition, inode: 1)
        files[PhotoName(name)] = File(bytes: Array(text.utf8), stamp: stamp)
    }

    package func remove(_ name: String) { files[PhotoName(name)] = nil }

    package func add(_ entry: FolderEntry) { others.append(entry) }

    package func removeOthers() { others = [] }

    /// What opening this file answers; `nil` takes it back.
    package func fail(_ name: String, with error: PhotoOpenError?) { faults[PhotoName(name)] = error }

    package func fail(with error: FolderError) { fault = error }

    package func forgetOpened() { opened = [] }

    package func entries() throws(FolderError) -> [FolderEntry] {
        if let fault { throw fault }
        return (files.map { FolderEntry($0, .file($1.stamp)) } + others).sorted { $0.name < $1.name }
    }

    package func open(_ name: PhotoName) throws(PhotoOpenError) -> FoundPhoto {
        opened.append(name)
        if let fault = faults[name] { throw fault }
        guard let file = files[name] else { throw .vanished }
        let kind = FileKind.of(head: Array(file.bytes.prefix(FileKind.headLength)), name: name)
        return FoundPhoto(OpenPhoto(owning: try Self.descriptor(of: file.bytes), stamp: file.stamp), kind)
    }

    /// A file without a name, so that nothing is left behind.
    static func descriptor(of bytes: [UInt8]) throws(PhotoOpenError) -> Int32 {
        var name = Array(
            (FileManager.default.temporaryDirectory.path() + "/likeness-test-XXXXXX").utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else { throw .diskFault(errno) }
        unlink(name)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else { throw .diskFault(errno) }
        return descriptor
    }
}

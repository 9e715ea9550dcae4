internal import CArchive
internal import Glibc

/// An archive of anybody's making, read behind the barrier and sent to the parent file by file.
final class OpenArchive {
    private let file: OpenFile
    private let limits: ArchiveLimits
    private let handle: OpaquePointer
    private let bytes: UnsafeMutableRawPointer
    private var total = 0

    private static let pieceSize = 1 << 20

    init(_ descriptor: Int32, limits: ArchiveLimits) throws(ServiceError) {
        self.limits = limits
        file = try OpenFile(descriptor)
        guard file.sizeInBytes > 0 else { throw .refused("The archive is empty.") }
        // Mapped, since the library would ask a descriptor for attributes, which is refused here.
        guard let bytes = mmap(nil, file.sizeInBytes, PROT_READ, MAP_PRIVATE, descriptor, 0),
            bytes != MAP_FAILED
        else { throw .refused("The archive is too large to be opened.") }
        guard let handle = archive_read_new() else {
            munmap(bytes, file.sizeInBytes)
            throw .refused("The archive cannot be opened.")
        }
        self.bytes = bytes
        self.handle = handle
        // Named one by one: other kinds start programs or are too rarely used to be trusted.
        archive_read_support_format_zip(handle)
        archive_read_support_format_tar(handle)
        archive_read_support_filter_gzip(handle)
        guard archive_read_open_memory(handle, bytes, file.sizeInBytes) == ARCHIVE_OK else {
            throw .refused("It is no archive that is opened here: use zip, tar or tar.gz.")
        }
    }

    deinit {
        archive_read_free(handle)
        munmap(bytes, file.sizeInBytes)
    }

    func sendFiles(through channel: Channel, inReplyTo id: UInt64) throws(ServiceError) {
        var count = 0
        while let entry = try nextEntry() {
            let kind = archive_entry_filetype(entry)
            if kind == S_IFDIR { continue }
            guard kind == S_IFREG, archive_entry_hardlink(entry) == nil, archive_entry_symlink(entry) == nil
            else {
                throw .refused("The archive holds a link or a device; a model pack holds plain files only.")
            }
            count += 1
            guard count <= limits.files else {
                throw .refused(
                    "The archive holds more than \(limits.files) files; a model pack has a handful.")
            }
            guard let name = archive_entry_pathname(entry) else {
                throw .refused("The archive holds a file without a name.")
            }
            let start = ArchiveEntry(
                name: Array(UnsafeBufferPointer(start: name, count: strlen(name))).map(
                    UInt8.init(bitPattern:)))
            try send(Frame(kind: .entry, id: id, text: WireText.write(start)), channel)
            try sendContents(channel, id)
        }
    }

    private func nextEntry() throws(ServiceError) -> OpaquePointer? {
        var entry: OpaquePointer?
        switch archive_read_next_header(handle, &entry) {
        case ARCHIVE_OK, ARCHIVE_WARN: return entry
        case ARCHIVE_EOF: return nil
        default: throw damaged()
        }
    }

    private func sendContents(_ channel: Channel, _ id: UInt64) throws(ServiceError) {
        var size = 0
        while true {
            var piece = [UInt8](repeating: 0, count: Self.pieceSize)
            let count = archive_read_data(handle, &piece, piece.count)
            if count == 0 { return }
            guard count > 0 else { throw damaged() }
            size += count
            total += count
            guard size <= limits.bytesOfFile, total <= limits.bytes(inArchiveOf: file.sizeInBytes) else {
                throw .refused("The archive unpacks to far more than a model pack may hold.")
            }
            if count < piece.count { piece.removeLast(piece.count - count) }
            try send(Frame(kind: .piece, id: id, blobs: [piece]), channel)
        }
    }

    private func send(_ frame: Frame, _ channel: Channel) throws(ServiceError) {
        var waiting = Endless()
        do throws(ChannelFault) { try channel.send(frame, waiting: &waiting) } catch { throw .channel(error) }
    }

    private func damaged() -> ServiceError {
        .refused("The archive is damaged or locked: fetch it again from where it came.")
    }
}

package import Domain
internal import Synchronization

/// Photo files in a folder: `events/EVENT/originals/HASH`, and renditions and uploads beside them.
///
/// Disks block, so the work runs on a few queues of its own, and photographers do not wait for one another.
package final class FolderPhotoFiles: PhotoFileKeeping {
    private let lanes: [FileLane]
    private let shown = OpenRenditions()
    private let floor: Int64
    private let turn = Atomic<Int>(0)

    /// `folder` is there already; `floor` is how many bytes are left free on its disk.
    package init(_ folder: DiskPath, floor: Int64, layer: any FileLayer = SystemFiles()) {
        let files = CarefulFiles(layer)
        lanes = (0..<4).map { FileLane(number: $0, files: files, folder: folder) }
        self.floor = floor
    }

    package func put(
        _ piece: [UInt8], of upload: UploadID, in event: EventID, at offset: Int64
    ) async throws(StorageError) {
        try await lane(of: upload).put(piece, of: upload, in: event, at: offset)
    }

    package func length(of upload: UploadID, in event: EventID) async throws(StorageError) -> Int64 {
        try await lane(of: upload).length(of: upload, in: event)
    }

    package func hash(
        of upload: UploadID, in event: EventID, length: Int64
    ) async throws(StorageError) -> String {
        try await lane(of: upload).hash(of: upload, in: event, length: length)
    }

    package func keep(_ upload: UploadID, as content: String, in event: EventID) async throws(StorageError) {
        try await lane(of: upload).keep(upload, as: content, in: event)
    }

    package func drop(_ upload: UploadID, in event: EventID) async throws(StorageError) {
        try await lane(of: upload).remove(.upload(upload), in: event)
    }

    package func open(_ file: PhotoFile, in event: EventID) async throws(StorageError) -> OpenPhoto {
        guard case .rendition(let kind, let content) = file else {
            return try await nextLane().open(file, in: event)
        }
        switch shown.find(kind, of: content, in: event) {
        case .photo(let photo): return photo
        case .nothing(let generation):
            let photo = try await nextLane().open(file, in: event)
            shown.keep(photo, kind, of: content, in: event, since: generation)
            return photo
        }
    }

    package func openHere(_ file: PhotoFile, in event: EventID) throws(StorageError) -> OpenPhoto? {
        guard case .rendition(let kind, let content) = file else { return nil }
        switch shown.find(kind, of: content, in: event) {
        case .photo(let photo): return photo
        case .nothing(let generation):
            let photo = try lanes[0].opened(file, in: event)
            shown.keep(photo, kind, of: content, in: event, since: generation)
            return photo
        }
    }

    package func bytes(
        of file: PhotoFile, in event: EventID, range: Range<Int64>
    ) async throws(StorageError) -> [UInt8] {
        try await nextLane().bytes(of: file, in: event, range: range)
    }

    package func size(of file: PhotoFile, in event: EventID) async throws(StorageError) -> Int64? {
        try await nextLane().size(of: file, in: event)
    }

    package func keep(
        _ rendition: [UInt8], as file: PhotoFile, in event: EventID
    ) async throws(StorageError) {
        defer { shown.forget(file, in: event) }
        try await nextLane().keep(rendition, as: file, in: event)
    }

    package func forEachFile(
        in event: EventID, _ body: @Sendable ([KeptFile]) async throws(StorageError) -> Void
    ) async throws(StorageError) {
        try await nextLane().forEachFile(in: event, body)
    }

    /// The janitor asks for them now and then; what nobody looks at any more goes with that.
    package func events() async throws(StorageError) -> [EventID] {
        shown.forgetOld()
        return try await nextLane().eventsThere()
    }

    package func remove(_ file: PhotoFile, in event: EventID) async throws(StorageError) {
        defer { shown.forget(file, in: event) }
        let lane = if case .upload(let upload) = file { lane(of: upload) } else { nextLane() }
        try await lane.remove(file, in: event)
    }

    package func removeAll(in event: EventID) async throws(StorageError) {
        // A descriptor that stayed open would take pieces into a file that has no name any more.
        for lane in lanes { await lane.forget(event) }
        defer { shown.forget(event) }
        try await nextLane().removeAll(in: event)
        for lane in lanes { await lane.forget(event) }
    }

    package func checkSpace(for bytes: Int64) async throws(StorageError) {
        let free = try await nextLane().freeSpace()
        guard bytes <= free - floor else { throw .lowSpace }
    }

    private func lane(of upload: UploadID) -> FileLane {
        lanes[Int(upload.value.low % UInt64(lanes.count))]
    }

    private func nextLane() -> FileLane {
        let turn = turn.wrappingAdd(1, ordering: .relaxed).newValue
        return lanes[Int(UInt(bitPattern: turn) % UInt(lanes.count))]
    }
}

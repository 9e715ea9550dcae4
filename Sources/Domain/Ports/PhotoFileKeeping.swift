/// Where photo files lie, event by event: today a folder, later also a store in the network. Nobody learns a path.
///
/// An original is named by the hash of its content, a rendition by its photo's hash and its kind. What one event
/// holds tells nothing of another: deleting an event is deleting all that is kept under it.
package protocol PhotoFileKeeping: Sendable {
    /// Puts a piece of an upload at its place. When this returns, every byte up to the end of the piece is on the disk.
    /// A piece may be put again at the same place, as after a crash.
    func put(_ piece: [UInt8], of upload: UploadID, in event: EventID, at offset: Int64)
        async throws(StorageError)

    /// How many bytes of an upload lie there: 0 where there is nothing yet.
    func length(of upload: UploadID, in event: EventID) async throws(StorageError) -> Int64

    /// Reads an upload from its beginning to `length` and tells its SHA-256 in 64 hexadecimal digits.
    func hash(of upload: UploadID, in event: EventID, length: Int64) async throws(StorageError) -> String

    /// Gives a finished upload its name as an original: on the disk, under that name, when this returns. Where the same
    /// content lies there already, the upload goes. Repeating it is harmless, also when the upload is gone by now.
    func keep(_ upload: UploadID, as content: String, in event: EventID) async throws(StorageError)

    /// Throws an upload away; one that is not there is no error.
    func drop(_ upload: UploadID, in event: EventID) async throws(StorageError)

    /// Opens a file for reading. `.missing` where there is none.
    func open(_ file: PhotoFile, in event: EventID) async throws(StorageError) -> OpenPhoto

    /// The same on the thread of whoever asks: to send a file is to wait for the disk anyway. Nil for what is not opened so.
    func openHere(_ file: PhotoFile, in event: EventID) throws(StorageError) -> OpenPhoto?

    /// A part of a file, to be streamed out piece by piece; shorter than asked for only at the end of the file.
    func bytes(
        of file: PhotoFile, in event: EventID, range: Range<Int64>
    ) async throws(StorageError) -> [UInt8]

    /// How large a file is; absent where there is none.
    func size(of file: PhotoFile, in event: EventID) async throws(StorageError) -> Int64?

    /// Keeps a rendition, which is never seen half-written and need not survive the machine.
    func keep(_ rendition: [UInt8], as file: PhotoFile, in event: EventID) async throws(StorageError)

    /// Everything that lies under an event, in no order, handed over in lists of bounded length.
    func forEachFile(
        in event: EventID, _ body: @Sendable ([KeptFile]) async throws(StorageError) -> Void
    ) async throws(StorageError)

    /// The events that have files.
    func events() async throws(StorageError) -> [EventID]

    /// Removes a file; one that is not there is no error.
    func remove(_ file: PhotoFile, in event: EventID) async throws(StorageError)

    /// Removes everything under an event, and the place itself.
    func removeAll(in event: EventID) async throws(StorageError)

    /// Refuses with `.lowSpace` when writing so much would leave less than the floor that was set.
    func checkSpace(for bytes: Int64) async throws(StorageError)
}

extension PhotoFileKeeping {
    package func openHere(_ file: PhotoFile, in event: EventID) throws(StorageError) -> OpenPhoto? { nil }

    package func original(_ content: String, in event: EventID) async throws(StorageError) -> OpenPhoto {
        try await open(.original(content), in: event)
    }
}

/// One file of an event.
package enum PhotoFile: Sendable, Hashable {
    /// SHA-256 of its content.
    case original(String)
    case rendition(RenditionKind, of: String)
    /// What has arrived of an upload that is not finished.
    case upload(UploadID)
    /// Half-written renditions of a program that was ended, and whatever else nobody knows; by a name that only the
    /// store understands.
    case stray(String)
}

/// A copy made from an original.
package enum RenditionKind: String, Sendable, Hashable, CaseIterable {
    case preview, thumbnail
}

/// A file as it lies in the store.
package struct KeptFile: Sendable, Hashable {
    package let file: PhotoFile
    package let sizeInBytes: Int64
    /// When it was written last, in milliseconds UTC.
    package let changedAt: Int64

    package init(file: PhotoFile, sizeInBytes: Int64, changedAt: Int64) {
        self.file = file
        self.sizeInBytes = sizeInBytes
        self.changedAt = changedAt
    }
}

/// Which photo files the rows of the pool still name.
package protocol FileNaming: Sendable {
    /// Of these files, those that a row names.
    func named(_ files: [PhotoFile], in event: EventID) async throws(StorageError) -> Set<PhotoFile>

    func eventExists(_ event: EventID) async throws(StorageError) -> Bool

    /// Hashes of the originals that rows name, in order, page by page.
    func originals(after hash: String?, in event: EventID, limit: Int) async throws(StorageError) -> [String]

    /// Renditions that rows name, with their sizes, in the order of their photos, page by page.
    func renditions(
        after photo: PhotoID?, in event: EventID, limit: Int
    ) async throws(StorageError) -> [NamedRendition]

    /// The events that have files of their own.
    func eventsWithFiles() async throws(StorageError) -> [EventID]
}

/// A rendition as its row tells of it.
package struct NamedRendition: Sendable, Hashable {
    package let photo: PhotoID
    package let file: PhotoFile
    package let sizeInBytes: Int64

    package init(photo: PhotoID, file: PhotoFile, sizeInBytes: Int64) {
        self.photo = photo
        self.file = file
        self.sizeInBytes = sizeInBytes
    }
}

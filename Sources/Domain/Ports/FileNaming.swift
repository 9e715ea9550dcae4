/// Which photo files the rows of the pool still name.
package protocol FileNaming: Sendable {
    /// Of these files, those that a row names.
    func named(_ files: [PhotoFile], in event: EventID) async throws(StorageError) -> Set<PhotoFile>

    func eventExists(_ event: EventID) async throws(StorageError) -> Bool

    /// Hashes of the originals that rows name, in order, page by page.
    func originals(after hash: String?, in event: EventID, limit: Int) async throws(StorageError) -> [String]

    /// The events that have files of their own.
    func eventsWithFiles() async throws(StorageError) -> [EventID]
}

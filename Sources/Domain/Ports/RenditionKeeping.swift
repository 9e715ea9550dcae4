/// A place for previews and thumbnails, named by the content of their photo.
package protocol RenditionKeeping: Sendable {
    /// Whether both renditions of a photo are there already.
    func holds(_ contentHash: String) async throws(StorageError) -> Bool

    /// Keeps both renditions of a photo; neither is ever visible half-written.
    func keep(preview: [UInt8], thumbnail: [UInt8], of contentHash: String) async throws(StorageError)
}

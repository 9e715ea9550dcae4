/// Reads files that somebody named on this machine.
package protocol PhotoReading: Sendable {
    func bytes(of photo: OpenPhoto, _ range: Range<Int64>) async throws(StorageError) -> [UInt8]
}

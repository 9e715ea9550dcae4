/// One trip through the darkroom: everything a photo needs, in one decode, behind the barrier.
package protocol Developing: Sendable {
    func develop(_ photo: OpenPhoto, order: DevelopOrder) async throws(DevelopError) -> Development
}

/// What else of faces can be had behind the barrier, for somebody who waits.
package protocol FaceLooking: Sendable {
    /// The faces on a selfie, largest first. It is never on the disk, and nothing of it stays.
    func faces(onSelfie picture: [UInt8]) async throws(DevelopError) -> [Face]

    /// A square JPEG around a box, which is told in parts of the picture's width and height.
    func crop(_ picture: OpenPhoto, box: Box, side: Int) async throws(DevelopError) -> [UInt8]
}

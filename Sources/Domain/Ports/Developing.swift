/// One trip through the darkroom: everything a photo needs, in one decode, behind the barrier.
package protocol Developing: Sendable {
    func develop(_ photo: OpenPhoto, order: DevelopOrder) async throws(DevelopError) -> Development
}

/// The photos of events, and what organisers do with them.
package protocol PhotoKeeping: Sendable {
    /// A page of photos in the order of their arrival.
    func photos(
        of event: EventID, _ filter: PhotoFilter, after last: PhotoID?, limit: Int
    ) async throws(PoolError) -> [PoolPhoto]

    /// The photo of this identifier, or the only one whose name this is.
    func photo(_ nameOrID: String, of event: EventID) async throws(PoolError) -> PoolPhoto

    /// What a photo shows now: all that has to be known of it before its pictures are sent.
    func content(of photo: PhotoID, in event: EventID) async throws(PoolError) -> String

    /// The same where nobody has to wait for it; nil where somebody has.
    func contentAtOnce(of photo: PhotoID, in event: EventID) throws(PoolError) -> String?

    /// Whether the event has a photo of this content, in the trash or not.
    func holds(_ content: String, in event: EventID) async throws(PoolError) -> Bool

    /// The same where nobody has to wait for it; nil where somebody has.
    func holdsAtOnce(_ content: String, in event: EventID) throws(PoolError) -> Bool?

    func counts(of event: EventID) async throws(PoolError) -> PhotoCounts

    /// Who uploaded a photo.
    func credits(of photo: PhotoID) async throws(PoolError) -> [PhotographerID]

    func setHidden(_ isHidden: Bool, _ photos: [PhotoID], of event: EventID, by act: Act)
        async throws(PoolError)

    /// Moves photos to the trash, or out of it; nothing of them is lost on the way.
    func setInTrash(_ isInTrash: Bool, _ photos: [PhotoID], of event: EventID, by act: Act)
        async throws(PoolError)

    /// Removes photos that lie in the trash for good; their files go with the next sweep.
    func purge(_ photos: [PhotoID], of event: EventID, by act: Act) async throws(PoolError) -> Int

    /// What the darkroom needs to know of a photo; absent where the photo is gone.
    func subject(_ photo: PhotoID) async throws(StorageError) -> DevelopSubject?

    /// Queues photos that were done, to be developed once more.
    func redevelop(_ photos: [PhotoID], of event: EventID, by act: Act) async throws(PoolError)

    /// Queues failed photos again: all of the event, or those that are named.
    func retry(_ photos: [PhotoID]?, of event: EventID, by act: Act) async throws(PoolError) -> Int

    /// The faces of an event that have vectors, page by page.
    func sealedFaces(
        of event: EventID, after last: FaceID?, limit: Int
    ) async throws(PoolError) -> [KeptFace]
}

/// A photo that waits to be developed.
package struct DevelopSubject: Sendable, Hashable {
    package let photo: PhotoID
    package let event: EventID
    package let contentHash: String
    package let policy: Policy
    /// Faces found by an earlier trip; whoever sits in the same place keeps its identifier.
    package let earlierFaces: [EarlierFace]

    package init(
        photo: PhotoID, event: EventID, contentHash: String, policy: Policy, earlierFaces: [EarlierFace]
    ) {
        self.photo = photo
        self.event = event
        self.contentHash = contentHash
        self.policy = policy
        self.earlierFaces = earlierFaces
    }

    package struct EarlierFace: Sendable, Hashable {
        package let id: FaceID
        /// In parts of the picture's width and height.
        package let box: Box

        package init(id: FaceID, box: Box) {
            self.id = id
            self.box = box
        }
    }
}

/// A face with its sealed vector.
package struct KeptFace: Sendable, Hashable {
    package let id: FaceID
    package let photo: PhotoID
    package let number: Int
    package let pack: String
    package let sealed: [UInt8]

    package init(id: FaceID, photo: PhotoID, number: Int, pack: String, sealed: [UInt8]) {
        self.id = id
        self.photo = photo
        self.number = number
        self.pack = pack
        self.sealed = sealed
    }
}

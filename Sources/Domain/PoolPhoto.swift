/// A photo of an event as the organiser sees it.
package struct PoolPhoto: Sendable, Hashable {
    package let id: PhotoID
    package let name: PhotoName
    package let contentHash: String
    package let sizeInBytes: Int64
    package let state: PhotoState
    package let failure: PhotoFailure?
    package let isHidden: Bool
    package let isInTrash: Bool
    package let album: AlbumID?
    package let faces: Int
    package let arrivedAt: Int64
    package let version: Int64

    package init(
        id: PhotoID, name: PhotoName, contentHash: String, sizeInBytes: Int64, state: PhotoState,
        failure: PhotoFailure?, isHidden: Bool, isInTrash: Bool, album: AlbumID?, faces: Int,
        arrivedAt: Int64, version: Int64
    ) {
        self.id = id
        self.name = name
        self.contentHash = contentHash
        self.sizeInBytes = sizeInBytes
        self.state = state
        self.failure = failure
        self.isHidden = isHidden
        self.isInTrash = isInTrash
        self.album = album
        self.faces = faces
        self.arrivedAt = arrivedAt
        self.version = version
    }
}

/// Which photos of an event are wanted.
package struct PhotoFilter: Sendable, Hashable {
    package var isInTrash = false
    package var state: PhotoState?
    package var album: AlbumID?
    package var photographer: PhotographerID?
    package var isHidden: Bool?
    /// Those that show a person.
    package var person: PersonID?
    /// Those whose file name holds this, capitals and small letters told apart.
    package var name: String?

    package init() {}
}

/// How many photos an event has, by where they stand.
package struct PhotoCounts: Sendable, Hashable {
    /// Those that are not in the trash.
    package var byState: [PhotoState: Int] = [:]
    /// Of those, the ones that guests do not see.
    package var hidden = 0
    package var inTrash = 0

    package init() {}

    /// All that are not in the trash.
    package var total: Int { byState.values.reduce(0, +) }
}

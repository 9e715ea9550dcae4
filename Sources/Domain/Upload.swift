/// One file on its way to us, in the sense of tus 1.0: its bytes arrive in pieces, and what has arrived is kept.
package struct Upload: Sendable, Hashable {
    package let id: UploadID
    package let event: EventID
    package let photographer: PhotographerID
    package let album: AlbumID?
    package let name: PhotoName
    package let length: Int64
    /// Bytes that have arrived and are on the disk.
    package let offset: Int64
    /// SHA-256 of the whole; absent while bytes are missing.
    package let content: String?
    /// The photo whose retouched version this is.
    package let replaces: PhotoID?
    package let expiresAt: Int64
    /// Absent until it is a photo.
    package let result: UploadResult?

    package init(
        id: UploadID, event: EventID, photographer: PhotographerID, album: AlbumID?, name: PhotoName,
        length: Int64, offset: Int64, content: String?, replaces: PhotoID?, expiresAt: Int64,
        result: UploadResult?
    ) {
        self.id = id
        self.event = event
        self.photographer = photographer
        self.album = album
        self.name = name
        self.length = length
        self.offset = offset
        self.content = content
        self.replaces = replaces
        self.expiresAt = expiresAt
        self.result = result
    }
}

/// The photo that an upload became, and how.
package struct UploadResult: Sendable, Hashable {
    package let photo: PhotoID
    package let way: Way

    package init(photo: PhotoID, way: Way) {
        self.photo = photo
        self.way = way
    }

    package enum Way: String, Sendable, Hashable, CaseIterable {
        case new
        /// The event had the very same file; it is kept once and credited to both.
        case duplicate
        /// The same file lies in the trash, and stays there as the organiser set.
        case staysDeleted = "stays-deleted"
        /// The same file lay in the trash and was taken out.
        case restored
        /// It took the place of an earlier version.
        case replaced
    }
}

/// What is known of a file before its first byte arrives.
package struct UploadOffer: Sendable, Hashable {
    package var event: EventID
    package var photographer: PhotographerID
    package var album: AlbumID?
    package var name: PhotoName
    package var length: Int64
    package var replaces: PhotoID?
    /// The same for the same file of the same photographer, so that an interrupted import finds its place again.
    package var source: String?

    package init(
        event: EventID, photographer: PhotographerID, album: AlbumID? = nil, name: PhotoName, length: Int64,
        replaces: PhotoID? = nil, source: String? = nil
    ) {
        self.event = event
        self.photographer = photographer
        self.album = album
        self.name = name
        self.length = length
        self.replaces = replaces
        self.source = source
    }
}

/// A sum over one piece, as the sender computed it.
package struct PieceChecksum: Sendable, Hashable {
    package let method: Method
    package let digest: [UInt8]

    package init(_ method: Method, _ digest: [UInt8]) {
        self.method = method
        self.digest = digest
    }

    package enum Method: String, Sendable, Hashable, CaseIterable { case sha1, sha256 }
}

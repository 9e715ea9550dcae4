/// Which thing of its kind is meant: an event's identifier is never taken for a photo's.
package struct Identifier<Kind>: Sendable, Hashable, Comparable {
    package let value: UUIDv7

    package init(_ value: UUIDv7) { self.value = value }

    /// A fresh one.
    package init(at milliseconds: Int64) { value = UUIDv7(at: milliseconds) }

    /// The sixteen bytes of a database.
    package init?(bytes: [UInt8]) {
        guard let value = UUIDv7(bytes: bytes) else { return nil }
        self.value = value
    }

    /// As `text` writes it, in either case.
    package init?(text: String) {
        guard let value = UUIDv7(text: text) else { return nil }
        self.value = value
    }

    package var bytes: [UInt8] { value.bytes }
    package var text: String { value.text }

    package static func < (first: Self, second: Self) -> Bool { first.value < second.value }
}

/// The kinds of things that have identifiers.
package enum Kinds {
    package enum Organisation {}
    package enum User {}
    package enum Event {}
    package enum Album {}
    package enum Photographer {}
    package enum Camera {}
    package enum Upload {}
    package enum Photo {}
    package enum Face {}
    package enum Person {}
    package enum Decision {}
    package enum Search {}
    package enum Job {}
    package enum Owner {}
    package enum Session {}
    package enum UploadToken {}
    package enum APIToken {}
    package enum AccountChange {}
    package enum Guest {}
}

package typealias OrganisationID = Identifier<Kinds.Organisation>
package typealias UserID = Identifier<Kinds.User>
package typealias EventID = Identifier<Kinds.Event>
package typealias AlbumID = Identifier<Kinds.Album>
package typealias PhotographerID = Identifier<Kinds.Photographer>
package typealias CameraID = Identifier<Kinds.Camera>
package typealias UploadID = Identifier<Kinds.Upload>
/// One photo of one event, whatever becomes of its name and its bytes.
package typealias PhotoID = Identifier<Kinds.Photo>
/// One face on one photo.
package typealias FaceID = Identifier<Kinds.Face>
/// One person of one event: a group of faces that stays itself.
package typealias PersonID = Identifier<Kinds.Person>
package typealias DecisionID = Identifier<Kinds.Decision>
package typealias SearchID = Identifier<Kinds.Search>
package typealias JobID = Identifier<Kinds.Job>
package typealias SessionID = Identifier<Kinds.Session>
package typealias UploadTokenID = Identifier<Kinds.UploadToken>
package typealias APITokenID = Identifier<Kinds.APIToken>
package typealias AccountChangeID = Identifier<Kinds.AccountChange>
package typealias GuestID = Identifier<Kinds.Guest>
/// One dispatcher, as long as it lives.
package typealias OwnerID = Identifier<Kinds.Owner>

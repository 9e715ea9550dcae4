/// Somebody who is invited to find their photos. Their address is kept here, apart from every face.
package struct Guest: Sendable, Hashable {
    package let id: GuestID
    package var details: Details
    package let source: Source
    package let createdAt: Int64
    /// Raised whenever somebody edits the guest: who edits an older version is told.
    package let version: Int64

    package init(id: GuestID, details: Details, source: Source, createdAt: Int64, version: Int64 = 1) {
        self.id = id
        self.details = details
        self.source = source
        self.createdAt = createdAt
        self.version = version
    }

    /// What organisers write down of a guest.
    package struct Details: Sendable, Hashable {
        package var name: String
        package var email: String?
        package var phone: String?
        package var note: String?

        package init(name: String, email: String? = nil, phone: String? = nil, note: String? = nil) {
            self.name = name
            self.email = email
            self.phone = phone
            self.note = note
        }

        /// Which members differ, without what is in them.
        package func changed(from other: Details) -> [String] {
            [
                (name != other.name, "name"), (email != other.email, "email"),
                (phone != other.phone, "phone"),
                (note != other.note, "note"),
            ].filter(\.0).map(\.1)
        }
    }

    /// How a guest came to be on the list.
    package enum Source: String, Sendable, Hashable, CaseIterable { case added, imported }
}

/// Somebody who signs in.
package struct User: Sendable, Hashable {
    package let id: UserID
    /// What they sign in by: an address of e-mail, in small letters.
    package let name: String
    package let role: Role
    package let isActive: Bool
    package let createdAt: Int64

    package init(id: UserID, name: String, role: Role, isActive: Bool, createdAt: Int64) {
        self.id = id
        self.name = name
        self.role = role
        self.isActive = isActive
        self.createdAt = createdAt
    }
}

/// What somebody is to an organisation.
package enum Role: String, Sendable, Hashable, CaseIterable {
    case owner, organiser, moderator, photographer, viewer
}

/// Somebody who is signed in, on one device.
package struct UserSession: Sendable, Hashable {
    package let id: SessionID
    package let user: User
    package let createdAt: Int64
    package let usedAt: Int64

    package init(id: SessionID, user: User, createdAt: Int64, usedAt: Int64) {
        self.id = id
        self.user = user
        self.createdAt = createdAt
        self.usedAt = usedAt
    }
}

/// Leave to upload to one event as one photographer, without an account.
package struct UploadToken: Sendable, Hashable {
    package let id: UploadTokenID
    package let event: EventID
    package let photographer: PhotographerID
    package let createdAt: Int64
    package let expiresAt: Int64
    package let revokedAt: Int64?

    package init(
        id: UploadTokenID, event: EventID, photographer: PhotographerID, createdAt: Int64, expiresAt: Int64,
        revokedAt: Int64?
    ) {
        self.id = id
        self.event = event
        self.photographer = photographer
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
    }

    package func isGood(at milliseconds: Int64) -> Bool { revokedAt == nil && expiresAt > milliseconds }
}

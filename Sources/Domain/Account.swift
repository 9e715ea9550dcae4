/// Somebody who signs in.
package struct User: Sendable, Hashable {
    package let id: UserID
    /// What they sign in by: an address of e-mail, in small letters.
    package let name: String
    /// To the whole organisation; absent for who has a part in single events only.
    package let role: Role?
    package let isActive: Bool
    package let createdAt: Int64
    /// Raised whenever somebody edits the account: who edits an older version is told.
    package let version: Int64

    package init(
        id: UserID, name: String, role: Role?, isActive: Bool, createdAt: Int64, version: Int64 = 1
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.isActive = isActive
        self.createdAt = createdAt
        self.version = version
    }
}

/// What somebody is to an organisation, or to one event.
package enum Role: String, Sendable, Hashable, CaseIterable {
    case owner, organiser, moderator, photographer, viewer
}

/// Somebody who is signed in, on one device.
package struct UserSession: Sendable, Hashable {
    package let id: SessionID
    package let user: User
    /// What they are to single events, beside what they are to all.
    package var eventRoles: [EventID: Role]
    package let createdAt: Int64
    package let usedAt: Int64

    package init(
        id: SessionID, user: User, eventRoles: [EventID: Role] = [:], createdAt: Int64, usedAt: Int64
    ) {
        self.id = id
        self.user = user
        self.eventRoles = eventRoles
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

/// Leave for a program to act in the name of an account, as far as its scopes go.
package struct APIToken: Sendable, Hashable {
    package let id: APITokenID
    package let user: User
    package var eventRoles: [EventID: Role]
    package let name: String
    /// The words of what it may be used for.
    package let scopes: Set<String>
    /// The one event that it is good for; absent where it is good for all that its account has.
    package let event: EventID?
    package let createdAt: Int64
    package let expiresAt: Int64
    package let revokedAt: Int64?

    package init(
        id: APITokenID, user: User, eventRoles: [EventID: Role], name: String, scopes: Set<String>,
        event: EventID?, createdAt: Int64, expiresAt: Int64, revokedAt: Int64? = nil
    ) {
        self.id = id
        self.user = user
        self.eventRoles = eventRoles
        self.name = name
        self.scopes = scopes
        self.event = event
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
    }

    package func isGood(at milliseconds: Int64) -> Bool {
        revokedAt == nil && expiresAt > milliseconds && user.isActive
    }
}

/// One change of the accounts, or of the organisation as a whole, for the record. Addresses are not in it: an account that is
/// removed is removed here as well.
package struct AccountChange: Sendable, Hashable {
    package let id: AccountChangeID
    package let kind: Kind
    package let subject: UUIDv7?
    /// Members as JSON, those that differ.
    package let before: String?
    package let after: String?
    package let act: Act

    package init(
        id: AccountChangeID, kind: Kind, subject: UUIDv7?, before: String?, after: String?, act: Act
    ) {
        self.id = id
        self.kind = kind
        self.subject = subject
        self.before = before
        self.after = after
        self.act = act
    }

    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case setUp = "set-up"
        case signedIn = "signed-in"
        case sessionEnded = "session-ended"
        case passwordChanged = "password-changed"
        case passwordReset = "password-reset"
        case linkMade = "link-made"
        case userAdded = "user-added"
        case userChanged = "user-changed"
        case userRemoved = "user-removed"
        case roleChanged = "role-changed"
        case tokenMade = "token-made"
        case tokenRevoked = "token-revoked"
        case eventCreated = "event-created"
        case eventDeleted = "event-deleted"
        case backedUp = "backed-up"
    }
}

/// What something was or became, member by member, for the record.
package typealias Facts = [String: String]

package import Domain

/// Something that may be done or not; also the scopes of tokens.
package enum Permission: String, Sendable, Hashable, CaseIterable {
    case seeEvents = "see-events"
    case createEvents = "create-events"
    case editEvents = "edit-events"
    case deleteEvents = "delete-events"
    case seePhotos = "see-photos"
    case editPhotos = "edit-photos"
    case seeOriginals = "see-originals"
    case uploadPhotos = "upload-photos"
    case managePhotographers = "manage-photographers"
    case seePeople = "see-people"
    case decideOnPeople = "decide-on-people"
    case searchByFace = "search-by-face"
    case manageGuests = "manage-guests"
    case seeRecord = "see-record"
    case manageRoles = "manage-roles"
    case seeWork = "see-work"
    case manageAccounts = "manage-accounts"
    case backUp = "back-up"
}

extension Role {
    /// What each role may do; a permission that is added is decided on here, for every role.
    package func may(_ permission: Permission) -> Bool {
        switch permission {
        case .seeEvents, .seePhotos: true
        case .seePeople, .seeWork: self != .photographer
        case .uploadPhotos: self != .viewer && self != .moderator
        case .editPhotos: self == .owner || self == .organiser || self == .moderator
        case .createEvents, .editEvents, .managePhotographers, .decideOnPeople, .searchByFace,
            .seeOriginals, .manageGuests, .seeRecord:
            self == .owner || self == .organiser
        // Whoever gives parts away could give them to themselves.
        case .deleteEvents, .manageRoles, .manageAccounts, .backUp: self == .owner
        }
    }
}

/// Who asks.
package enum Caller: Sendable, Hashable {
    case nobody
    case user(UserSession)
    /// A program, in the name of an account.
    case program(APIToken)
    /// By a link of theirs, to one event.
    case photographer(UploadToken)

    /// Whether they may do it at all, or in an event where one is named.
    package func may(_ permission: Permission, in event: EventID? = nil) -> Bool {
        switch self {
        case .nobody: return false
        case .user(let session):
            return Self.may(permission, in: event, session.user, session.eventRoles)
        case .program(let token):
            guard token.scopes.contains(permission.rawValue), token.event == nil || token.event == event
            else {
                // The list of events shows the one.
                return permission == .seeEvents && event == nil && token.scopes.contains(permission.rawValue)
            }
            return Self.may(permission, in: event, token.user, token.eventRoles)
        case .photographer(let token): return permission == .uploadPhotos && event == token.event
        }
    }

    private static func may(
        _ permission: Permission, in event: EventID?, _ user: User, _ roles: [EventID: Role]
    ) -> Bool {
        guard user.isActive else { return false }
        if user.role?.may(permission) == true { return true }
        guard let event else {
            // Whoever has a part in an event may ask which those are.
            return permission == .seeEvents && !roles.isEmpty
        }
        return roles[event]?.may(permission) == true
    }

    /// For the record: programs act in the name of their account.
    package var actor: Actor? {
        switch self {
        case .nobody: nil
        case .user(let session): .user(session.user.id)
        case .program(let token): .user(token.user.id)
        case .photographer(let token): .photographer(token.photographer)
        }
    }

    /// What keeps the requests of one caller apart from another's.
    package var bytes: [UInt8] {
        switch self {
        case .nobody: []
        case .user(let session): session.user.id.bytes
        case .program(let token): token.id.bytes
        case .photographer(let token): token.id.bytes
        }
    }
}

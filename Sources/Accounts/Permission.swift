package import Domain

/// Something that may be done or not.
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
    case seeWork = "see-work"
    case manageAccounts = "manage-accounts"
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
            .seeOriginals:
            self == .owner || self == .organiser
        case .deleteEvents, .manageAccounts: self == .owner
        }
    }
}

/// Who asks.
package enum Caller: Sendable, Hashable {
    case nobody
    case user(UserSession)
    /// By a link of theirs, to one event.
    case photographer(UploadToken)

    /// Whether they may do it at all, or in an event where one is named.
    package func may(_ permission: Permission, in event: EventID? = nil) -> Bool {
        switch self {
        case .nobody: false
        case .user(let session): session.user.isActive && session.user.role.may(permission)
        case .photographer(let token): permission == .uploadPhotos && event == token.event
        }
    }

    /// For the record.
    package var actor: Actor? {
        switch self {
        case .nobody: nil
        case .user(let session): .user(session.user.id)
        case .photographer(let token): .photographer(token.photographer)
        }
    }
}

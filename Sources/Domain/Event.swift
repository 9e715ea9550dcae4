/// One event: a wedding, a conference day, or an indexed folder.
package struct Event: Sendable, Hashable {
    package let id: EventID
    package let name: String
    package let kind: Kind
    package let state: State
    package let createdAt: Int64
    package let settings: EventSettings
    /// Raised whenever somebody edits the event: who edits an older version is told.
    package let version: Int64
    /// Raised in every unit of work that changes faces or decisions, so that warm copies notice.
    package let revision: Int64
    /// Bytes of originals, those included that are still arriving.
    package let claimedBytes: Int64

    package init(
        id: EventID, name: String, kind: Kind, state: State, createdAt: Int64, settings: EventSettings,
        version: Int64, revision: Int64, claimedBytes: Int64
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.state = state
        self.createdAt = createdAt
        self.settings = settings
        self.version = version
        self.revision = revision
        self.claimedBytes = claimedBytes
    }

    /// Whether its photos were uploaded and are kept by us, or lie in a folder of somebody's.
    package enum Kind: String, Sendable, Hashable { case pool, folder }

    /// Only an open event takes photos; one that is being deleted is as good as gone.
    package enum State: String, Sendable, Hashable { case open, archived, deleting }
}

/// What an organiser sets for one event.
package struct EventSettings: Sendable, Hashable {
    package var policy = Policy.standard
    package var reuploads = Reuploads.stayDeleted
    /// Absent where there is no limit.
    package var mostBytesOfFile: Int64? = 512 << 20
    package var mostBytesOfEvent: Int64?
    package var mostBytesOfPhotographer: Int64?
    package var preset = Preset.conference
    package var grouping = GroupingMethod.constrained
    /// Distances set by hand; absent where the preset decides.
    package var distances: Distances?

    package init() {}

    /// Distances in the metric of the model pack.
    package struct Distances: Sendable, Hashable {
        package let merge: Double
        package let attach: Double
        package let selfie: Double
        package let ask: Double

        /// No two faces lie farther apart than 2 by the cosine, and no model tells people apart beyond it.
        package var isSound: Bool {
            [merge, attach, selfie, ask].allSatisfy { $0 > 0 && $0 < 2 } && merge <= attach && selfie <= ask
        }

        package init(merge: Double, attach: Double, selfie: Double, ask: Double) {
            self.merge = merge
            self.attach = attach
            self.selfie = selfie
            self.ask = ask
        }
    }

    /// What becomes of a photo that is uploaded again while it lies in the trash.
    package enum Reuploads: String, Sendable, Hashable, CaseIterable {
        case stayDeleted = "stay-deleted"
        case restore
    }
}

/// How faces become people.
package enum GroupingMethod: String, Sendable, Hashable, CaseIterable { case constrained, dbscan }

/// A part of an event, such as the reception.
package struct Album: Sendable, Hashable {
    package let id: AlbumID
    package let name: String

    package init(id: AlbumID, name: String) {
        self.id = id
        self.name = name
    }
}

/// Somebody who uploads photos to one event.
package struct Photographer: Sendable, Hashable {
    package let id: PhotographerID
    package let name: String
    /// Bytes of what they uploaded, whether or not somebody else had uploaded the same.
    package let claimedBytes: Int64

    package init(id: PhotographerID, name: String, claimedBytes: Int64) {
        self.id = id
        self.name = name
        self.claimedBytes = claimedBytes
    }
}

/// Who does something, for the record.
package enum Actor: Sendable, Hashable {
    /// Likeness itself, at work on what somebody asked for.
    case program
    /// Whoever may run commands on the machine.
    case commandLine
    case photographer(PhotographerID)
    case user(UserID)
}

/// Who does something, and when.
package struct Act: Sendable, Hashable {
    package let actor: Actor
    package let at: Int64

    package init(by actor: Actor, at milliseconds: Int64) {
        self.actor = actor
        self.at = milliseconds
    }
}

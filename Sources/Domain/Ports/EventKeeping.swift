/// Events with their albums and photographers.
package protocol EventKeeping: Sendable {
    func create(_ name: String, _ settings: EventSettings, by act: Act) async throws(PoolError) -> Event

    /// All events that are not being deleted, newest first.
    func events() async throws(PoolError) -> [Event]

    func event(_ id: EventID) async throws(PoolError) -> Event

    /// The event of this name or identifier.
    func event(_ nameOrID: String) async throws(PoolError) -> Event

    /// Refuses with `.changedMeanwhile` where somebody edited the event since this version.
    func set(_ settings: EventSettings, of event: Event, by act: Act) async throws(PoolError) -> Event

    func archive(_ event: Event, by act: Act) async throws(PoolError)

    /// Closes the event for everybody: from here on, deleting it goes on after any interruption.
    func beginDeleting(_ event: Event, by act: Act) async throws(PoolError)

    /// Events whose deletion was begun.
    func deleting() async throws(PoolError) -> [Event]

    /// Removes every row of the event.
    func removeRows(of event: EventID) async throws(PoolError)

    /// How many rows of any table still name the event.
    func rowsLeft(of event: EventID) async throws(PoolError) -> Int

    func addPhotographer(_ name: String, to event: Event, by act: Act) async throws(PoolError) -> Photographer
    func photographers(of event: EventID) async throws(PoolError) -> [Photographer]

    /// The album of this name, made where there is none.
    func album(_ name: String, of event: Event, by act: Act) async throws(PoolError) -> Album
    func albums(of event: EventID) async throws(PoolError) -> [Album]

    /// The number of the newest change.
    func lastChange(of event: EventID) async throws(PoolError) -> Int64

    /// What was changed after the given number, oldest first.
    func changes(of event: EventID, after number: Int64, limit: Int) async throws(PoolError) -> [Change]

    /// What people did, as far as it is no mere progress of the work, newest first.
    func record(of event: EventID, before number: Int64?, limit: Int) async throws(PoolError) -> [Change]
}

/// One entry of an event's change log.
package struct Change: Sendable, Hashable {
    package let number: Int64
    package let kind: Kind
    package let subject: UUIDv7?
    /// Members as JSON, those that differ; absent where the kind says it all.
    package let before: String?
    package let after: String?
    package let act: Act

    package init(
        number: Int64, kind: Kind, subject: UUIDv7?, before: String? = nil, after: String? = nil, act: Act
    ) {
        self.number = number
        self.kind = kind
        self.subject = subject
        self.before = before
        self.after = after
        self.act = act
    }

    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case created, settings, archived, deleting, photographer, album
        case role, link
        case linkRevoked = "link-revoked"
        case guestAdded = "guest-added"
        case guestEdited = "guest-edited"
        case guestRemoved = "guest-removed"
        case grouped, decided, undone, redone
        case arrived, credited, replaced, developed, failed, retried, hidden, shown, trashed, restored, purged
    }
}

/// Why something about an event or its photos cannot be done.
package enum PoolError: Error, Sendable, Hashable {
    case noSuchEvent
    case eventExists
    case eventArchived
    case emptyName
    case nameTooLong(most: Int)
    case noSuchPhotographer
    case photographerExists
    case noSuchAlbum
    case noSuchPhoto
    /// Several photos of the event have this name.
    case severalPhotos
    case noSuchPerson
    /// Several people of the event have this name.
    case severalPeople
    case noSuchFace
    case faceOfAnother
    /// The face is in nobody's group.
    case faceOfNobody
    /// Somebody of a person has to stay.
    case allFaces
    /// It was answered, or photos that arrived have settled it.
    case questionGone
    /// Answers that would fit.
    case unfitAnswer([OpenQuestion.Answer])
    /// So many pairs of faces lie within the distances in use that nobody could be told from anybody.
    case tooManyPairs
    /// The model pack has no thresholds for the preset.
    case noThresholds(Preset)
    /// Somebody else edited it since it was read.
    case changedMeanwhile
    case noSuchGuest
    /// A guest with this address is on the list already, or it comes twice.
    case guestExists(email: String)
    /// What is no address of e-mail.
    case badEmail
    /// Distances that contradict each other.
    case badDistances
    case storage(StorageError)
    case vault(VaultError)
}

extension PoolError {
    /// A stable word for scripts and JSON.
    package var code: String {
        switch self {
        case .noSuchEvent: "no_such_event"
        case .eventExists: "event_exists"
        case .eventArchived: "event_archived"
        case .emptyName: "empty_name"
        case .nameTooLong: "name_too_long"
        case .noSuchPhotographer: "no_such_photographer"
        case .photographerExists: "photographer_exists"
        case .noSuchAlbum: "no_such_album"
        case .noSuchPhoto: "no_such_photo"
        case .severalPhotos: "several_photos"
        case .noSuchPerson: "no_such_person"
        case .severalPeople: "several_people"
        case .noSuchFace: "no_such_face"
        case .faceOfAnother: "face_of_another"
        case .faceOfNobody: "face_of_nobody"
        case .allFaces: "all_faces"
        case .questionGone: "question_gone"
        case .unfitAnswer: "unfit_answer"
        case .tooManyPairs: "too_many_pairs"
        case .noThresholds: "no_thresholds"
        case .changedMeanwhile: "changed_meanwhile"
        case .noSuchGuest: "no_such_guest"
        case .guestExists: "guest_exists"
        case .badEmail: "bad_email"
        case .badDistances: "bad_distances"
        case .storage(let error): error.code
        case .vault(let error): error.code
        }
    }

    /// What was found, and what to do.
    package var sentence: String {
        switch self {
        case .noSuchEvent: "There is no such event; `likeness event list` shows those that are there."
        case .eventExists: "There is an event of this name already; choose another name."
        case .eventArchived: "The event is archived: its photos are kept as they are, and none are added."
        case .emptyName: "The name is empty; give it one that people recognise."
        case .nameTooLong(let most): "The name is too long; keep it to \(most) letters."
        case .noSuchPhotographer:
            "The event has no such photographer; `likeness photographer add` adds one."
        case .photographerExists: "The event has a photographer of this name already."
        case .noSuchAlbum: "The event has no such album."
        case .noSuchPhoto: "The event has no such photo; `likeness photos` lists them."
        case .severalPhotos:
            "Several photos of the event have this name; say which by its id, as `likeness photos` shows it."
        case .noSuchPerson: "The event has no such person; `likeness people` lists them."
        case .severalPeople:
            "Several people of the event have this name; say which by its id, as `likeness people` shows it."
        case .noSuchFace: "The event has no such face; `likeness people show` lists the faces of a person."
        case .faceOfAnother:
            "That face is not this person's; `likeness people show` lists the faces of a person."
        case .faceOfNobody: "That face is in nobody's group, so there is nobody to take it away from."
        case .allFaces: "These are all faces of the person; at least one has to stay."
        case .questionGone: "No such question is open any more; `likeness questions` lists those that are."
        case .unfitAnswer(let answers):
            "That is no answer to this question; say \(answers.map(\.rawValue).joined(separator: " or "))."
        case .tooManyPairs:
            "More than 150 million pairs of faces lie within this distance, which tells nobody from anybody; choose a smaller "
                + "one."
        case .noThresholds(let preset):
            "The model pack has no thresholds for the preset \"\(preset.rawValue)\"; choose another preset."
        case .changedMeanwhile: "Somebody else changed it meanwhile; look at it again before you go on."
        case .noSuchGuest: "The event has no such guest."
        case .guestExists(let email): "\(email) is on the list of guests already, or comes twice."
        case .badEmail: "That is no address of e-mail, such as ada@example.org."
        case .badDistances:
            "Distances are above 0 and below 2, the one to attach no less than the one to merge, and the one to ask no less than "
                + "the one for selfies."
        case .storage(let error): error.sentence
        case .vault(let error): error.sentence
        }
    }
}

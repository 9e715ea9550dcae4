/// Faces' vectors as they may be kept: turned by the event's secret, sealed under its key, bound to their row.
package protocol VectorSealing: Sendable {
    /// Makes sure that the event has a key; an event that had one keeps it.
    func prepare(_ event: EventID) async throws(VaultError)

    /// The event's key, opened once for many vectors.
    func key(of event: EventID) async throws(VaultError) -> any VectorKey
}

/// The key of one event, in memory that is locked and left out of core dumps.
///
/// May be used from any thread.
package protocol VectorKey: Sendable {
    /// Turns the vector into the event's space and seals it; it opens again only for this face of this pack.
    func seal(_ vector: FaceVector, of face: FaceID, pack: String) -> [UInt8]

    /// The vector in the event's space. Throws `.damaged` where the bytes are not what was sealed for this face.
    func open(_ sealed: [UInt8], of face: FaceID, pack: String) throws(VaultError) -> FaceVector

    /// Turns a vector of the model, such as a selfie's, into the event's space, where distances and angles are the
    /// same as between vectors of the model.
    func turned(_ vector: FaceVector) -> FaceVector

    /// Turns a vector of the event's space back into the model's.
    func turnedBack(_ vector: FaceVector) -> FaceVector
}

/// The keys of all events, and which events were erased.
package protocol KeyRinging: VectorSealing {
    /// Makes everything sealed for the event unreadable for ever, and keeps that this was done.
    func destroy(_ event: EventID, at milliseconds: Int64) async throws(VaultError)

    /// The events whose keys were destroyed, each with its moment.
    func erasures() async throws(VaultError) -> [EventID: Int64]

    /// Every event that has a key.
    func events() async throws(VaultError) -> Set<EventID>
}

/// What keeps the vault from opening or sealing.
package enum VaultError: Error, Sendable, Hashable {
    /// The master key or the ring may be read or replaced by others than the user of this program.
    case openToOthers
    /// The master key could not be had: a command failed, a variable holds something else than a key.
    case noMasterKey(String)
    /// The ring was wrapped under another master key, or its bytes were changed.
    case wrongKey
    /// The ring is there without its master key, or the other way round.
    case masterKeyMissing
    case ringMissing
    /// There is no key for this event: it was never made, or was destroyed.
    case noSuchEvent
    /// The event was erased; nothing of it can be read, also from an older copy.
    case erased
    /// The bytes are not what was sealed for this row.
    case damaged
    case newerThanProgram
    /// In the place of the ring lies what `vault export` made.
    case isAnExport
    case storage(StorageError)
}

extension VaultError {
    /// A stable word for scripts and JSON.
    package var code: String {
        switch self {
        case .openToOthers: "key_open_to_others"
        case .noMasterKey: "no_master_key"
        case .wrongKey: "wrong_master_key"
        case .masterKeyMissing: "master_key_missing"
        case .ringMissing: "ring_missing"
        case .noSuchEvent: "no_event_key"
        case .erased: "event_erased"
        case .damaged: "sealed_vector_damaged"
        case .newerThanProgram: "ring_newer_than_program"
        case .isAnExport: "ring_is_an_export"
        case .storage(let error): error.code
        }
    }

    /// What was found, and what to do.
    package var sentence: String {
        switch self {
        case .openToOthers:
            "The master key, the key ring or their folder is open to others: all three must belong to the user that runs "
                + "likeness, the files with mode 600, the folder with 700. Mend that, and consider `likeness vault rotate`."
        case .noMasterKey(let why): "The master key could not be had: \(why)"
        case .wrongKey:
            "The key ring does not open with this master key, or it was damaged; bring the key that belongs to it, "
                + "or the ring from `likeness vault export`."
        case .masterKeyMissing:
            "There is a key ring, but not the master key that opens it; bring the key back. A new one would not help."
        case .ringMissing:
            "The key ring is gone while sealed faces are there; bring it back from `likeness vault export`."
        case .noSuchEvent: "There is no key for this event; bring the key ring that belongs to the data."
        case .erased: "The event was erased, and nothing of it can be read again."
        case .damaged: "A sealed face is not what was sealed for its place; restore the data from a backup."
        case .newerThanProgram:
            "The key ring was made by a newer program; update likeness. Nothing was changed."
        case .isAnExport:
            "In the place of the key ring lies an export of one; move it away and run `likeness vault import` with it."
        case .storage(let error): error.sentence
        }
    }
}

/// What keeps a database or a folder of ours from doing its work, named by the fact that was found.
package enum StorageError: Error, Sendable, Hashable {
    case diskFull
    /// Writing would leave less than the free space that was set as the floor.
    case lowSpace
    case readOnly
    case noPermission
    /// There is no such file, or no folder to hold it.
    case missing
    /// Where a folder is wanted, a file or something like it lies.
    case notAFolder
    /// Another process holds the database for longer than we wait.
    case locked
    /// Another run works on the same index; its process number where it is known.
    case inUse(process: Int32?)
    case damaged
    /// Something else lies there: a text, a folder, a link, or another program's database.
    case notADatabase
    case newerThanProgram(version: Int64, known: Int64)
    /// The disk itself reported a fault, with the system's number for it.
    case diskFault(Int32)
    /// Two rows claim what only one may have: a mistake of ours.
    case conflict
    /// The database server cannot be reached, or ended the connection; it was tried again for a while.
    case unreachable
    /// The database server is there and refuses this user, password or database name.
    case refused
    /// The database keeps text in another encoding than UTF-8.
    case wrongEncoding
    /// A text holds what the database cannot keep in a text: a zero byte, or bytes that are none of its letters.
    case unfitText
    /// A statement took longer than statements may.
    case tookTooLong
    /// A status of the database library that has no words yet.
    case unexpected(Int32)
}

extension StorageError {
    /// Whether it may be over by itself, or by what somebody does to the machine meanwhile.
    package var mayPass: Bool {
        switch self {
        case .diskFull, .lowSpace, .readOnly, .noPermission, .missing, .locked, .diskFault, .unreachable,
            .refused,
            .tookTooLong:
            true
        case .notAFolder, .inUse, .damaged, .wrongEncoding, .unfitText, .notADatabase, .newerThanProgram,
            .conflict, .unexpected:
            false
        }
    }

    /// A stable word for scripts and JSON.
    package var code: String {
        switch self {
        case .diskFull: "disk_full"
        case .lowSpace: "low_space"
        case .readOnly: "read_only"
        case .noPermission: "no_permission"
        case .missing: "missing"
        case .notAFolder: "not_a_folder"
        case .locked: "locked"
        case .inUse: "in_use"
        case .damaged: "damaged_database"
        case .notADatabase: "not_a_database"
        case .newerThanProgram: "newer_than_program"
        case .diskFault: "disk_fault"
        case .conflict: "conflict"
        case .unreachable: "database_unreachable"
        case .refused: "database_refused"
        case .wrongEncoding: "database_encoding"
        case .unfitText: "unfit_text"
        case .tookTooLong: "database_too_slow"
        case .unexpected: "unexpected"
        }
    }

    /// What was found, and what to do. The caller says which file it is about.
    package var sentence: String {
        switch self {
        case .diskFull: "The disk is full; free some space and start again."
        case .lowSpace:
            "The disk has less free space than the floor that is set (LIKENESS_FREE_SPACE); free some, and it goes on."
        case .readOnly: "The disk or the file is read-only; choose another place or make it writable."
        case .noPermission:
            "This user may not read or write it; change its permissions or choose another place."
        case .missing: "It does not exist, or its folder does not."
        case .notAFolder: "It is a file, not a folder: choose another place."
        case .locked: "Another program holds the database; close it and try again."
        case .inUse(let process?):
            "Another run (process \(process)) is working on it; wait for its end or stop it."
        case .inUse(nil): "Another run is working on it; wait for its end or stop it."
        case .damaged: "The database is damaged; move it away and make it anew, or restore a copy."
        case .notADatabase: "It is no database of this program; it was left as it is. Choose another file."
        case .newerThanProgram(let version, let known):
            "The database was made by a newer program (version \(version), this one knows \(known)); "
                + "update likeness. Nothing was changed."
        case .diskFault(let number):
            "The disk reported a fault (error \(number)); check the disk and its cable."
        case .conflict:
            "The database holds the same thing already; please report this as a mistake of the program."
        case .unreachable:
            "The database server cannot be reached; start it, or check its address and the network."
        case .refused:
            "The database server refuses this user, password or database name; check the address that is given for it."
        case .wrongEncoding:
            "The database keeps text in another encoding than UTF-8; make one with ENCODING 'UTF8' and TEMPLATE template0."
        case .unfitText:
            "A text holds a zero byte, which the database cannot keep; nothing was changed by it."
        case .tookTooLong:
            "The database took too long for one statement and was stopped; nothing was changed by it."
        case .unexpected(let status): "The database library gave up (status \(status)); please report this."
        }
    }
}

internal import CSQLite
package import Domain
internal import Glibc

extension StorageError {
    /// The fact behind the status that a call on `connection` has just returned, asked for on the same thread.
    init(sqlite status: Int32, on connection: OpaquePointer?) {
        // SQLite keeps the system's number for failed opens, not for failed writes; there errno still has it.
        let last = errno
        let kept = connection.map { sqlite3_system_errno($0) } ?? 0
        let systemError = kept != 0 ? kept : last
        // Extended codes carry their general code in the low byte.
        switch status & 0xFF {
        case SQLITE_FULL: self = .diskFull
        case SQLITE_READONLY: self = .readOnly
        case SQLITE_PERM, SQLITE_AUTH: self = .noPermission
        case SQLITE_BUSY, SQLITE_LOCKED: self = .locked
        case SQLITE_CORRUPT: self = .damaged
        case SQLITE_NOTADB: self = .notADatabase
        case SQLITE_CONSTRAINT: self = .conflict
        case SQLITE_CANTOPEN: self.init(systemError: systemError)
        case SQLITE_IOERR:
            let isFull = [ENOSPC, EDQUOT, EFBIG].contains(systemError)
            self = isFull ? .diskFull : .diskFault(systemError != 0 ? systemError : EIO)
        default: self = .unexpected(status)
        }
    }

    /// The fact behind `errno`.
    package init(systemError: Int32) {
        switch systemError {
        // A file that may not grow is a full disk to the one who writes it.
        case ENOSPC, EDQUOT, EFBIG: self = .diskFull
        case EROFS: self = .readOnly
        case EACCES, EPERM: self = .noPermission
        case ENOENT, ENOTDIR: self = .missing
        case EISDIR, ELOOP: self = .notADatabase
        default: self = .diskFault(systemError)
        }
    }
}

/// A folder of photos: what lies in it, and each file opened with care.
package protocol PhotoFinding: Sendable {
    /// Everything in the folder and below, in the order of the names' bytes. Links are never followed.
    func entries() async throws(FolderError) -> [FolderEntry]

    /// Opens one file of the listing for reading; nothing but a plain file inside the folder is opened.
    func open(_ name: PhotoName) async throws(PhotoOpenError) -> FoundPhoto
}

/// One thing that lies in a folder.
package struct FolderEntry: Sendable, Hashable {
    package let name: PhotoName
    package let kind: Kind

    package init(_ name: PhotoName, _ kind: Kind) {
        self.name = name
        self.kind = kind
    }

    package enum Kind: Sendable, Hashable {
        case file(FileStamp)
        /// Told by what it is, without opening it.
        case passedOver(SkipReason, FileStamp)
        /// A folder that could not be read: what lies in it is unknown, and so neither new nor gone.
        case closedFolder(PhotoOpenError)
    }
}

/// A file that was opened, and what its first bytes look like.
package struct FoundPhoto: Sendable {
    package let photo: OpenPhoto
    package let kind: FileKind

    package init(_ photo: OpenPhoto, _ kind: FileKind) {
        self.photo = photo
        self.kind = kind
    }
}

/// Why the folder as a whole could not be looked at.
package enum FolderError: Error, Sendable, Hashable {
    case missing
    case notAFolder
    case noPermission
    case diskFault(Int32)

    package var code: String {
        switch self {
        case .missing: "folder_missing"
        case .notAFolder: "not_a_folder"
        case .noPermission: "no_permission"
        case .diskFault: "disk_fault"
        }
    }

    package var sentence: String {
        switch self {
        case .missing: "There is no such folder; check the spelling, and that its disk is connected."
        case .notAFolder: "It is not a folder; name the folder that holds the photos."
        case .noPermission: "This user may not read the folder; change its permissions."
        case .diskFault(let number):
            "The disk reported a fault (error \(number)); check the disk and its cable."
        }
    }
}

/// Why one file or folder could not be opened.
package enum PhotoOpenError: Error, Sendable, Hashable {
    /// It was there when the folder was listed.
    case vanished
    case noPermission
    /// By now it is a link, a folder, a device or a pipe.
    case notAFile
    case diskFault(Int32)
}

extension PhotoOpenError {
    package var code: String {
        switch self {
        case .vanished: "vanished"
        case .noPermission: "no_permission"
        case .notAFile: "not_a_file"
        case .diskFault: "disk_fault"
        }
    }

    package var sentence: String {
        switch self {
        case .vanished: "It was gone before it could be opened; it is taken up again if it comes back."
        case .noPermission: "This user may not read it; change its permissions."
        case .notAFile: "It is no plain file; put the photo itself there."
        case .diskFault(let number):
            "The disk reported a fault (error \(number)); check the disk and its cable."
        }
    }
}

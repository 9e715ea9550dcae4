internal import Domain
internal import Storage

/// A file that somebody named on the command line. Links are followed, since they were named on purpose.
enum GivenFile {
    /// Opens a photo; what is no plain file is told apart and never waited for.
    static func photo(_ word: Word, called role: String) throws(Failure) -> OpenPhoto {
        do throws(PhotoOpenError) {
            return try FolderFiles.open(single: word.path).photo
        } catch {
            throw Failure("\(role) \(word.shown) \(words(for: error))", code: code(for: error))
        }
    }

    private static func words(for error: PhotoOpenError) -> String {
        switch error {
        case .vanished: "does not exist; check the spelling."
        case .noPermission: "may not be read by this user; change its permissions."
        case .notAFile: "is no plain file; name the photo itself."
        case .diskFault(let number): "cannot be read: the disk reported a fault (error \(number))."
        }
    }

    private static func code(for error: PhotoOpenError) -> String {
        error == .vanished ? "missing" : error.code
    }
}

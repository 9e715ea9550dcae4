internal import Domain
internal import Glibc
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

    /// A small file of text, such as a certificate.
    static func text(_ word: Word) throws(Failure) -> String {
        let file = try photo(word, called: "The file")
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = pread(file.descriptor, &bytes, bytes.count, 0)
        guard count > 0, let text = String(validating: bytes[..<count], as: UTF8.self) else {
            throw Failure("\(word.shown) is no file of text.", code: "not_text")
        }
        return text
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

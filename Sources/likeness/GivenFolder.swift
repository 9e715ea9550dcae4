internal import Domain
internal import Storage

/// A folder of photos that somebody named on the command line, and where its index lies.
enum GivenFolder {
    static func open(_ word: Word) throws(Failure) -> FolderFiles {
        do throws(FolderError) {
            return try FolderFiles(word.path)
        } catch {
            throw Failure(error, about: word)
        }
    }

    static func index(of folder: Word, _ database: Word?) -> Word {
        database ?? Word(bytes: folder.path.inside(".likeness.sqlite").bytes)
    }
}

extension Failure {
    init(_ error: FolderError, about folder: Word) {
        self.init("\(folder.shown): \(error.sentence)", code: error.code)
    }
}

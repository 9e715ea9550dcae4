import Domain
import Glibc
import Imaging
import Inference
import Synchronization
import TestSupport

@testable import Darkroom

/// Where the program lies that is started as a child: beside this test bundle.
enum Product {
    static let executable: String? = {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0 else { return nil }
        let path = String(decoding: buffer.prefix(count), as: UTF8.self)
        guard let slash = path.lastIndex(of: "/") else { return nil }
        let program = path[..<slash] + "/likeness"
        return access(String(program), X_OK) == 0 ? String(program) : nil
    }()

    /// The package's folder, from the place of this file.
    static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
}

/// A darkroom with a small generated pack, and a folder for pictures; everything is gone after the test.
final class Workplace: Sendable {
    let folder: ScratchFolder
    let pack: PackFiles
    let notes = Notes()

    init() async throws {
        folder = try ScratchFolder()
        pack = try await MadePack.install(under: folder)
    }

    /// Lends a darkroom and closes it, whatever happens.
    @discardableResult
    func withDarkroom<Answer>(
        _ change: (inout DarkroomSettings) -> Void = { _ in }, _ work: (Darkroom) async throws -> Answer
    ) async throws -> Answer {
        var settings = DarkroomSettings(pack: pack)
        settings.executable = Product.executable ?? "/nowhere"
        settings.children = 1
        let notes = notes
        settings.note = { notes.add($0) }
        change(&settings)
        let darkroom = Darkroom(settings: settings)
        do {
            let answer = try await work(darkroom)
            await darkroom.close()
            return answer
        } catch {
            await darkroom.close()
            throw error
        }
    }

    /// Writes a picture and opens it as the folder walk does.
    func photo(_ bytes: [UInt8], named name: String = "photo.jpg") throws -> OpenPhoto {
        try folder.write(name, bytes)
        return try Self.open(folder.path(of: name))
    }

    static func open(_ path: String) throws -> OpenPhoto {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw SetupFault("cannot open \(path)") }
        var state = stat()
        fstat(descriptor, &state)
        return OpenPhoto(
            owning: descriptor,
            stamp: FileStamp(
                sizeInBytes: Int64(state.st_size), changedInNanoseconds: 0, inode: UInt64(state.st_ino)))
    }
}

struct SetupFault: Error {
    let words: String

    init(_ words: String) { self.words = words }
}

/// Sentences that a darkroom gave to its log.
final class Notes: Sendable {
    private let sentences = Mutex<[String]>([])

    func add(_ sentence: String) { sentences.withLock { $0.append(sentence) } }

    var all: [String] { sentences.withLock { $0 } }
}

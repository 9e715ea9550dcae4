import Domain
import Synchronization
import TestSupport

@testable import Web

/// A darkroom for the desk that sees what a selfie's text says: "one", "two", "none".
struct TableLooking: FaceLooking {
    func faces(onSelfie picture: [UInt8]) async throws(DevelopError) -> [Face] {
        switch String(decoding: picture, as: UTF8.self) {
        case "one": [Self.face(0)]
        case "two": [Self.face(0), Self.face(100)]
        case "blurred": [Self.face(0, vector: nil)]
        case "none": []
        default: throw .unreadable(.notAPicture)
        }
    }

    func crop(_ picture: OpenPhoto, box: Box, side: Int) async throws(DevelopError) -> [UInt8] {
        [0xFF, 0xD8, 0xFF]
    }

    private static func face(_ x: Double, vector: FaceVector? = FaceVector([0, 0])) -> Face {
        var face = Sample.face()
        face.box = Box(x: x, y: 0, width: 90, height: 90)
        face.vector = vector
        return face
    }
}

/// Backups that are made at once.
final class TableBackups: BackingUp {
    private let made = Mutex<[Backup]>([])

    func begin(at milliseconds: Int64) async -> Backup? {
        let backup = Backup(name: "backup-\(milliseconds)", state: .whole, begunAt: milliseconds, files: 1)
        made.withLock { $0.append(backup) }
        return backup
    }

    func all() async throws(StorageError) -> [Backup] { made.withLock { $0.reversed() } }
}

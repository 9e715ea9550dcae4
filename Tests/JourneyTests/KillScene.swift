import Digests
import Domain
import Glibc
import Pipeline
import Storage
import TestSupport
import Vault

/// Three photographers upload to one event while it is worked on: the scene that kill tests play again and again.
struct KillScene: Sendable {
    let kind: DatabaseKind
    let address: String
    /// Holds photo files and keys.
    let folder: String

    static let people = ["Ada", "Ben", "Cy"]
    static let filesOfRound = 8

    /// A photographer's file of a round; the first two of each round are the same for everybody.
    static func content(_ person: Int, _ round: Int, _ number: Int) -> [UInt8] {
        let owner = number < 2 ? 9 : person
        var random = SeededGenerator(seed: UInt64(owner * 1_000_000 + round * 1000 + number))
        let length = 2000 + Int(random.next() % 5000)
        return (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    func prepare() async throws {
        let pool = try await Pool.open(try await database(), vault: try await ring())
        let act = Act(by: .commandLine, at: millisecondsSince1970())
        let event = try await pool.create("party", EventSettings(), by: act)
        try await ring().prepare(event.id)
        for name in Self.people { _ = try await pool.addPhotographer(name, to: event, by: act) }
    }

    /// Uploads the files of these rounds and works until nothing waits.
    func play(_ rounds: ClosedRange<Int>, _ dying: Dying) async throws {
        let ring = try await ring()
        let pool = try await Pool.open(
            DyingDatabase(database: try await database(), dying: dying), vault: ring)
        let layer = RecordingFiles { operation, name in
            switch operation {
            case .synchronise: dying.reach(.piece)
            case .rename where name.contains("/originals/"): dying.reach(.rename)
            case .synchroniseFolder where name.hasSuffix("/originals"): dying.reach(.rename)
            default: break
            }
        }
        let files = FolderPhotoFiles(DiskPath(folder), floor: 0, layer: layer)
        let receive = ReceiveUpload(
            uploads: pool, files: files, digest: { piece, _ in SHA256.digest(of: piece) },
            now: millisecondsSince1970)
        _ = try await receive.tidy()
        let event = try await pool.event("party")
        let people = try await pool.photographers(of: event.id)
        let uploading = StopSign()
        let stage = DevelopStage(
            photos: pool, files: files, darkroom: SeededDarkroom(watch: { dying.reach(.darkroom) }),
            vault: ring, pack: "pack-1", now: millisecondsSince1970)
        let dispatcher = Dispatcher(
            jobs: pool, journey: Journey([stage]), width: 8, now: millisecondsSince1970)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                try await dispatcher.run(until: StopSign(), end: .whenIdle { uploading.isUp })
            }
            try await withThrowingDiscardingTaskGroup { uploads in
                for (place, person) in people.enumerated() {
                    uploads.addTask {
                        for round in rounds {
                            for number in 0..<Self.filesOfRound {
                                try await Self.upload(place, round, number, by: person, of: event, receive)
                            }
                        }
                    }
                }
            }
            uploading.raise()
            pool.ring()
            try await tasks.next()
        }
    }

    /// In pieces, from wherever it was left.
    private static func upload(
        _ place: Int, _ round: Int, _ number: Int, by person: Photographer, of event: Event,
        _ receive: ReceiveUpload
    ) async throws {
        let bytes = content(place, round, number)
        let offer = UploadOffer(
            event: event.id, photographer: person.id, name: PhotoName("\(round)-\(number).jpg"),
            length: Int64(bytes.count), source: "\(round) \(number)")
        var upload = try await receive.begin(offer)
        while upload.result == nil {
            let start = Int(upload.offset)
            let piece = Array(bytes[start..<min(start + 1500, bytes.count)])
            let sum = PieceChecksum(.sha256, SHA256.digest(of: piece))
            upload = try await receive.take(piece, of: upload.id, at: Int64(start), checksum: sum)
        }
    }

    func database() async throws(StorageError) -> any Database { try await TestDatabase.open(address, kind) }

    func ring() async throws(VaultError) -> KeyRing {
        try await KeyRing.open(
            folder: folder + "/keys", master: .file(folder + "/keys/master.key"), mayBegin: true)
    }
}

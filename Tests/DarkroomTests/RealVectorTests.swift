import Domain
import TestSupport
import Testing
import Vault

@Suite(
    "Vectors of real faces in the vault", .timeLimit(.minutes(10)),
    .enabled(if: RealLab.isReady, "needs the open pack and the portraits"))
struct RealVectorTests {
    @Test("keep their distances inside an event, and are strangers' to another event")
    func turned() async throws {
        let lab = try RealLab()
        var vectors = try ["obama", "obama2", "obama3", "biden"].flatMap { name in
            try lab.develop(file: "\(RealLab.portraits)/\(name).jpg").faces.compactMap(\.vector)
        }
        let shared = Product.root + "/../shared/faces"
        if RealLab.exists(shared + "/manifest.csv") {
            let table = String(decoding: try RealLab.bytes(of: shared + "/manifest.csv"), as: UTF8.self)
            let files = table.split(separator: "\n").dropFirst().compactMap { $0.split(separator: ",").first }
            vectors += try files.prefix(12).flatMap { file in
                try lab.develop(file: "\(shared)/\(file)").faces.compactMap(\.vector)
            }
        } else {
            print("Only the portraits: ../shared is not there.")
        }
        try #require(vectors.count >= 4)
        let scratch = try ScratchFolder()
        let ring = try await KeyRing.open(
            folder: scratch.path + "/keys", master: .file(scratch.path + "/keys/master.key"), mayBegin: true)
        let events = [EventID(at: 1), EventID(at: 2)]
        for event in events { try await ring.prepare(event) }
        let (here, there) = (try await ring.key(of: events[0]), try await ring.key(of: events[1]))
        var (same, others) = ([Double](), [Double]())
        for (i, a) in vectors.enumerated() {
            let sealed = here.seal(a, of: FaceID(at: 1), pack: "open")
            #expect(throws: VaultError.damaged) { try there.open(sealed, of: FaceID(at: 1), pack: "open") }
            for b in vectors[(i + 1)...] {
                let (before, after) = (
                    Metric.euclidean.distance(a, b), Metric.euclidean.distance(here.turned(a), here.turned(b))
                )
                #expect(abs(before - after) <= 1e-5 * before)
                others.append(Metric.euclidean.distance(here.turned(a), there.turned(b)))
            }
            same.append(Metric.euclidean.distance(here.turned(a), there.turned(a)))
        }
        // The same face in two events lies no nearer than two strangers do.
        let (mine, theirs) = (
            same.reduce(0, +) / Double(same.count), others.reduce(0, +) / Double(others.count)
        )
        #expect(abs(mine / theirs - 1) < 0.15, "\(mine) and \(theirs)")
    }
}

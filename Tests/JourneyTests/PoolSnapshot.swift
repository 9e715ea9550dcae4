import Domain
import Pipeline
import Storage
import TestSupport
import Testing
import Vault

/// All that a pool holds of one event but identifiers, times and keys: two runs over the same files must agree.
struct PoolSnapshot: Equatable {
    struct Photo: Equatable {
        let state: PhotoState
        let failure: String?
        let credits: [String]
        let boxes: [Box]
        var vectors: [[Float]]
    }

    var photos: [String: Photo] = [:]

    init(_ scene: KillScene) async throws {
        let ring = try await scene.ring()
        try await self.init(Pool.open(try await scene.database(), vault: ring), ring)
    }

    init(_ pool: Pool, _ ring: KeyRing) async throws {
        let event = try await pool.event("party")
        let key = try await ring.key(of: event.id)
        let names = Dictionary(
            uniqueKeysWithValues: try await pool.photographers(of: event.id).map { ($0.id, $0.name) })
        var vectors: [PhotoID: [(Int, [Float])]] = [:]
        var lastFace: FaceID?
        while case let page = try await pool.sealedFaces(of: event.id, after: lastFace, limit: 500),
            !page.isEmpty
        {
            for face in page {
                let vector = try key.open(face.sealed, of: face.id, pack: face.pack)
                vectors[face.photo, default: []].append((face.number, key.turnedBack(vector).values))
            }
            lastFace = page.last?.id
        }
        var last: PhotoID?
        while case let page = try await pool.photos(of: event.id, PhotoFilter(), after: last, limit: 500),
            !page.isEmpty
        {
            for photo in page {
                #expect(photos[photo.contentHash] == nil, "no content is in two rows")
                photos[photo.contentHash] = Photo(
                    state: photo.state, failure: photo.failure?.code,
                    credits: try await pool.credits(of: photo.id).compactMap { names[$0] }.sorted(),
                    boxes: try await pool.subject(photo.id)?.earlierFaces.map(\.box) ?? [],
                    vectors: (vectors[photo.id] ?? []).sorted { $0.0 < $1.0 }.map(\.1))
            }
            last = page.last?.id
        }
    }

    /// Whether both hold the same; vectors may differ by what turning there and back rounds away.
    func agrees(with other: PoolSnapshot) -> Bool {
        guard photos.keys == other.photos.keys else { return false }
        return photos.allSatisfy { hash, photo in
            guard var theirs = other.photos[hash], theirs.vectors.count == photo.vectors.count else {
                return false
            }
            for (mine, their) in zip(photo.vectors, theirs.vectors) {
                let length = mine.map { $0 * $0 }.reduce(0, +).squareRoot()
                for (a, b) in zip(mine, their) where abs(a - b) > 1e-5 * max(1, length) { return false }
            }
            theirs.vectors = photo.vectors
            return theirs == photo
        }
    }
}

package import Domain

/// Finds the photos of an index that show the face on a selfie.
package struct MatchSelfie: Sendable {
    private let darkroom: any Developing
    private let index: any FaceIndexing
    private let pack: PackFacts

    package init(darkroom: any Developing, index: any FaceIndexing, pack: PackFacts) {
        self.darkroom = darkroom
        self.index = index
        self.pack = pack
    }

    /// `number` chooses among several faces, from 1, largest first.
    package func matches(
        of selfie: OpenPhoto, choosing number: Int? = nil, preset: Preset
    ) async throws(MatchError) -> MatchOutcome {
        guard let thresholds = pack.thresholds(for: preset) else { throw .noThresholds(preset) }
        try await checkPack()
        let development: Development
        do throws(DevelopError) {
            development = try await darkroom.develop(
                selfie, order: DevelopOrder(purpose: .selfie, wantsRenditions: false))
        } catch {
            throw .selfie(error)
        }
        switch SelfieFace(on: development.faces, choosing: number) {
        case .none: return .noFace
        case .several(let faces): return .severalFaces(faces)
        case .noSuchNumber(let count): return .noSuchFace(count: count)
        case .one(let face):
            guard let vector = face.vector else { return .unusable(face) }
            return .found(try await photos(near: index.turned(vector), thresholds), of: face)
        }
    }

    /// Vectors of different packs never meet.
    private func checkPack() async throws(MatchError) {
        let used: IndexPack?
        do throws(StorageError) {
            used = try await index.pack()
        } catch {
            throw .index(error)
        }
        guard let used else { throw .neverIndexed }
        guard used.identity == pack.identity else { throw .otherPack(index: used.name, inUse: pack.name) }
    }

    /// An exact look at every face of the index; the best of each photo counts.
    private func photos(
        near vector: FaceVector, _ thresholds: Thresholds
    ) async throws(MatchError) -> MatchedPhotos {
        let farthest = max(thresholds.selfie.distance, thresholds.ask.distance)
        let scan: Scan
        do throws(StorageError) {
            scan = try await index.foldUsableFaces(into: Scan()) { [pack] scan, face in
                guard face.pack == pack.identity else {
                    scan.facesOfOtherPacks += 1
                    return
                }
                // A vector of another length under this pack's name: the file was tampered with.
                guard face.vector.values.count == vector.values.count else {
                    scan.isDamaged = true
                    return
                }
                let distance = pack.metric.distance(vector, face.vector)
                guard distance <= farthest else { return }
                scan.add(Match(photo: face.photo, face: face.number, distance: distance, box: face.box))
            }
        } catch {
            throw .index(error)
        }
        guard !scan.isDamaged else { throw .index(.damaged) }
        let best = scan.best.values.sorted()
        return MatchedPhotos(
            matches: best.filter { $0.distance <= thresholds.selfie.distance },
            asks: best.filter { $0.distance > thresholds.selfie.distance },
            facesOfOtherPacks: scan.facesOfOtherPacks)
    }

    private struct Scan: Sendable {
        var best: [PhotoName: Match] = [:]
        var facesOfOtherPacks = 0
        var isDamaged = false

        mutating func add(_ match: Match) {
            guard let rival = best[match.photo], rival <= match else { return best[match.photo] = match }
        }
    }
}

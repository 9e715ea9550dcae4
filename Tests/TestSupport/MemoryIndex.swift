package import Domain

/// An index that lives as long as the test, with the behaviour of the real one.
package actor MemoryIndex: FaceIndexing {
    private var adopted: IndexPack?
    private var photos: [PhotoName: PhotoRecord] = [:]
    private var ids: [PhotoName: [FaceID]] = [:]
    private var fault: (after: Int, error: StorageError)?

    package init() {}

    /// From the given number of photos on, nothing can be written any more.
    package func fail(after count: Int, with error: StorageError) { fault = (count, error) }

    package var records: [PhotoName: PhotoRecord] { photos }

    package func adopt(_ pack: IndexPack) { adopted = pack }

    package func pack() -> IndexPack? { adopted }

    package nonisolated func turned(_ vector: FaceVector) -> FaceVector { vector }

    package func known() -> [PhotoName: KnownPhoto] {
        photos.mapValues { record in
            let standing: KnownPhoto.Standing =
                switch record.outcome {
                case .developed(let facts, let faces):
                    .developed(contentHash: facts.contentHash, hasFaces: !faces.isEmpty)
                case .skipped(let reason): .skipped(reason)
                case .failed(let failure): .failed(failure)
                }
            return KnownPhoto(stamp: record.stamp, recipe: record.recipe, standing: standing)
        }
    }

    package func put(_ records: [PhotoRecord]) throws(StorageError) {
        if let fault, !records.isEmpty, photos.count + records.count > fault.after { throw fault.error }
        for record in records {
            photos[record.name] = record
            guard case .developed(_, let faces) = record.outcome else { continue }
            ids[record.name] = faces.map { _ in FaceID(UUIDv7(at: 0)) }
        }
    }

    package func forget(_ names: [PhotoName]) {
        for name in names { photos[name] = nil }
    }

    package func totals() -> IndexTotals {
        var totals = IndexTotals()
        for record in photos.values {
            totals.photos[record.outcome.state, default: 0] += 1
            guard case .developed(_, let faces) = record.outcome else { continue }
            for face in faces { totals.faces[face.verdict.tier, default: 0] += 1 }
        }
        return totals
    }

    package func failures() -> [PhotoName: PhotoFailure] {
        photos.compactMapValues { record in
            guard case .failed(let failure) = record.outcome else { return nil }
            return failure
        }
    }

    package func foldUsableFaces<Answer: Sendable>(
        into start: Answer, _ step: @Sendable (inout Answer, IndexedFace) -> Void
    ) -> Answer {
        var answer = start
        for (name, record) in photos {
            guard case .developed(_, let faces) = record.outcome, let ids = ids[name] else { continue }
            for (place, (face, id)) in zip(faces, ids).enumerated() {
                guard let vector = face.vector else { continue }
                step(
                    &answer,
                    IndexedFace(
                        id: id, photo: name, number: place + 1, box: face.box, vector: vector,
                        pack: record.recipe.pack))
            }
        }
        return answer
    }
}

internal import Domain

/// One photo's way from its name to the record of what was found on it.
struct DevelopPhoto: Sendable {
    let folder: any PhotoFinding
    let darkroom: any Developing
    let renditions: (any RenditionKeeping)?
    let recipe: Recipe

    /// Why there is nothing to write down but a failure, or not even that.
    enum Fault: Error {
        case photo(PhotoRecord)
        case run(IndexError)
    }

    func record(of name: PhotoName) async throws(Fault) -> PhotoRecord {
        let found = try await open(name)
        let stamp = found.photo.stamp
        if let reason = found.kind.reasonToSkip(name) {
            return PhotoRecord(name: name, stamp: stamp, recipe: recipe, outcome: .skipped(reason))
        }
        let development = try await develop(found.photo, name)
        try await keepRenditions(of: development)
        return PhotoRecord(
            name: name, stamp: stamp, recipe: recipe,
            outcome: .developed(development.facts, development.faces))
    }

    /// What to write down, unless the run has to end.
    static func settled(_ result: Result<PhotoRecord, Fault>) throws(IndexError) -> PhotoRecord {
        switch result {
        case .success(let record), .failure(.photo(let record)): return record
        case .failure(.run(let error)): throw error
        }
    }

    private func open(_ name: PhotoName) async throws(Fault) -> FoundPhoto {
        do throws(PhotoOpenError) {
            return try await folder.open(name)
        } catch {
            // Nothing was opened, so there is no stamp; such a failure is always tried again.
            let stamp = FileStamp(sizeInBytes: 0, changedInNanoseconds: 0, inode: 0)
            throw .photo(
                PhotoRecord(name: name, stamp: stamp, recipe: recipe, outcome: .failed(PhotoFailure(error))))
        }
    }

    private func develop(_ photo: OpenPhoto, _ name: PhotoName) async throws(Fault) -> Development {
        let order = DevelopOrder(purpose: .photo(recipe.policy), wantsRenditions: renditions != nil)
        do throws(DevelopError) {
            return try await darkroom.develop(photo, order: order)
        } catch .darkroomUnavailable(let why) {
            throw .run(.darkroom(why))
        } catch {
            throw .photo(
                PhotoRecord(
                    name: name, stamp: photo.stamp, recipe: recipe, outcome: .failed(PhotoFailure(error))))
        }
    }

    /// Before the photo is written down: what the index calls done has its renditions.
    private func keepRenditions(of development: Development) async throws(Fault) {
        guard let renditions, let preview = development.preview, let thumbnail = development.thumbnail else {
            return
        }
        do throws(StorageError) {
            try await renditions.keep(
                preview: preview, thumbnail: thumbnail, of: development.facts.contentHash)
        } catch {
            throw .run(.previews(error))
        }
    }
}

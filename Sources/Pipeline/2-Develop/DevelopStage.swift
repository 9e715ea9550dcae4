package import Domain

/// The first stage of a photo: one trip through the darkroom, its faces sealed, its renditions kept.
package struct DevelopStage: JourneyStage {
    package let name = StageName.develop
    private let photos: any PhotoKeeping
    private let files: any PhotoFileKeeping
    private let darkroom: any Developing
    private let vault: any VectorSealing
    /// Identity of the model pack.
    private let pack: String
    private let now: @Sendable () -> Int64

    package init(
        photos: any PhotoKeeping, files: any PhotoFileKeeping, darkroom: any Developing,
        vault: any VectorSealing,
        pack: String, now: @escaping @Sendable () -> Int64
    ) {
        self.photos = photos
        self.files = files
        self.darkroom = darkroom
        self.vault = vault
        self.pack = pack
        self.now = now
    }

    package func work(on job: Job) async throws(StageFault) -> StageProduct {
        let found: DevelopSubject?
        do throws(StorageError) {
            found = try await photos.subject(job.subject)
        } catch {
            throw StageFault(error)
        }
        guard let subject = found else { throw .gone }
        let original = try await original(of: subject)
        let development = try await develop(original, subject.policy)
        guard development.facts.contentHash == subject.contentHash else {
            throw .passing(
                PhotoFailure(
                    code: "changed_on_disk",
                    sentence: "The kept file is not the one that was uploaded; restore it from a backup.",
                    isLasting: false))
        }
        let faces = try await seal(development, subject)
        let renditions = try await keepRenditions(of: development, subject)
        return .developed(
            DevelopedPhoto(
                recipe: Recipe(policy: subject.policy, pack: pack), facts: development.facts, faces: faces,
                renditions: renditions))
    }

    private func original(of subject: DevelopSubject) async throws(StageFault) -> OpenPhoto {
        do throws(StorageError) {
            return try await files.original(subject.contentHash, in: subject.event)
        } catch .missing {
            throw .passing(
                PhotoFailure(
                    code: "file_missing", sentence: "The kept file is gone; restore it from a backup.",
                    isLasting: false))
        } catch {
            throw StageFault(error)
        }
    }

    private func develop(_ photo: OpenPhoto, _ policy: Policy) async throws(StageFault) -> Development {
        do throws(DevelopError) {
            return try await darkroom.develop(
                photo, order: DevelopOrder(purpose: .photo(policy), wantsRenditions: true))
        } catch .darkroomUnavailable(let why) {
            throw .unavailable(code: "darkroom_unavailable", sentence: why)
        } catch {
            let failure = PhotoFailure(error)
            switch error {
            // Limits may be raised, but not while the job waits a second.
            case .unreadable, .tooLarge: throw .lasting(failure)
            case .changedWhileRead, .crashed, .tookTooLong, .usedTooMuchMemory, .darkroomUnavailable:
                throw .passing(failure)
            }
        }
    }

    private func seal(
        _ development: Development, _ subject: DevelopSubject
    ) async throws(StageFault) -> [SealedFace] {
        guard !development.faces.isEmpty else { return [] }
        let key: any VectorKey
        do throws(VaultError) {
            key = try await vault.key(of: subject.event)
        } catch {
            throw error == .erased ? .gone : .unavailable(code: error.code, sentence: error.sentence)
        }
        let ids = FaceCarryOver(subject.earlierFaces).identifiers(for: development, at: now())
        return zip(development.faces, ids).map { SealedFace($0, id: $1, pack: pack, key: key) }
    }

    private func keepRenditions(
        of development: Development, _ subject: DevelopSubject
    ) async throws(StageFault) -> [RenditionKind: Int] {
        var sizes: [RenditionKind: Int] = [:]
        for (kind, bytes) in [
            (RenditionKind.preview, development.preview), (.thumbnail, development.thumbnail),
        ] {
            guard let bytes else { continue }
            do throws(StorageError) {
                try await files.keep(
                    bytes, as: .rendition(kind, of: subject.contentHash), in: subject.event)
            } catch {
                throw StageFault(error)
            }
            sizes[kind] = bytes.count
        }
        return sizes
    }
}

extension StageFault {
    /// A full or read-only disk, or a database that is away, is never a photo's fault.
    fileprivate init(_ error: StorageError) {
        self = .unavailable(code: error.code, sentence: error.sentence)
    }
}

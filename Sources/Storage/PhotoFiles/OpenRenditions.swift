internal import Domain
internal import Synchronization

/// Renditions that were shown a moment ago, still open: whoever looks at them next costs neither a thread nor the disk.
///
/// Whether somebody may see them is not known here; it is asked before, every time. What this program changes or removes is let
/// go at once; what another program does to a file is noticed after the moment. They stay files: to send one from memory was
/// measured to cost as much as to send it from its descriptor, and most are looked at once.
final class OpenRenditions: Sendable {
    private let kept = Mutex(Kept())

    private struct Kept {
        var files: [Key: (photo: OpenPhoto, openedAt: ContinuousClock.Instant)] = [:]
        /// Raised when anything was let go: what was being opened meanwhile is not kept.
        var generation = 0

        mutating func forget(where isMeant: (Key, ContinuousClock.Instant) -> Bool) {
            files = files.filter { !isMeant($0.key, $0.value.openedAt) }
        }
    }

    private struct Key: Hashable {
        let kind: RenditionKind
        let content: String
        let event: EventID

        /// An event has many contents, and a content few kinds and events.
        func hash(into hasher: inout Hasher) { hasher.combine(content) }
    }

    enum Found {
        case photo(OpenPhoto)
        /// To be opened, and handed over with what is told here.
        case nothing(generation: Int)
    }

    /// The rendition where it is open.
    func find(_ kind: RenditionKind, of content: String, in event: EventID) -> Found {
        let key = Key(kind: kind, content: content, event: event)
        let (found, generation) = kept.withLock { ($0.files[key], $0.generation) }
        guard let found, .now - found.openedAt < Self.moment else { return .nothing(generation: generation) }
        return .photo(found.photo)
    }

    /// Keeps one that was opened since it was not found.
    func keep(
        _ photo: OpenPhoto, _ kind: RenditionKind, of content: String, in event: EventID,
        since generation: Int
    ) {
        let key = Key(kind: kind, content: content, event: event)
        let now = ContinuousClock.now
        kept.withLock { kept in
            guard kept.generation == generation else { return }
            if kept.files.count >= Self.most { kept.forget { _, openedAt in now - openedAt >= Self.moment } }
            // Whoever leafs through an event never comes back for most of them.
            if kept.files.count >= Self.most { kept.files = [:] }
            kept.files[key] = (photo, now)
        }
    }

    /// Its descriptor is closed as soon as those have it to whom it is being sent.
    func forget(_ file: PhotoFile, in event: EventID) {
        guard case .rendition(let kind, let content) = file else { return }
        kept.withLock { kept in
            kept.generation += 1
            kept.files[Key(kind: kind, content: content, event: event)] = nil
        }
    }

    func forget(_ event: EventID) {
        kept.withLock { kept in
            kept.generation += 1
            kept.forget { key, _ in key.event == event }
        }
    }

    /// What nobody looks at any more.
    func forgetOld() {
        let now = ContinuousClock.now
        kept.withLock { kept in kept.forget { _, openedAt in now - openedAt >= Self.moment } }
    }

    private static let moment = Duration.seconds(1)
    private static let most = 256
}

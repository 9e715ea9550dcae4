package import Domain

/// Finds photos whose renditions are gone or cut short, as after a power cut, and has them developed once more: renditions
/// are never forced to the disk, for they can always be made again.
package struct RemakeRenditions: Sendable {
    private let files: any PhotoFileKeeping
    private let names: any FileNaming
    private let photos: any PhotoKeeping
    private let now: @Sendable () -> Int64

    package init(
        files: any PhotoFileKeeping, names: any FileNaming, photos: any PhotoKeeping,
        now: @escaping @Sendable () -> Int64
    ) {
        self.files = files
        self.names = names
        self.photos = photos
        self.now = now
    }

    /// Tells how many photos were queued for it.
    package func run() async throws(PoolError) -> Int {
        var queued = 0
        for event in try await stored({ () throws(StorageError) in try await names.eventsWithFiles() }) {
            var last: PhotoID?
            while true {
                let after = last
                let page = try await stored { () throws(StorageError) in
                    try await names.renditions(after: after, in: event, limit: 200)
                }
                guard let end = page.last?.photo else { break }
                var incomplete: Set<PhotoID> = []
                for rendition in page where !incomplete.contains(rendition.photo) {
                    let size = try await stored { () throws(StorageError) in
                        try await files.size(of: rendition.file, in: event)
                    }
                    if size != rendition.sizeInBytes { incomplete.insert(rendition.photo) }
                }
                if !incomplete.isEmpty {
                    try await photos.redevelop(
                        incomplete.sorted(), of: event, by: Act(by: .program, at: now()))
                }
                queued += incomplete.count
                last = end
            }
        }
        return queued
    }

    private func stored<Answer>(
        _ work: () async throws(StorageError) -> Answer
    ) async throws(PoolError) -> Answer {
        do throws(StorageError) { return try await work() } catch { throw .storage(error) }
    }
}

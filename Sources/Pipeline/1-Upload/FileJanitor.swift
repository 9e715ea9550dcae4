package import Domain

/// Removes files that nobody needs any more, and tells of rows whose file is gone. Never removes what a row names.
///
/// A file is older than its row by a moment, so only what has lain untouched for a while can be an orphan.
package struct FileJanitor: Sendable {
    private let files: any PhotoFileKeeping
    private let names: any FileNaming
    private let graceInMilliseconds: Int64

    package static let standardGrace: Int64 = 24 * 3600 * 1000

    package init(
        files: any PhotoFileKeeping, names: any FileNaming, graceInMilliseconds: Int64 = standardGrace
    ) {
        self.files = files
        self.names = names
        self.graceInMilliseconds = graceInMilliseconds
    }

    /// What one sweep removed.
    package struct Report: Sendable, Equatable {
        package var files = 0
        package var bytes: Int64 = 0
        package var events = 0

        package init() {}
    }

    package func sweep(now milliseconds: Int64) async throws(StorageError) -> Report {
        let tally = Tally()
        for event in try await files.events() {
            if try await !names.eventExists(event) {
                try await files.removeAll(in: event)
                await tally.addEvent()
                continue
            }
            try await files.forEachFile(in: event) { page throws(StorageError) in
                let old = page.filter { $0.changedAt <= milliseconds - graceInMilliseconds }
                guard !old.isEmpty else { return }
                // Asked after the look at the files: a row that came meanwhile protects its file.
                let named = try await names.named(old.map(\.file), in: event)
                for kept in old where !named.contains(kept.file) {
                    try await files.remove(kept.file, in: event)
                    await tally.add(kept)
                }
            }
        }
        return await tally.report
    }

    /// Originals that rows name and that are not there, by event.
    package func missing() async throws(StorageError) -> [EventID: [String]] {
        var missing: [EventID: [String]] = [:]
        for event in try await names.eventsWithFiles() {
            var last: String?
            while case let page = try await names.originals(after: last, in: event, limit: 500), !page.isEmpty
            {
                for hash in page where try await files.size(of: .original(hash), in: event) == nil {
                    missing[event, default: []].append(hash)
                }
                last = page.last
            }
        }
        return missing
    }
}

private actor Tally {
    private(set) var report = FileJanitor.Report()

    func add(_ file: KeptFile) {
        report.files += 1
        report.bytes += file.sizeInBytes
    }

    func addEvent() { report.events += 1 }
}

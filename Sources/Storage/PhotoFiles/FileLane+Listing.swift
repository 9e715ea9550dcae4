internal import Domain

extension FileLane {
    /// Hands over all that lies under an event in lists of bounded length; files may come and go meanwhile.
    func forEachFile(
        in event: EventID, _ body: @Sendable ([KeptFile]) async throws(StorageError) -> Void
    ) async throws(StorageError) {
        let folder = EventFolder(of: event, below: events)
        var list: [KeptFile] = []
        for part in [nil] + EventFolder.Part.allCases.map(Optional.some) {
            let path = part.map { folder[$0] } ?? folder.path
            let listing = try files.whole { layer throws(FileFault) in try layer.listing(of: path) }
            while let listing, let name = try files.whole({ _ throws(FileFault) in try listing.next() }) {
                let isPart = EventFolder.Part.allCases.contains { name == Array($0.rawValue.utf8) }
                if part == nil && isPart { continue }
                // What went since it was listed was never there.
                guard let facts = try files.facts(of: DiskPath(bytes: path.bytes + [47] + name)) else {
                    continue
                }
                list.append(
                    KeptFile(
                        file: folder.file(named: name, in: part), sizeInBytes: facts.stamp.sizeInBytes,
                        changedAt: facts.changedAt))
                if list.count == 500 {
                    try await body(list)
                    list = []
                }
            }
        }
        if !list.isEmpty { try await body(list) }
    }
}

package import Domain

/// What a run over a folder has to do, found by comparing the folder with the index.
package struct IndexPlan: Sendable, Equatable {
    /// To be opened, in the order of their names.
    package var toOpen: [PhotoName] = []
    /// Neither the file nor the way to develop it has changed.
    package var unchanged: [PhotoName: KnownPhoto.Standing] = [:]
    /// Told by what they are, to be written down.
    package var passedOver: [PassedOver] = []
    /// Hidden things are named and not written down: they are nobody's photos.
    package var hidden: [PhotoName] = []
    package var closedFolders: [PhotoName: PhotoOpenError] = [:]
    /// In the index and no longer in the folder.
    package var gone: [PhotoName] = []

    package struct PassedOver: Sendable, Equatable {
        package let name: PhotoName
        package let reason: SkipReason
        package let stamp: FileStamp
    }

    package init(for entries: [FolderEntry], known: [PhotoName: KnownPhoto], recipe: Recipe) {
        var missing = known
        for entry in entries {
            let photo = missing.removeValue(forKey: entry.name)
            switch entry.kind {
            case .file(let stamp):
                if let photo, photo.isUpToDate(with: stamp, recipe) {
                    unchanged[entry.name] = photo.standing
                } else {
                    toOpen.append(entry.name)
                }
            case .passedOver(.hidden, _):
                hidden.append(entry.name)
            case .passedOver(let reason, let stamp):
                if let photo, photo.standing == .skipped(reason) {
                    unchanged[entry.name] = photo.standing
                } else {
                    passedOver.append(PassedOver(name: entry.name, reason: reason, stamp: stamp))
                }
            case .closedFolder(let error):
                closedFolders[entry.name] = error
            }
        }
        // What lies in a closed folder is out of sight, not gone.
        gone = missing.keys.filter { name in
            !closedFolders.keys.contains { name.bytes.starts(with: $0.bytes + [UInt8(ascii: "/")]) }
        }.sorted()
    }

    /// Moves photos back among those to open.
    mutating func reopen(_ names: [PhotoName]) {
        for name in names { unchanged[name] = nil }
        toOpen = (toOpen + names).sorted()
    }
}

extension KnownPhoto {
    /// Whether looking at the file again would tell nothing new.
    fileprivate func isUpToDate(with stamp: FileStamp, _ recipe: Recipe) -> Bool {
        guard self.stamp == stamp else { return false }
        switch standing {
        case .developed: return self.recipe == recipe
        case .failed(let failure): return failure.isLasting && self.recipe == recipe
        // What is no photo is none under any policy.
        case .skipped: return true
        }
    }
}

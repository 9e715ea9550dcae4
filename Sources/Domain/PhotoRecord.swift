/// What became of a photo, to be written into an index.
package struct PhotoRecord: Sendable, Equatable {
    package let name: PhotoName
    /// Of the file that was opened; the listing may have seen an earlier version.
    package let stamp: FileStamp
    package let recipe: Recipe
    package let outcome: PhotoOutcome

    package init(name: PhotoName, stamp: FileStamp, recipe: Recipe, outcome: PhotoOutcome) {
        self.name = name
        self.stamp = stamp
        self.recipe = recipe
        self.outcome = outcome
    }
}

/// The three ways a photo's trip can end.
package enum PhotoOutcome: Sendable, Equatable {
    case developed(PictureFacts, [Face])
    case skipped(SkipReason)
    case failed(PhotoFailure)

    package var state: PhotoState {
        switch self {
        case .developed(_, let faces): faces.isEmpty ? .noFace : .indexed
        case .skipped: .skipped
        case .failed: .failed
        }
    }
}

/// Where a photo stands: stable words for the database and JSON.
package enum PhotoState: String, Sendable, Hashable, CaseIterable {
    case queued
    case processing
    case indexed
    case noFace = "no-face"
    case failed
    case skipped
}

/// How a photo was developed: another policy or another pack would give other faces.
package struct Recipe: Sendable, Hashable {
    package let policy: Policy
    /// Identity of the model pack.
    package let pack: String

    package init(policy: Policy, pack: String) {
        self.policy = policy
        self.pack = pack
    }
}

/// What an index knows of a photo without looking at it again.
package struct KnownPhoto: Sendable, Hashable {
    package let stamp: FileStamp
    package let recipe: Recipe
    package let standing: Standing

    package init(stamp: FileStamp, recipe: Recipe, standing: Standing) {
        self.stamp = stamp
        self.recipe = recipe
        self.standing = standing
    }

    package enum Standing: Sendable, Hashable {
        case developed(contentHash: String, hasFaces: Bool)
        case skipped(SkipReason)
        case failed(PhotoFailure)
    }
}

/// Why a photo failed, in a word for scripts and a sentence for people.
package struct PhotoFailure: Error, Sendable, Hashable {
    package let code: String
    package let sentence: String
    /// The same bytes would fail again; everything else is tried again at the next run.
    package let isLasting: Bool

    package init(code: String, sentence: String, isLasting: Bool) {
        self.code = code
        self.sentence = sentence
        self.isLasting = isLasting
    }

    package init(_ error: PhotoOpenError) {
        self.init(code: error.code, sentence: error.sentence, isLasting: false)
    }

    package init(_ error: DevelopError) {
        let isLasting =
            switch error {
            case .unreadable: true
            // Limits may be raised, and a crash may have been the machine's.
            case .tooLarge, .changedWhileRead, .crashed, .tookTooLong, .usedTooMuchMemory,
                .darkroomUnavailable:
                false
            }
        self.init(code: error.code, sentence: error.sentence, isLasting: isLasting)
    }
}

/// Why something in the folder is no photo to develop: skipped is an outcome, not an error.
package enum SkipReason: String, Sendable, Hashable, CaseIterable {
    case raw, video, sidecar, other, hidden, link, device, pipe, socket

    package var sentence: String {
        switch self {
        case .raw: "A RAW file; export it as JPEG to have it indexed."
        case .video: "A video; only photos are indexed."
        case .sidecar: "A sidecar file of a photo program."
        case .other: "Not a photo."
        case .hidden: "Hidden by a dot before its name."
        case .link: "A link; links are never followed."
        case .device: "A device, not a file."
        case .pipe: "A pipe, not a file."
        case .socket: "A socket, not a file."
        }
    }
}

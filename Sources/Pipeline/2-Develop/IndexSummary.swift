package import Domain

/// What a run over a folder found and did.
package struct IndexSummary: Sendable, Equatable {
    /// Developed in this run, with faces and without.
    package var indexed = 0
    package var noFace = 0
    /// Faces found in this run.
    package var faces: [Verdict.Tier: Int] = [:]
    /// Developed in an earlier run and still valid.
    package var unchanged = 0
    /// Everything in the folder that is no photo, whenever it was noticed.
    package var skipped: [PhotoName: SkipReason] = [:]
    /// Every photo and folder that could not be read, whenever that was found.
    package var failed: [PhotoName: PhotoFailure] = [:]
    /// No longer in the folder, and so no longer in the index.
    package var forgotten = 0
    /// Ended before its time: another run goes on from here.
    package var wasStopped = false

    package init() {}

    /// Everything that will not be opened in this run.
    init(_ plan: IndexPlan) {
        for (name, standing) in plan.unchanged {
            switch standing {
            case .developed: unchanged += 1
            case .skipped(let reason): skipped[name] = reason
            case .failed(let failure): failed[name] = failure
            }
        }
        for item in plan.passedOver { skipped[item.name] = item.reason }
        for name in plan.hidden { skipped[name] = .hidden }
        for (name, error) in plan.closedFolders { failed[name] = PhotoFailure(error) }
        forgotten = plan.gone.count
    }

    mutating func add(_ record: PhotoRecord) {
        switch record.outcome {
        case .developed(_, let found):
            if found.isEmpty { noFace += 1 } else { indexed += 1 }
            for face in found { faces[face.verdict.tier, default: 0] += 1 }
        case .skipped(let reason): skipped[record.name] = reason
        case .failed(let failure): failed[record.name] = failure
        }
    }
}

/// What a run over a folder tells while it works.
package enum IndexEvent: Sendable, Equatable {
    /// The folder was compared with the index: so many files are to be opened. `soFar` counts everything else.
    case started(files: Int, soFar: IndexSummary)
    /// One more file is done and written down.
    case finished(PhotoName, PhotoOutcome)
}

/// Why a run over a folder ended early. What was finished before is kept.
package enum IndexError: Error, Sendable, Equatable {
    case folder(FolderError)
    case index(StorageError)
    case previews(StorageError)
    /// The darkroom cannot work at all, so that no photo is to blame; says why.
    case darkroom(String)

    package var code: String {
        switch self {
        case .folder(let error): error.code
        case .index(let error): error.code
        case .previews(let error): error.code
        case .darkroom: "darkroom_unavailable"
        }
    }

    package var sentence: String {
        switch self {
        case .folder(let error): error.sentence
        case .index(let error): error.sentence
        case .previews(let error): error.sentence
        case .darkroom(let why): why
        }
    }
}

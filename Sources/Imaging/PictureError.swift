package import Domain

/// Why a picture could not be opened, named by what was found.
package enum PictureError: Error, Equatable {
    case unreadable(DevelopError.UnreadableReason)
    case tooLarge(DevelopError.LimitKind)
    case changedWhileRead
    case outOfMemory
    case libraryUnavailable
}

extension PictureError {
    /// The same in the words of the pipeline.
    package var developError: DevelopError {
        switch self {
        case .unreadable(let reason): .unreadable(reason)
        case .tooLarge(let kind): .tooLarge(kind)
        case .changedWhileRead: .changedWhileRead
        case .outOfMemory: .usedTooMuchMemory
        case .libraryUnavailable:
            .darkroomUnavailable("libvips does not start; run ./run --build, which installs what is missing.")
        }
    }
}

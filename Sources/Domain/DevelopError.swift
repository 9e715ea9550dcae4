/// Why a photo could not be developed, in words a person can act on.
package enum DevelopError: Error, Sendable, Hashable {
    /// The bytes are no picture we open, or a broken one.
    case unreadable(UnreadableReason)
    /// The picture is larger than the configured limits.
    case tooLarge(LimitKind)
    /// The file became shorter, longer or different while it was read.
    case changedWhileRead
    /// The child that worked on it died twice: by itself or for want of memory.
    case crashed
    /// The child that worked on it was ended twice for using too much time.
    case tookTooLong
    /// The child that worked on it was ended twice for using too much memory.
    case usedTooMuchMemory
    /// The darkroom itself cannot work: no model pack, no barrier, no child.
    case darkroomUnavailable(String)

    package enum UnreadableReason: String, Sendable, Hashable, Codable {
        case empty, notAPicture, truncated, damaged, unsupported
    }

    package enum LimitKind: String, Sendable, Hashable, Codable { case pixels, bytes }
}

extension DevelopError {
    /// A stable word for scripts, the database and JSON.
    package var code: String {
        switch self {
        case .unreadable(.empty): "empty_file"
        case .unreadable(.notAPicture): "not_a_picture"
        case .unreadable(.truncated): "truncated"
        case .unreadable(.damaged): "damaged"
        case .unreadable(.unsupported): "unsupported"
        case .tooLarge(.pixels): "too_many_pixels"
        case .tooLarge(.bytes): "too_many_bytes"
        case .changedWhileRead: "changed_while_read"
        case .crashed: "crashed"
        case .tookTooLong: "took_too_long"
        case .usedTooMuchMemory: "used_too_much_memory"
        case .darkroomUnavailable: "darkroom_unavailable"
        }
    }

    /// One sentence: what was found, and what to do.
    package var sentence: String {
        switch self {
        case .unreadable(.empty): "The file is empty; copy it again from the card or the phone."
        case .unreadable(.notAPicture): "The file is not a picture, whatever its name says."
        case .unreadable(.truncated): "The picture ends too early; copy it again from the card or the phone."
        case .unreadable(.damaged): "The picture is damaged; copy it again from the card or the phone."
        case .unreadable(.unsupported): "This variety of picture cannot be opened; export it as JPEG."
        case .tooLarge(.pixels):
            "The picture has more pixels than the limit; raise LIKENESS_LIMIT_PIXELS or export it smaller."
        case .tooLarge(.bytes):
            "The file is larger than the limit; raise LIKENESS_LIMIT_BYTES or export it smaller."
        case .changedWhileRead: "The file changed while it was read; it is taken up again at the next run."
        case .crashed: "Opening the picture ended the darkroom twice; export it anew if you trust it."
        case .tookTooLong: "The picture took longer than LIKENESS_LIMIT_SECONDS, twice."
        case .usedTooMuchMemory: "The picture needed more memory than LIKENESS_LIMIT_MEMORY allows, twice."
        case .darkroomUnavailable(let why): why
        }
    }
}

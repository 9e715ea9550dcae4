internal import Domain

/// What a child is asked, and how often and how long.
struct Request: Sendable {
    let kind: Frame.Kind
    var text: [UInt8] = []
    var blobs: [[UInt8]] = []
    /// Open files for the child; the caller keeps them open until the answer.
    var descriptors: [Int32] = []
    let seconds: Double
    /// A child that ends at its work is replaced, and the fresh one tries once more.
    var tries = 2
}

/// Why one try at a request gave no answer.
enum Setback: Error {
    /// The child is lost, or not to be trusted any more: a fresh one may try. The note completes "A child ...".
    case again(DevelopError, note: String)
    case final(WorkbenchError)
}

extension FailureReply {
    /// What the failure means for the request.
    var setback: Setback {
        switch kind {
        case .unreadable(let reason): .final(.darkroom(.unreadable(reason)))
        case .tooLarge(let limit): .final(.darkroom(.tooLarge(limit)))
        case .changedWhileRead: .final(.darkroom(.changedWhileRead))
        case .worn: .again(.crashed, note: "could not go on")
        case .outOfMemory: .again(.usedTooMuchMemory, note: "had no memory left")
        case .refused: .final(.refused(printable(sentence ?? "It was refused without a reason.")))
        }
    }
}

/// Text of a child, safe to print: whoever has taken over a child may write anything.
func printable(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars.prefix(1200) {
        let isSafe =
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
                false
            default: true
            }
        result.unicodeScalars.append(isSafe ? scalar : " ")
    }
    return result
}

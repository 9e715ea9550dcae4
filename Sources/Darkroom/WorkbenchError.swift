package import Domain

/// Why something that is no photo could not be worked on.
package enum WorkbenchError: Error, Sendable, Hashable {
    /// The pack, archive or network is not acceptable, in a sentence for a person.
    case refused(String)
    /// The darkroom could not do it.
    case darkroom(DevelopError)

    package var sentence: String {
        switch self {
        case .refused(let sentence): sentence
        case .darkroom(.crashed): "Opening it ended the darkroom: the file is damaged or hostile."
        case .darkroom(.tookTooLong): "Opening it took too long: the file is damaged or hostile."
        case .darkroom(.usedTooMuchMemory): "Opening it needed too much memory; see LIKENESS_LIMIT_MEMORY."
        case .darkroom(let error): error.sentence
        }
    }

    static let calledOff = WorkbenchError.darkroom(.darkroomUnavailable("The work was called off."))

    /// The same where a photo was the subject.
    var developError: DevelopError {
        switch self {
        case .refused(let sentence): .darkroomUnavailable(sentence)
        case .darkroom(let error): error
        }
    }
}

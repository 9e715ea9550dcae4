package import Domain

/// What a selfie led to.
package enum MatchOutcome: Sendable, Equatable {
    case found(MatchedPhotos, of: Face)
    case noFace
    /// Which one is meant? Numbered from 1 in this order, largest first.
    case severalFaces([Face])
    /// A face was chosen that is not there.
    case noSuchFace(count: Int)
    /// The face cannot be compared; its verdict says why.
    case unusable(Face)
}

/// Photos that show a face, and photos that may, each best first.
package struct MatchedPhotos: Sendable, Equatable {
    package let matches: [Match]
    /// In the narrow band where a person is asked "is this you?".
    package let asks: [Match]
    /// Faces left out because another pack made their vectors: the index was not brought up to date.
    package let facesOfOtherPacks: Int
}

/// The nearest face of one photo.
package struct Match: Sendable, Equatable, Comparable {
    package let photo: PhotoName
    /// The face's number on its photo, from 1.
    package let face: Int
    package let distance: Double
    package let box: Box

    /// Nearest first; the name decides between equals, so that the order never depends on chance.
    package static func < (first: Match, second: Match) -> Bool {
        if first.distance != second.distance { return first.distance < second.distance }
        if first.photo != second.photo { return first.photo < second.photo }
        return first.face < second.face
    }
}

/// Why a selfie could not be compared.
package enum MatchError: Error, Sendable, Equatable {
    case index(StorageError)
    case selfie(DevelopError)
    case neverIndexed
    case otherPack(index: String, inUse: String)
    case noThresholds(Preset)

    package var code: String {
        switch self {
        case .index(let error): error.code
        case .selfie(let error): error.code
        case .neverIndexed: "never_indexed"
        case .otherPack: "other_pack"
        case .noThresholds: "no_thresholds"
        }
    }

    package var sentence: String {
        switch self {
        case .index(let error): error.sentence
        case .selfie(let error): error.sentence
        case .neverIndexed: "Nothing was indexed here yet; run likeness index on the folder first."
        case .otherPack(let index, let inUse) where index == inUse:
            "The index was made with another edition of the model pack \"\(index)\"; run likeness index again."
        case .otherPack(let index, let inUse):
            "The index was made with the model pack \"\(index)\", and \"\(inUse)\" is in use; "
                + "run likeness index again, or likeness models use \(index)."
        case .noThresholds(let preset):
            "The model pack has no thresholds for the preset \"\(preset.rawValue)\"; choose another preset."
        }
    }
}

extension MatchOutcome {
    /// Why a selfie is not compared.
    package struct Refusal: Error, Sendable {
        package let outcome: MatchOutcome
    }

    /// The vector of the face that is meant, or why there is none.
    package static func face(on faces: [Face], choosing number: Int?) -> Result<FaceVector, Refusal> {
        switch SelfieFace(on: faces, choosing: number) {
        case .none: .failure(Refusal(outcome: .noFace))
        case .several(let faces): .failure(Refusal(outcome: .severalFaces(faces)))
        case .noSuchNumber(let count): .failure(Refusal(outcome: .noSuchFace(count: count)))
        case .one(let face):
            face.vector.map { .success($0) } ?? .failure(Refusal(outcome: .unusable(face)))
        }
    }
}

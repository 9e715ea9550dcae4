internal import Domain

/// The faces whose identity is known, with a number for each identity.
struct KnownFaces {
    /// In order of their names, so that no draw depends on the order of the faces; those without a usable face last.
    let identities: [String]
    /// Only these are drawn: an identity that could not be grouped at all says nothing of the grouping.
    let identitiesWithUsableFaces: ArraySlice<String>
    let faces: [Known]

    struct Known {
        let face: FoundFace
        /// The face's place among all that were found.
        let place: Int
        /// The number of its identity.
        let identity: Int

        var member: GroupCounts.Member { .init(identity: identity, person: face.person) }
    }

    init(_ faces: [FoundFace]) {
        let usable = Set(faces.filter(\.isUsable).compactMap(\.identity))
        let names = usable.sorted() + Set(faces.compactMap(\.identity)).subtracting(usable).sorted()
        let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        identities = names
        identitiesWithUsableFaces = names.prefix(usable.count)
        self.faces = faces.enumerated().compactMap { place, face in
            guard let number = face.identity.flatMap({ numbers[$0] }) else { return nil }
            return Known(face: face, place: place, identity: number)
        }
    }

    var usable: [Known] { faces.filter { $0.face.isUsable } }
    var seeds: [Known] { faces.filter { $0.face.tier == .seed } }
}

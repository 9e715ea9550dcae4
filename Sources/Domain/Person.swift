/// A person of an event: a group of faces with what an organiser has said of it.
package struct Person: Sendable, Hashable {
    package let id: PersonID
    package var traits: Traits
    /// Faces and photos that are not in the trash.
    package let faces: Int
    package let photos: Int
    package let createdAt: Int64
    package let version: Int64

    package init(
        id: PersonID, traits: Traits, faces: Int, photos: Int, createdAt: Int64, version: Int64
    ) {
        self.id = id
        self.traits = traits
        self.faces = faces
        self.photos = photos
        self.createdAt = createdAt
        self.version = version
    }

    /// What is said of a person.
    package struct Traits: Sendable, Hashable, Codable {
        package var name: String?
        package var isHidden = false
        package var isIgnored = false
        package var cover: FaceID?

        package init() {}

        package mutating func take(_ trait: PersonTrait) {
            switch trait {
            case .name(let name): self.name = name
            case .hidden(let isHidden): self.isHidden = isHidden
            case .ignored(let isIgnored): self.isIgnored = isIgnored
            case .cover(let face): cover = face
            }
        }
    }
}

/// A face with all that grouping and matching need of it; its vector only the vault can open.
package struct FaceOfEvent: Sendable, Equatable {
    package let id: FaceID
    package let photo: PhotoID
    package let contentHash: String
    package let number: Int
    package let tier: Verdict.Tier
    package let pack: String
    package let sealed: [UInt8]
    package let person: PersonID?

    package init(
        id: FaceID, photo: PhotoID, contentHash: String, number: Int, tier: Verdict.Tier, pack: String,
        sealed: [UInt8], person: PersonID?
    ) {
        self.id = id
        self.photo = photo
        self.contentHash = contentHash
        self.number = number
        self.tier = tier
        self.pack = pack
        self.sealed = sealed
        self.person = person
    }
}

/// What tells whose a face is, and whether it is still the one that was opened.
package struct FaceMark: Sendable, Equatable {
    package let id: FaceID
    package let person: PersonID?
    /// Whether the pack in question measured it.
    package let isOfPack: Bool
    package let seal: [UInt8]

    package init(id: FaceID, person: PersonID?, isOfPack: Bool, seal: [UInt8]) {
        self.id = id
        self.person = person
        self.isOfPack = isOfPack
        self.seal = seal
    }

    /// The beginning of a seal is random: a face that was measured anew has another one.
    package static let sealLength = 25

    package static func seal(of sealed: [UInt8]) -> [UInt8] { Array(sealed.prefix(sealLength)) }
}

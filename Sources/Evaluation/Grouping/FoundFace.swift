package import Domain

/// One face that was found in a grouped event, with what is true of it and what became of it.
package struct FoundFace: Sendable, Equatable {
    /// A name to show and to find its picture by; each face has its own.
    package var reference: String
    /// The number of its photo.
    package var photo: Int
    /// Who it truly is; absent where nobody knows, and then no figure counts it.
    package var identity: String?
    /// The person it was put into; absent where it stayed outside of every person.
    package var person: Int?
    package var tier: Verdict.Tier
    /// Longer side of the box, in pixels of the original.
    package var size: Double
    /// Mean luma, 0 to 255.
    package var brightness: Double
    /// Degrees, to either side.
    package var yaw: Double

    package init(
        reference: String, photo: Int, identity: String?, person: Int?, tier: Verdict.Tier, size: Double,
        brightness: Double, yaw: Double
    ) {
        self.reference = reference
        self.photo = photo
        self.identity = identity
        self.person = person
        self.tier = tier
        self.size = size
        self.brightness = brightness
        self.yaw = yaw
    }

    /// The same of a face as the darkroom measured it.
    package init(reference: String, photo: Int, identity: String?, person: Int?, face: Face) {
        self.init(
            reference: reference, photo: photo, identity: identity, person: person, tier: face.verdict.tier,
            size: face.quality.size, brightness: face.quality.brightness, yaw: face.quality.yaw)
    }

    /// Whether it may belong to a person at all.
    package var isUsable: Bool {
        switch tier {
        case .seed, .attach: true
        case .ignored: false
        }
    }
}

/// One selfie that was matched against a grouped event, with what it was given and what was its due.
package struct GivenSelfie: Sendable, Equatable {
    /// A name to show and to find its picture by; each selfie has its own.
    package var reference: String
    package var identity: String
    /// Whether it shows somebody who is on no photo of the event.
    package var isStranger: Bool
    /// Numbers of the photos it was given.
    package var given: Set<Int>
    /// Numbers of the photos that truly show this person.
    package var shown: Set<Int>
    /// Those of them on which the person has a usable face.
    package var findable: Set<Int>
    /// The reference of the face that it came nearest to, where that is known.
    package var nearestFace: String?

    package init(
        reference: String, identity: String, isStranger: Bool, given: Set<Int>, shown: Set<Int>,
        findable: Set<Int>, nearestFace: String? = nil
    ) {
        self.reference = reference
        self.identity = identity
        self.isStranger = isStranger
        self.given = given
        self.shown = shown
        self.findable = findable
        self.nearestFace = nearestFace
    }
}

/// Whose picture a page asks for.
package enum PictureReference: Sendable, Hashable {
    /// The face with this reference, cut out.
    case face(String)
    /// The selfie with this reference.
    case selfie(String)
    /// The photo with this number.
    case photo(Int)
}

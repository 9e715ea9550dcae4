package import Domain
internal import FoundationEssentials

/// What a made event says of itself: which faces lie where on which photo.
package struct EventTruth: Sendable, Equatable, Decodable {
    package let photos: [Photo]
    /// Guests by identity, each with a selfie that is on no photo; empty where the truth tells of none.
    package let guests: [String: Guest]
    /// Selfies of people who are not in the event, by identity.
    package let absent: [String: String]

    package struct Guest: Sendable, Equatable, Decodable {
        /// Path inside the event's folder.
        package let selfie: String
        package let photos: [String]
    }

    package struct Photo: Sendable, Equatable, Decodable {
        /// Path inside the event's folder.
        package let file: String
        package let faces: [TrueFace]
    }

    package struct TrueFace: Sendable, Equatable, Decodable {
        package let identity: String
        package let box: Box

        private enum CodingKeys: CodingKey { case identity, box }

        package init(identity: String, box: Box) {
            self.identity = identity
            self.box = box
        }

        /// The box is written as `[x, y, width, height]`.
        package init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            identity = try fields.decode(String.self, forKey: .identity)
            var place = try fields.nestedUnkeyedContainer(forKey: .box)
            box = Box(
                x: try place.decode(Double.self), y: try place.decode(Double.self),
                width: try place.decode(Double.self), height: try place.decode(Double.self))
        }
    }

    package init(photos: [Photo], guests: [String: Guest] = [:], absent: [String: String] = [:]) {
        self.photos = photos
        self.guests = guests
        self.absent = absent
    }

    private enum CodingKeys: CodingKey { case photos, guests, absent }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            photos: try fields.decode([Photo].self, forKey: .photos),
            guests: try fields.decodeIfPresent([String: Guest].self, forKey: .guests) ?? [:],
            absent: try fields.decodeIfPresent([String: String].self, forKey: .absent) ?? [:])
    }

    /// Reads the event's `truth.json`.
    package init(reading bytes: [UInt8]) throws(EventTruthError) {
        do {
            self = try JSONDecoder().decode(EventTruth.self, from: Data(bytes))
        } catch {
            throw EventTruthError.malformed
        }
    }
}

/// What is wrong with a made event's truth.
package enum EventTruthError: Error, Sendable, Equatable {
    /// No JSON, or without photos, faces and boxes.
    case malformed
}

/// Everything one trip through the darkroom yields for a photo.
package struct Development: Sendable, Equatable {
    package var facts: PictureFacts
    /// Largest first; ties by place, so that the order never depends on chance.
    package var faces: [Face]
    /// JPEG, longer side at most 2048, upright, without metadata; absent unless ordered.
    package var preview: [UInt8]?
    /// JPEG, longer side at most 400, upright, without metadata; absent unless ordered.
    package var thumbnail: [UInt8]?
    /// Seconds of processor time for each step, for benchmarks and the log.
    package var cost: [String: Double]

    package init(
        facts: PictureFacts, faces: [Face], preview: [UInt8]? = nil, thumbnail: [UInt8]? = nil,
        cost: [String: Double] = [:]
    ) {
        self.facts = facts
        self.faces = faces
        self.preview = preview
        self.thumbnail = thumbnail
        self.cost = cost
    }
}

/// What a picture file tells of itself.
package struct PictureFacts: Sendable, Equatable, Codable {
    package var format: PictureFormat
    /// Of the upright picture.
    package var width: Int
    package var height: Int
    package var sizeInBytes: Int
    package var takenAt: CaptureTime?
    package var camera: Camera
    /// SHA-256 of the file, 64 hexadecimal digits.
    package var contentHash: String
    /// 64 bits that differ little between near-duplicates, 16 hexadecimal digits.
    package var perceptualHash: String
    /// Description of the colour profile; "sRGB" where the file names none.
    package var profile: String

    package init(
        format: PictureFormat, width: Int, height: Int, sizeInBytes: Int, takenAt: CaptureTime?,
        camera: Camera,
        contentHash: String, perceptualHash: String, profile: String
    ) {
        self.format = format
        self.width = width
        self.height = height
        self.sizeInBytes = sizeInBytes
        self.takenAt = takenAt
        self.camera = camera
        self.contentHash = contentHash
        self.perceptualHash = perceptualHash
        self.profile = profile
    }
}

/// The kinds of picture that are opened, recognised by content.
package enum PictureFormat: String, Sendable, Hashable, Codable, CaseIterable {
    case jpeg, png, webp, heic, avif, tiff
}

/// The camera that took a photo, as far as the file says.
package struct Camera: Sendable, Hashable, Codable {
    package var make: String?
    package var model: String?
    package var serial: String?

    package init(make: String? = nil, model: String? = nil, serial: String? = nil) {
        self.make = make
        self.model = model
        self.serial = serial
    }
}

/// When a photo was taken: the camera's own clock, and the moment in the world where the zone is known.
package struct CaptureTime: Sendable, Hashable {
    /// The camera's clock read as if it stood in UTC, in milliseconds since 1970.
    package var clockInMilliseconds: Int64
    /// Offset of the camera's clock from UTC in minutes; absent in most cameras' files.
    package var zoneInMinutes: Int?

    package init(clockInMilliseconds: Int64, zoneInMinutes: Int?) {
        self.clockInMilliseconds = clockInMilliseconds
        self.zoneInMinutes = zoneInMinutes
    }
}

/// How carefully faces are looked for.
package enum Policy: String, Sendable, Hashable, Codable, CaseIterable {
    case fast, standard, thorough
}

/// What is wanted from one trip through the darkroom.
package struct DevelopOrder: Sendable, Hashable, Codable {
    package var purpose: Purpose
    package var wantsRenditions: Bool

    package init(purpose: Purpose, wantsRenditions: Bool) {
        self.purpose = purpose
        self.wantsRenditions = wantsRenditions
    }

    /// A photo of the event by the given policy, or a selfie: one pass, no renditions, an answer at once.
    package enum Purpose: Sendable, Hashable, Codable {
        case photo(Policy)
        case selfie
    }
}

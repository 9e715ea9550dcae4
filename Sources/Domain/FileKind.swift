/// What a file is, judged by its first bytes; its name only helps where those leave it open.
package enum FileKind: Sendable, Hashable {
    case picture(PictureFormat)
    /// A camera's undeveloped sensor data.
    case raw
    case video
    /// Notes that belong to a photo: edits, ratings, a video's cover.
    case sidecar
    case text
    case empty
    case unknown

    /// How many of the first bytes are looked at.
    package static let headLength = 4096
}

internal import Domain

extension FileKind {
    /// Absent for a photo, and for what calls itself one: the darkroom says what is wrong with it.
    func reasonToSkip(_ name: PhotoName) -> SkipReason? {
        switch self {
        case .picture: nil
        case .raw: .raw
        case .video: .video
        case .sidecar: .sidecar
        case .text, .empty, .unknown: Self.pictureEndings.contains(name.ending) ? nil : .other
        }
    }

    private static let pictureEndings: Set = [
        "jpg", "jpeg", "jpe", "jfif", "png", "webp", "heic", "heif", "hif", "avif", "tif", "tiff",
    ]
}

package import Domain

/// A decoded photo: full-resolution pixels held once, everything else derived from them.
///
/// One owner, one thread. Nothing here depends on what was decoded before, so the same file gives the same bits.
package struct Negative: ~Copyable {
    package let facts: PictureFacts
    let exposure: Exposure

    package var width: Int { facts.width }
    package var height: Int { facts.height }

    /// Reads the file behind `descriptor` from its first byte to its last and decodes it once.
    package init(reading descriptor: Int32, limits: Limits) throws(PictureError) {
        try self.init(PhotoBytes(reading: descriptor, limit: limits.bytes), limits: limits)
    }

    init(_ photo: consuming PhotoBytes, limits: Limits) throws(PictureError) {
        guard ImagingLibrary.isReady else { throw .libraryUnavailable }
        let format = try Self.format(of: photo.bytes)
        if format == .tiff { TIFFStructure.cutChain(&photo.bytes) }
        let metadata = EmbeddedMetadata(of: photo.bytes, format: format)
        var tags = PhotoTags(metadata.exif)
        let exposure = try Exposure(
            of: photo.bytes, format: format, metadata: metadata, tags: &tags, limits: limits)
        let size = exposure.orientation.apply(to: exposure.planes.size)
        facts = PictureFacts(
            format: format, width: size.width, height: size.height, sizeInBytes: photo.bytes.count,
            takenAt: tags.takenAt, camera: tags.camera, contentHash: photo.contentHash,
            perceptualHash: try exposure.print.perceptualHash(), profile: exposure.colour.name)
        self.exposure = exposure
    }

    /// By content; names play no part.
    private static func format(of bytes: [UInt8]) throws(PictureError) -> PictureFormat {
        switch FileKind.of(head: Array(bytes.prefix(FileKind.headLength)), name: PhotoName(bytes: [])) {
        case .picture(let format): return format
        case .empty: throw .unreadable(.empty)
        case .raw, .video: throw .unreadable(.unsupported)
        case .sidecar, .text, .unknown: throw .unreadable(.notAPicture)
        }
    }
}

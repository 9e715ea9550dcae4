internal import CJPEG
internal import CVips
internal import Domain

extension Exposure {
    /// Decodes a file; libjpeg and libvips read it as they go, so all of it happens inside the pointer's scope.
    init(
        of bytes: [UInt8], format: PictureFormat, metadata: EmbeddedMetadata, tags: inout PhotoTags,
        limits: Limits
    ) throws(PictureError) {
        var exposure: Exposure?
        do throws(PictureError) {
            try bytes.withUnsafeBufferPointer { bytes throws(PictureError) in
                exposure = try Exposure(
                    of: bytes, format: format, metadata: metadata, tags: &tags, limits: limits)
            }
        } catch {
            throw error == .unreadable(.damaged) && bytes.endEarly(format) ? .unreadable(.truncated) : error
        }
        guard let exposure = exposure.take() else { preconditionFailure("decoding neither threw nor ended") }
        self = exposure
    }

    /// `tags` is filled where only the header's reader finds the EXIF block.
    private init(
        of bytes: UnsafeBufferPointer<UInt8>, format: PictureFormat, metadata: EmbeddedMetadata,
        tags: inout PhotoTags, limits: Limits
    ) throws(PictureError) {
        if format == .jpeg {
            let reader = try JPEGReader(bytes)
            try limits.check(reader.size)
            let colour = ColourPlan(samples: reader.samples, profile: metadata.profile, tags: tags)
            if reader.hasPlanes, !colour.convertsToSRGB {
                try self.init(reader, colour: colour, orientation: tags.orientation)
                return
            }
        }
        guard let picture = VipsPicture(bytes, by: format.loader) else { throw .unreadable(.damaged) }
        try limits.check(picture.size)
        if format == .heic || format == .avif {
            tags = PhotoTags(picture.blob("exif-data")[...])
            // Their decoder lays pictures upright by itself, by a property of the file's own.
            tags.orientation = .upright
        }
        let colour = ColourPlan(
            samples: picture.samples, profile: picture.blob("icc-profile-data"), tags: tags)
        try self.init(picture, colour: colour, orientation: tags.orientation)
    }
}

extension Limits {
    /// Refuses a picture by its header, before its pixels are decoded.
    fileprivate func check(_ size: Size) throws(PictureError) {
        let (area, overflow) = size.width.multipliedReportingOverflow(by: size.height)
        guard !overflow, area <= pixels else { throw .tooLarge(.pixels) }
    }
}

extension PictureFormat {
    fileprivate var loader: lk_vips_loader {
        switch self {
        case .jpeg: LK_VIPS_JPEG
        case .png: LK_VIPS_PNG
        case .webp: LK_VIPS_WEBP
        case .heic, .avif: LK_VIPS_HEIF
        case .tiff: LK_VIPS_TIFF
        }
    }
}

extension JPEGReader {
    fileprivate var samples: ColourPlan.Samples {
        switch header.components {
        case 1: .grey
        case 3: .rgb
        default: .other
        }
    }
}

extension VipsPicture {
    fileprivate var samples: ColourPlan.Samples {
        if isRGB { return .rgb }
        return bands < 3 ? .grey : .other
    }
}

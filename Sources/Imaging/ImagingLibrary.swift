internal import CVips
internal import Domain

/// The process-wide parts of the picture libraries.
package enum ImagingLibrary {
    static let isReady = lk_vips_start() == 0

    /// Starts the libraries; the first picture does so too.
    package static func start() throws(PictureError) {
        guard isReady else { throw .libraryUnavailable }
    }

    /// Decodes one sample of each format on each path, so that whatever a library loads late is loaded before
    /// the darkroom's barrier closes.
    package static func warmUp() throws(PictureError) {
        try start()
        let plain = try jpeg(RGBPixels(width: 16, height: 16, filledWith: 128), quality: 82)
        for sample in [plain] + WarmUpSamples.all {
            let negative = try Negative(PhotoBytes(sample), limits: Limits())
            _ = try negative.renditions()
        }
    }
}

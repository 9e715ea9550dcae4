internal import CVips
internal import Domain

@testable internal import Imaging

/// libvips as the judge: opens, converts and encodes pictures without any of our own code.
final class VipsImage {
    private let picture: OpaquePointer
    /// libvips does not copy what it reads.
    private let storage: UnsafeMutableBufferPointer<UInt8>

    enum Failure: Error { case opening, converting, encoding, reading }

    convenience init(_ pixels: RGBPixels) throws {
        try self.init(pixels.bytes) {
            lk_vips_wrap($0.baseAddress, Int32(pixels.width), Int32(pixels.height), 3)
        }
    }

    convenience init(width: Int, height: Int, bands: Int, samples: [UInt8]) throws {
        try self.init(samples) { lk_vips_wrap($0.baseAddress, Int32(width), Int32(height), Int32(bands)) }
    }

    convenience init(file: [UInt8], format: PictureFormat = .jpeg) throws {
        let loader =
            switch format {
            case .jpeg: LK_VIPS_JPEG
            case .png: LK_VIPS_PNG
            case .webp: LK_VIPS_WEBP
            case .heic, .avif: LK_VIPS_HEIF
            case .tiff: LK_VIPS_TIFF
            }
        try self.init(file) { lk_vips_open(loader, $0.baseAddress, $0.count) }
    }

    private init(_ bytes: [UInt8], _ open: (UnsafeMutableBufferPointer<UInt8>) -> OpaquePointer?) throws {
        try ImagingLibrary.start()
        storage = .allocate(capacity: bytes.count)
        _ = storage.initialize(from: bytes)
        guard let picture = open(storage) else { throw Failure.opening }
        self.picture = picture
    }

    private init(_ picture: OpaquePointer) {
        self.picture = picture
        storage = .allocate(capacity: 0)
    }

    deinit {
        lk_vips_release(picture)
        storage.deallocate()
    }

    func attach(_ name: String, _ bytes: [UInt8]) { lk_vips_attach(picture, name, bytes, bytes.count) }

    var profile: [UInt8] {
        var count = 0
        guard let bytes = lk_vips_blob(picture, "icc-profile-data", &count) else { return [] }
        return Array(UnsafeBufferPointer(start: bytes, count: count))
    }

    func encoded(_ ending: String) throws -> [UInt8] {
        var out: UnsafeMutableRawPointer?
        var count = 0
        guard lk_vips_encode(picture, ending, &out, &count) == 0, let out else { throw Failure.encoding }
        defer { lk_vips_free(out) }
        return Array(UnsafeRawBufferPointer(start: out, count: count))
    }

    /// The same colours in another space; `self` must outlive the result.
    func converted(to profile: String) throws -> VipsImage {
        guard let converted = lk_vips_converted(picture, profile) else { throw Failure.converting }
        return VipsImage(converted)
    }

    func deepened() throws -> VipsImage {
        guard let deep = lk_vips_deepened(picture) else { throw Failure.converting }
        return VipsImage(deep)
    }

    /// 8-bit RGB, converted to sRGB through the embedded profile if asked to.
    func pixels(toSRGB: Bool = false) throws -> RGBPixels {
        guard let flat = lk_vips_developed(picture, toSRGB ? 1 : 0) else { throw Failure.converting }
        defer { lk_vips_release(flat) }
        let width = Int(lk_vips_width(flat))
        let height = Int(lk_vips_height(flat))
        let bands = Int(lk_vips_bands(flat))
        guard let rows = lk_vips_rows_open(flat) else { throw Failure.reading }
        defer { lk_vips_rows_close(rows) }
        var samples = [UInt8](repeating: 0, count: width * height * bands)
        guard lk_vips_rows_read(rows, 0, Int32(height), &samples) == 0 else { throw Failure.reading }
        return RGBPixels(
            width: width, height: height, bytes: bands == 3 ? samples : samples.flatMap { [$0, $0, $0] })
    }
}

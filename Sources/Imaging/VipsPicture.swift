internal import CVips

/// A picture opened by libvips, freed with its owner. The bytes must outlive it.
struct VipsPicture: ~Copyable {
    private let picture: OpaquePointer

    /// Reads the header.
    init?(_ bytes: UnsafeBufferPointer<UInt8>, by loader: lk_vips_loader) {
        guard let picture = lk_vips_open(loader, bytes.baseAddress, bytes.count) else { return nil }
        self.picture = picture
    }

    private init(owning picture: OpaquePointer) { self.picture = picture }

    deinit { lk_vips_release(picture) }

    var size: Size { Size(Int(lk_vips_width(picture)), Int(lk_vips_height(picture))) }

    var bands: Int { Int(lk_vips_bands(picture)) }

    var isRGB: Bool { lk_vips_is_rgb(picture) != 0 }

    func blob(_ name: String) -> [UInt8] {
        var count = 0
        guard let bytes = lk_vips_blob(picture, name, &count) else { return [] }
        return Array(UnsafeBufferPointer(start: bytes, count: count))
    }

    /// Grey or RGB of 8 bits, not yet computed; `nil` when libvips knows no way there.
    func developed(toSRGB: Bool) -> VipsPicture? {
        guard let developed = lk_vips_developed(picture, toSRGB ? 1 : 0) else { return nil }
        return VipsPicture(owning: developed)
    }

    /// Computes the pixels from top to bottom, some rows at a time; false when the data give out.
    func eachStrip(of height: Int, _ take: (_ rows: UnsafePointer<UInt8>, _ first: Int, _ count: Int) -> Void)
        -> Bool
    {
        guard let rows = lk_vips_rows_open(picture) else { return false }
        defer { lk_vips_rows_close(rows) }
        var strip = [UInt8](repeating: 0, count: size.width * bands * height)
        for first in stride(from: 0, to: size.height, by: height) {
            let count = min(height, size.height - first)
            guard lk_vips_rows_read(rows, Int32(first), Int32(count), &strip) == 0 else { return false }
            take(strip, first, count)
        }
        return true
    }
}

internal import CJPEG
internal import CKernels
package import Domain

/// A JPEG of `pixels` with its colours at full resolution: for drawings with thin lines.
package func jpeg(_ pixels: RGBPixels, quality: Int) throws(PictureError) -> [UInt8] {
    try jpeg(
        pixels, quality: quality, layout: lk_jpeg_layout(chroma_x: 1, chroma_y: 1, grey: 0, progressive: 0))
}

func jpeg(_ pixels: RGBPixels, quality: Int, layout: lk_jpeg_layout) throws(PictureError) -> [UInt8] {
    var out: UnsafeMutablePointer<UInt8>?
    var count = 0
    let status = lk_jpeg_write_rgb(
        pixels.bytes, Int32(pixels.width), Int32(pixels.height), Int32(quality), layout, &out, &count)
    return try taken(out, count, status)
}

extension Planes {
    /// Encodes 4:2:0 or grey planes as they are: no pixel is converted.
    func jpeg(quality: Int, profile: ColourProfile?) throws(PictureError) -> [UInt8] {
        let parts: [UnsafeMutablePointer<UInt8>?] = [luma.bytes, blue.bytes, red.bytes]
        let strides = [luma.stride, blue.stride, red.stride]
        var out: UnsafeMutablePointer<UInt8>?
        var count = 0
        let status =
            if let profile, !isGrey {
                lk_jpeg_write_planes(
                    parts, strides, Int32(size.width), Int32(size.height), Int32(quality), profile.bytes,
                    profile.bytes.count, &out, &count)
            } else {
                lk_jpeg_write_planes(
                    parts, strides, Int32(size.width), Int32(size.height), Int32(quality), nil, 0, &out,
                    &count)
            }
        return try taken(out, count, status)
    }
}

private func taken(_ out: UnsafeMutablePointer<UInt8>?, _ count: Int, _ status: lk_jpeg_status)
    throws(PictureError)
    -> [UInt8]
{
    guard status == LK_JPEG_OK, let out else { throw PictureError(status) }
    defer { lk_jpeg_free(out) }
    return Array(UnsafeBufferPointer(start: out, count: count))
}

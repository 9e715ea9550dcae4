internal import CKernels
package import Domain

extension Negative {
    /// A square cut from the full-resolution pixels; `place` maps the upright picture onto the patch.
    ///
    /// Bilinear, averaged first where the patch is less than half as fine as the picture, black outside of it.
    package func patch(_ place: Similarity, side: Int) -> RGBPixels {
        let back = place.inverse
        let size = exposure.planes.size
        func stored(_ x: Double, _ y: Double) -> Point {
            exposure.orientation.stored(back(Point(x: x, y: y)), width: size.width, height: size.height)
        }
        let origin = stored(0.5, 0.5)
        let right = stored(1.5, 0.5)
        let down = stored(0.5, 1.5)
        let view = lk_view(
            origin_x: origin.x, origin_y: origin.y, right_x: right.x - origin.x, right_y: right.y - origin.y,
            down_x: down.x - origin.x, down_y: down.y - origin.y)
        let planes = [exposure.planes.luma, exposure.planes.blue, exposure.planes.red]
        let chroma = exposure.planes.chroma
        let count = side * side * 3
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            failed =
                lk_patch(
                    planes, Int32(chroma.width), Int32(chroma.height), view, Int32(side), buffer.baseAddress)
                != 0
            written = count
        }
        precondition(!failed, "memory has run out, as it may for any array")
        return RGBPixels(width: side, height: side, bytes: bytes)
    }
}

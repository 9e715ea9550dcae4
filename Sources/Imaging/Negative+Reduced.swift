package import Domain

extension Negative {
    /// The upright picture, averaged down to a longer side of at most `longSide`, never enlarged.
    package func reduced(toFit longSide: Int) -> RGBPixels {
        let target = Size(width, height).fitting(longSide)
        // From a print that is at least twice as large: averaging an average costs no sharpness worth the name
        // then, and a tenth of the memory is read.
        let print = exposure.print.size.longer
        if print < exposure.planes.size.longer, print >= 2 * target.longer {
            return exposure.print.rgb(target, upright: .upright)
        }
        let orientation = exposure.orientation
        return exposure.planes.rgb(orientation.apply(to: target), upright: orientation)
    }
}

internal import CKernels
package import Domain

/// What an aligned chip tells of its face's quality; the scales are those of `QualityRule`.
package struct ChipMeasures: Sendable, Equatable {
    /// Share of fine detail, lowest along any direction; independent of brightness and contrast.
    package let sharpness: Double
    /// Mean brightness of the face, 0 to 255.
    package let brightness: Double
    /// Standard deviation of the face's brightness.
    package let contrast: Double
    /// Share of the face that is burnt out.
    package let clipped: Double
    /// Detail of the mouth against the eyes: low for masks and hands, high for sunglasses.
    package let mouthOverEyes: Double
    /// Detail of the eyes against the whole face: low for sunglasses.
    package let eyesOverAll: Double

    package static let side = 112

    package init(chip: RGBPixels) {
        precondition(
            chip.width == Self.side && chip.height == Self.side, "measures are made on aligned chips")
        var raw = lk_chip_measures()
        lk_measure_chip(chip.bytes, &raw)
        sharpness = Self.sharpness(
            straight: Self.straight(horizontal: raw.horizontal, vertical: raw.vertical),
            diagonal: min(raw.falling, raw.rising))
        brightness = raw.brightness
        contrast = raw.contrast
        clipped = raw.clipped
        mouthOverEyes = raw.mouth_over_eyes
        eyesOverAll = raw.eyes_over_all
    }

    /// Faces hold more detail from top to bottom: their lids, brows and lips lie across. Sharp faces score .075
    /// higher that way (median of 118), and a face moved up and down keeps enough of it to pass for a sharp one.
    /// So the surplus goes where the vertical ratio is the lower one, which even blur does not bring about.
    private static func straight(horizontal: Double, vertical: Double) -> Double {
        guard horizontal > 0 else { return 0 }
        let lean = min(1, max(0, (1.05 - vertical / horizontal) / 0.1))
        return min(horizontal, max(0, vertical - 0.075 * lean))
    }

    /// Neighbours along a diagonal lie farther apart, so its ratio is higher: by .09 for the same blur, whatever
    /// its strength (118 faces, Gauss of 1 to 4 pixels). In evenly blurred and in sharp faces it is at least 1.05
    /// times the straight ratio (fifth percentile); only a diagonal that falls below that pulls the result down,
    /// steadily, and never below its own worth on the straight scale. So motion of 15 and 21 pixels counts the
    /// same at 45 degrees (.27, .21) as along a row (.25, .22), and sharp faces keep their values.
    private static func sharpness(straight: Double, diagonal: Double) -> Double {
        min(straight, max(diagonal - 0.09, straight - 3 * (1.05 * straight - diagonal)))
    }
}

internal import CKernels
internal import Domain

extension Planes {
    /// The whole picture in colour, averaged down to `size` (of the planes as they lie), then laid upright.
    func rgb(_ size: Size, upright orientation: Orientation) -> RGBPixels {
        do {
            return try resampled(to: size).upright(by: orientation).pixels
        } catch {
            preconditionFailure("memory has run out, as it may for any array")
        }
    }

    private func resampled(to size: Size) throws(PictureError) -> Planes {
        let full = try Planes(size: size, chroma: Size(1, 1), isGrey: isGrey)
        try Reducer(
            columns: Axis(from: self.size.width, to: size.width),
            rows: Axis(from: self.size.height, to: size.height),
            out: full.luma
        ).add(luma, from: 0, to: self.size.height)
        if !isGrey {
            try resample(blue, to: full.blue)
            try resample(red, to: full.red)
        }
        return full
    }

    /// Every pixel converted; the colour planes must be as large as the brightness.
    private var pixels: RGBPixels {
        let count = size.width * size.height * 3
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            if let base = buffer.baseAddress { lk_planes_to_rgb(luma, blue, red, base) }
            written = count
        }
        return RGBPixels(width: size.width, height: size.height, bytes: bytes)
    }

    /// Colour planes are averaged along an axis where they have samples enough, and enlarged where not.
    private func resample(_ plane: lk_plane, to out: lk_plane) throws(PictureError) {
        let columns = ColourAxis(
            pixels: size.width, density: chroma.width, samples: plane.width, to: out.width)
        let rows = ColourAxis(
            pixels: size.height, density: chroma.height, samples: plane.height, to: out.height)
        guard columns.isShort || rows.isShort else {
            try Reducer(columns: columns.reduction, rows: rows.reduction, out: out).add(
                plane, from: 0, to: Int(plane.height))
            return
        }
        let between = try Planes(
            size: Size(Int(columns.reduction.bins), Int(rows.reduction.bins)), chroma: Size(1, 1),
            isGrey: true)
        try Reducer(columns: columns.reduction, rows: rows.reduction, out: between.luma)
            .add(plane, from: 0, to: Int(plane.height))
        guard lk_enlarge(between.luma, out, columns.enlargement, rows.enlargement) == 0 else {
            throw .outOfMemory
        }
    }
}

/// One axis of a colour plane on its way to `to` samples.
private struct ColourAxis {
    let reduction: lk_axis
    /// Samples that the reduction leaves to one of the target's; 1 unless they are too few.
    let enlargement: Double

    var isShort: Bool { enlargement < 1 }

    init(pixels: Int, density: Int, samples: Int32, to bins: Int32) {
        let step = Double(pixels) / Double(bins) / Double(density)
        let isShort = samples < bins
        // Rounded sizes can leave a hair less than one sample to a bin; that hair is no reason to enlarge.
        reduction = lk_axis(
            samples: samples, bins: isShort ? samples : bins, start: 0, step: isShort ? 1 : max(1, step))
        enlargement = isShort ? step : 1
    }
}

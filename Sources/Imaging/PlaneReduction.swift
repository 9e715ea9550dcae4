internal import CKernels

/// A smaller 4:2:0 copy of a picture in the making: fed with rows while they are still in the cache.
///
/// Where an odd length is turned round by the orientation, the half colour sample comes first instead of last.
struct PlaneReduction: ~Copyable {
    private let reduced: Planes
    private let source: (luma: lk_plane, colour: [lk_plane], rowsPerColourRow: Int)
    private let luma: Reducer
    private let colour: [Reducer]

    init(of planes: borrowing Planes, toFit side: Int, for orientation: Orientation) throws(PictureError) {
        let size = planes.size.fitting(side)
        let reduced = try Planes(size: size, chroma: Size(2, 2), isGrey: planes.isGrey)
        let luma = try Reducer(
            columns: Axis(from: planes.size.width, to: size.width),
            rows: Axis(from: planes.size.height, to: size.height), out: reduced.luma)
        var colour: [Reducer] = []
        if !planes.isGrey {
            let columns = Axis(
                halving: planes.size.width, to: size.width, samples: planes.blue.width,
                density: planes.chroma.width, fromTheEnd: orientation.reversesColumns)
            let rows = Axis(
                halving: planes.size.height, to: size.height, samples: planes.blue.height,
                density: planes.chroma.height, fromTheEnd: orientation.reversesRows)
            colour = [
                try Reducer(columns: columns, rows: rows, out: reduced.blue),
                try Reducer(columns: columns, rows: rows, out: reduced.red),
            ]
        }
        source = (planes.luma, [planes.blue, planes.red], planes.chroma.height)
        self.luma = luma
        self.colour = colour
        self.reduced = reduced
    }

    /// Takes the source's rows up to `row` of its brightness, the first `complete` being in already.
    mutating func add(from complete: Int, to row: Int) {
        luma.add(source.luma, from: complete, to: row)
        let step = source.rowsPerColourRow
        for (reducer, plane) in zip(colour, source.colour) {
            reducer.add(plane, from: complete / step, to: (row + step - 1) / step)
        }
    }

    consuming func finish() -> Planes {
        lk_pad_columns(reduced.luma)
        if !reduced.isGrey {
            lk_pad_columns(reduced.blue)
            lk_pad_columns(reduced.red)
        }
        return reduced
    }
}

/// One plane's reduction; freed with its owner.
final class Reducer {
    private let area: OpaquePointer

    init(columns: lk_axis, rows: lk_axis, out: lk_plane) throws(PictureError) {
        guard let area = lk_area_open(columns, rows, out.bytes, out.stride) else { throw .outOfMemory }
        self.area = area
    }

    deinit { lk_area_close(area) }

    func add(_ plane: lk_plane, from first: Int, to end: Int) {
        guard let bytes = plane.bytes, end > first else { return }
        lk_area_push(area, bytes + first * plane.stride, plane.stride, Int32(end - first))
    }
}

typealias Axis = lk_axis

extension lk_axis {
    /// Brightness: `from` samples into `to` bins.
    init(from samples: Int, to bins: Int) {
        self.init(
            samples: Int32(samples), bins: Int32(bins), start: 0, step: Double(samples) / Double(bins))
    }

    /// Colour for a picture of `to` pixels with one colour sample to two pixels.
    init(halving pixels: Int, to bins: Int, samples: Int32, density: Int, fromTheEnd: Bool) {
        let pair = 2 * Double(pixels) / Double(bins) / Double(density)
        let missesHalf = fromTheEnd && !bins.isMultiple(of: 2)
        self.init(
            samples: samples, bins: Int32((bins + 1) / 2), start: missesHalf ? -pair / 2 : 0, step: pair)
    }
}

internal import Domain

extension Exposure {
    /// Decodes an ordinary JPEG straight into planes.
    init(_ reader: borrowing JPEGReader, colour: ColourPlan, orientation: Orientation) throws(PictureError) {
        let planes = try Planes(size: reader.size, chroma: reader.chroma, isGrey: reader.isGrey)
        var reduction = try PlaneReduction(of: planes, toFit: Self.printSide, for: orientation)
        var complete = 0
        try reader.decode(into: planes) { rows in
            reduction.add(from: complete, to: rows)
            complete = rows
        }
        let print = try reduction.finish().upright(by: orientation)
        self.init(planes: planes, orientation: orientation, print: print, colour: colour)
    }
}

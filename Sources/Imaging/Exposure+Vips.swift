internal import CKernels
internal import CVips
internal import Domain

extension Exposure {
    /// Decodes by libvips, strip by strip, so that the interleaved pixels never lie in memory whole.
    init(_ picture: borrowing VipsPicture, colour: ColourPlan, orientation: Orientation) throws(PictureError)
    {
        guard let developed = picture.developed(toSRGB: colour.convertsToSRGB) else {
            throw .unreadable(.damaged)
        }
        let isGrey = developed.bands == 1
        let planes = try Planes(size: developed.size, chroma: Size(1, 1), isGrey: isGrey)
        var reduction = try PlaneReduction(of: planes, toFit: Self.printSide, for: orientation)
        let isWhole = developed.eachStrip(of: 16) { rows, first, count in
            for row in 0..<count {
                let pixels = rows + row * developed.size.width * developed.bands
                planes.store(pixels, row: first + row)
            }
            reduction.add(from: first, to: first + count)
        }
        guard isWhole else { throw .unreadable(.damaged) }
        let print = try reduction.finish().upright(by: orientation)
        self.init(planes: planes, orientation: orientation, print: print, colour: colour)
    }
}

extension Planes {
    /// Fills one row from grey or RGB pixels.
    fileprivate func store(_ pixels: UnsafePointer<UInt8>, row: Int) {
        let brightness = luma.bytes + row * luma.stride
        if isGrey {
            brightness.update(from: pixels, count: size.width)
        } else {
            lk_rgb_to_planes(
                pixels, Int32(size.width), brightness, blue.bytes + row * blue.stride,
                red.bytes + row * red.stride)
        }
    }
}

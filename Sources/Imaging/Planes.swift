internal import CKernels

/// A picture as planes of brightness and colour (BT.601, full range, as JPEG stores it), freed with its owner.
///
/// Colour planes may have half the columns or rows. Strides and rows are rounded up to whole blocks, so that
/// a decoder can write, and an encoder can read, without looking at the picture's edge.
struct Planes: ~Copyable {
    let size: Size
    let isGrey: Bool
    /// Brightness samples to one colour sample, across and down: 1 or 2.
    let chroma: Size
    let luma: lk_plane
    let blue: lk_plane
    let red: lk_plane
    private let piece: PlaneStore.Piece

    init(size: Size, chroma: Size, isGrey: Bool) throws(PictureError) {
        let stride = (size.width + 63) / 64 * 64
        let rows = (size.height + 15) / 16 * 16
        let chromaStride = stride / chroma.width
        let chromaRows = rows / chroma.height
        let colour = isGrey ? 0 : chromaStride * chromaRows
        piece = try PlaneStore.take(stride * rows + 2 * colour)
        self.size = size
        self.isGrey = isGrey
        self.chroma = chroma
        luma = lk_plane(
            bytes: piece.bytes, stride: stride, width: Int32(size.width), height: Int32(size.height))
        let columns = (size.width + chroma.width - 1) / chroma.width
        let lines = (size.height + chroma.height - 1) / chroma.height
        let first = isGrey ? nil : piece.bytes + stride * rows
        blue = lk_plane(bytes: first, stride: chromaStride, width: Int32(columns), height: Int32(lines))
        red = lk_plane(
            bytes: first.map { $0 + colour }, stride: chromaStride, width: Int32(columns),
            height: Int32(lines))
    }

    deinit { PlaneStore.giveBack(piece) }

    /// The planes laid out upright.
    consuming func upright(by orientation: Orientation) throws(PictureError) -> Planes {
        if orientation == .upright { return self }
        let chroma = orientation.apply(to: chroma)
        let upright = try Planes(size: orientation.apply(to: size), chroma: chroma, isGrey: isGrey)
        let number = Int32(orientation.rawValue)
        lk_orient(luma, upright.luma, number)
        lk_pad_columns(upright.luma)
        if !isGrey {
            lk_orient(blue, upright.blue, number)
            lk_orient(red, upright.red, number)
            lk_pad_columns(upright.blue)
            lk_pad_columns(upright.red)
        }
        return upright
    }
}

internal import Domain
internal import Imaging

/// Pictures for people to look at, made of photos whose faces are known already.
enum Drawing {
    /// The photo with a frame, landmarks and a number for each face, as JPEG.
    static func marked(_ photo: Int32, _ order: DrawOrder, limits: Limits) throws(DevelopError) -> [UInt8] {
        try translated { () throws(PictureError) in
            let picture = try Negative(reading: photo, limits: limits)
            let pixels = picture.reduced(toFit: min(max(order.longSide, 16), 8192))
            let scale = Double(pixels.width) / Double(picture.width)
            var canvas = Canvas(pixels)
            for mark in order.marks { canvas.draw(mark, scale: scale) }
            return try jpeg(canvas.pixels, quality: quality)
        }
    }

    /// A box in its frame with what surrounds it, cut square; three bytes a pixel.
    static func tile(_ photo: Int32, _ order: TileOrder, limits: Limits) throws(DevelopError) -> [UInt8] {
        try translated { () throws(PictureError) in
            let picture = try Negative(reading: photo, limits: limits)
            let place = square(around: order.box, side: order.side, surroundings)
            var canvas = Canvas(picture.patch(place, side: order.side))
            canvas.frame(frame(of: order.box, by: place), thickness: 2, in: .of(order.mark))
            return canvas.pixels.bytes
        }
    }

    /// A face with a little around it, as JPEG.
    static func crop(_ photo: Int32, _ order: CropOrder, limits: Limits) throws(DevelopError) -> [UInt8] {
        try translated { () throws(PictureError) in
            let picture = try Negative(reading: photo, limits: limits)
            let (width, height) = (Double(picture.width), Double(picture.height))
            let box = Box(
                x: order.box.x * width, y: order.box.y * height, width: order.box.width * width,
                height: order.box.height * height)
            let side = min(max(order.side, 16), 1024)
            return try jpeg(picture.patch(square(around: box, side: side, 1.6), side: side), quality: quality)
        }
    }

    /// Where a square goes that shows a box in the middle, and so many times as much as the box.
    private static func square(around box: Box, side: Int, _ surroundings: Double) -> Similarity {
        let scale = Double(side) / (max(box.longerSide, 1) * surroundings)
        let middle = Double(side) / 2
        return Similarity(
            a: scale, b: 0, tx: middle - scale * box.centre.x, ty: middle - scale * box.centre.y)
    }

    /// Tiles row by row with their captions below, as JPEG; a missing tile stays dark.
    static func sheet(_ order: SheetOrder, _ tiles: [[UInt8]]) throws(DevelopError) -> [UInt8] {
        try translated { () throws(PictureError) in
            let columns = max(1, Int(Double(tiles.count).squareRoot().rounded(.up)))
            let rows = max(1, (tiles.count + columns - 1) / columns)
            let width = order.side + gap
            let height = order.side + captionHeight + gap
            var canvas = Canvas(
                RGBPixels(width: columns * width + gap, height: rows * height + gap, filledWith: 24))
            for (index, (tile, caption)) in zip(tiles, order.captions).enumerated() {
                let x = gap + index % columns * width
                let y = gap + index / columns * height
                if tile.count == order.side * order.side * 3 {
                    canvas.paste(RGBPixels(width: order.side, height: order.side, bytes: tile), x: x, y: y)
                } else {
                    canvas.fill(x: x, y: y, width: order.side, height: order.side, with: .missing)
                }
                canvas.write(caption, x: x, y: y + order.side + 4)
            }
            return try jpeg(canvas.pixels, quality: quality)
        }
    }

    private static let quality = 88
    /// How much wider than its face a tile is: enough to see where the face belongs.
    private static let surroundings = 2.2
    private static let gap = 6
    private static let captionHeight = 18

    private static func frame(of box: Box, by place: Similarity) -> Box {
        Box(
            x: place.a * box.x + place.tx, y: place.a * box.y + place.ty, width: place.a * box.width,
            height: place.a * box.height)
    }

    private static func translated<Value>(
        _ work: () throws(PictureError) -> Value
    ) throws(DevelopError) -> Value {
        do throws(PictureError) { return try work() } catch { throw error.developError }
    }
}

extension Canvas {
    /// A face's frame, landmarks and number, on a picture made `scale` times as large as the original.
    fileprivate mutating func draw(_ mark: Mark, scale: Double) {
        let colour = Colour.of(mark.tier)
        let thickness = max(1, max(width, height) / 700)
        let box = Box(
            x: mark.box.x * scale, y: mark.box.y * scale, width: mark.box.width * scale,
            height: mark.box.height * scale)
        frame(box, thickness: thickness, in: colour)
        for landmark in mark.landmarks.prefix(5) {
            let reach = thickness * 2
            guard let x = Int(exactly: (landmark.x * scale).rounded()),
                let y = Int(exactly: (landmark.y * scale).rounded())
            else { continue }
            fill(x: x - thickness, y: y - thickness, width: reach, height: reach, with: colour)
        }
        guard let x = Int(exactly: box.x.rounded()), let y = Int(exactly: box.y.rounded()) else { return }
        let letters = max(1, thickness)
        let size = Self.size(of: mark.label, scale: letters)
        // Above the box, or inside where the picture ends.
        let top = y >= size.height + 4 ? y - size.height - 4 : y
        fill(x: x, y: top, width: size.width + 4, height: size.height + 4, with: .paper)
        write(mark.label, x: x + 2, y: top + 2, scale: letters, in: colour)
    }
}

extension Canvas {
    /// A tile's number in the colour of its frame, a question mark where there is a question, and the distance.
    fileprivate mutating func write(_ caption: SheetOrder.Caption, x: Int, y: Int) {
        let scale = 2
        let colour = Colour.of(caption.mark)
        let number = String(caption.number)
        write(number, x: x, y: y, scale: scale, in: colour)
        // A text's width ends with its last letter; the next one begins a gap further.
        let end = x + Self.size(of: number, scale: scale).width + scale
        if caption.mark == .ask { writeQuestionMark(x: end, y: y, scale: scale, in: colour) }
        let distance = x + Self.size(of: number + "  ", scale: scale).width + scale
        write(caption.text, x: distance, y: y, scale: scale, in: .ink)
    }

    private mutating func writeQuestionMark(x: Int, y: Int, scale: Int, in colour: Colour) {
        let rows = [0b01110, 0b10001, 0b00001, 0b00110, 0b00100, 0b00000, 0b00100]
        for (row, bits) in rows.enumerated() {
            for column in 0..<5 where bits >> (4 - column) & 1 == 1 {
                fill(
                    x: x + column * scale, y: y + row * scale, width: scale, height: scale, with: colour)
            }
        }
    }
}

extension Canvas.Colour {
    fileprivate static let ink = Canvas.Colour(red: 235, green: 235, blue: 235)
    fileprivate static let paper = Canvas.Colour(red: 16, green: 16, blue: 16)
    fileprivate static let missing = Canvas.Colour(red: 48, green: 48, blue: 48)

    fileprivate static func of(_ mark: Tile.Mark) -> Canvas.Colour {
        switch mark {
        case .match: of(Verdict.Tier.seed)
        case .ask: of(Verdict.Tier.attach)
        }
    }

    fileprivate static func of(_ tier: Verdict.Tier) -> Canvas.Colour {
        switch tier {
        case .seed: Canvas.Colour(red: 64, green: 220, blue: 96)
        case .attach: Canvas.Colour(red: 250, green: 200, blue: 40)
        case .ignored: Canvas.Colour(red: 240, green: 80, blue: 72)
        }
    }
}

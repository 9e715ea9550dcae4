internal import CBarrier
package import Domain
internal import Glibc

extension Darkroom: FaceLooking {
    package func faces(onSelfie picture: [UInt8]) async throws(DevelopError) -> [Face] {
        let descriptor = picture.withUnsafeBytes { likeness_nameless_file($0.baseAddress, $0.count) }
        var state = stat()
        guard descriptor >= 0, fstat(descriptor, &state) == 0 else {
            throw .darkroomUnavailable("The system has no memory left for a picture.")
        }
        let stamp = FileStamp(
            sizeInBytes: Int64(state.st_size), changedInNanoseconds: 0, inode: UInt64(state.st_ino))
        let order = DevelopOrder(purpose: .selfie, wantsRenditions: false)
        return try await develop(OpenPhoto(owning: descriptor, stamp: stamp), order: order).faces
    }

    package func crop(
        _ picture: OpenPhoto, box: Box, side: Int
    ) async throws(DevelopError) -> [UInt8] {
        try check(picture)
        let request = Request(
            kind: .crop, text: WireText.write(CropOrder(box: box, side: side)),
            descriptors: [picture.descriptor], seconds: settings.limits.seconds)
        return try await askPhotoChild(request, reading: Self.picture)
    }
}

/// Pictures for people to look at, drawn behind the barrier.
extension Darkroom {
    /// The photo as JPEG, at most `longSide` pixels long, with its faces marked.
    package func drawing(
        of photo: OpenPhoto, marks: [Mark], longSide: Int = 2048
    ) async throws(DevelopError) -> [UInt8] {
        try check(photo)
        let order = DrawOrder(marks: Array(marks.prefix(Self.mostMarks)), longSide: longSide)
        let request = Request(
            kind: .draw, text: WireText.write(order), descriptors: [photo.descriptor],
            seconds: settings.limits.seconds)
        return try await askPhotoChild(request, reading: Self.picture)
    }

    /// Faces side by side as JPEG, in the order given, each in a frame, with number and caption; a photo that cannot be read
    /// any more leaves a dark tile. A sheet holds `mostTiles`; what is beyond is left out.
    package func contactSheet(_ tiles: [Tile]) async throws(DevelopError) -> [UInt8] {
        let tiles = tiles.prefix(Self.mostTiles)
        var pieces: [[UInt8]] = []
        for tile in tiles { pieces.append(try await pixels(of: tile)) }
        let order = SheetOrder(
            captions: tiles.map {
                SheetOrder.Caption(number: $0.number, mark: $0.mark, text: $0.caption)
            }, side: Self.tileSide)
        let request = Request(
            kind: .sheet, text: WireText.write(order), blobs: pieces, seconds: settings.limits.seconds)
        return try await askPhotoChild(request, reading: Self.picture)
    }

    package static let mostTiles = 400
    static let tileSide = 160
    private static let mostMarks = 2000

    /// Three bytes a pixel; nothing where the photo cannot be opened as it once was.
    private func pixels(of tile: Tile) async throws(DevelopError) -> [UInt8] {
        let order = TileOrder(box: tile.box, mark: tile.mark, side: Self.tileSide)
        let request = Request(
            kind: .tile, text: WireText.write(order), descriptors: [tile.photo.descriptor],
            seconds: settings.limits.seconds)
        do throws(DevelopError) {
            try check(tile.photo)
            return try await askPhotoChild(request) { reply throws(WireFault) in
                guard reply.blobs.count == 1, reply.blobs[0].count == Self.tileSide * Self.tileSide * 3 else {
                    throw WireFault("a tile of another size")
                }
                return reply.blobs[0]
            }
        } catch {
            switch error {
            case .unreadable, .tooLarge, .changedWhileRead, .crashed, .tookTooLong, .usedTooMuchMemory:
                return []
            case .darkroomUnavailable: throw error
            }
        }
    }

    private static func picture(reading reply: Frame) throws(WireFault) -> [UInt8] {
        guard reply.blobs.count == 1, reply.blobs[0].starts(with: [0xFF, 0xD8, 0xFF]) else {
            throw WireFault("something else than a picture")
        }
        return reply.blobs[0]
    }
}

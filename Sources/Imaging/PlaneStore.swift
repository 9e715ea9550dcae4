internal import Glibc
internal import Synchronization

/// Memory for planes. One large piece is kept for the next photo: fresh pages cost a fault each, about a
/// tenth of a photo's decoding.
enum PlaneStore {
    struct Piece {
        let bytes: UnsafeMutablePointer<UInt8>
        let count: Int
    }

    static func take(_ count: Int) throws(PictureError) -> Piece {
        let kept: Spare? = spare.withLock { spare in
            guard let kept = spare, kept.piece.count >= count, kept.piece.count / 4 <= count else {
                return nil
            }
            spare = nil
            return kept
        }
        if let kept { return kept.piece }
        guard let memory = aligned_alloc(64, (count + 63) / 64 * 64) else { throw .outOfMemory }
        return Piece(bytes: memory.assumingMemoryBound(to: UInt8.self), count: count)
    }

    static func giveBack(_ piece: Piece) {
        let unwanted: Spare? = spare.withLock { spare in
            guard keptSizes.contains(piece.count) else { return Spare(piece: piece) }
            let former = spare
            spare = Spare(piece: piece)
            return former
        }
        if let unwanted { free(unwanted.piece.bytes) }
    }

    private static let keptSizes = (8 << 20)...(160 << 20)
    private static let spare = Mutex<Spare?>(nil)

    /// Safe to pass between threads: the piece belongs to the lock, or to whoever took it out.
    private struct Spare: @unchecked Sendable {
        let piece: Piece
    }
}

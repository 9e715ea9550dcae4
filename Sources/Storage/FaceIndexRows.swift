internal import Domain

/// How our values look as columns, in the order of the statements in `FaceIndex`.
extension PhotoRecord {
    /// Everything of a file's row behind its event, path and photo.
    func columns(settledAt milliseconds: Int64) -> [DatabaseValue] {
        var columns: [DatabaseValue] = [
            .integer(stamp.sizeInBytes), .integer(stamp.changedInNanoseconds),
            // Bit for bit: databases have no unsigned numbers.
            .integer(Int64(bitPattern: stamp.inode)), .text(outcome.state.rawValue),
        ]
        switch outcome {
        case .developed: columns += [.null, .null, .null]
        case .skipped(let reason): columns += [.text(reason.rawValue), .null, .null]
        case .failed(let failure):
            columns += [.text(failure.code), .text(failure.sentence), .integer(failure.isLasting ? 1 : 0)]
        }
        return columns + [.text(recipe.policy.rawValue), .text(recipe.pack), .integer(milliseconds)]
    }
}

extension Face {
    /// Everything of a face's row between its pack and its sealed vector.
    var columns: [DatabaseValue] {
        [
            .real(box.x), .real(box.y), .real(box.width), .real(box.height),
            .blob(landmarks.flatMap { littleEndian($0.x.bitPattern) + littleEndian($0.y.bitPattern) }),
            .real(score), .real(quality.sharpness), .real(quality.brightness), .real(quality.contrast),
            .real(quality.clipped), .real(quality.yaw), .real(quality.pitch), .real(quality.roll),
            .real(quality.occlusion), .real(quality.size), .text(verdict.tier.rawValue),
            .optional(verdict.reason?.rawValue),
        ]
    }
}

extension FaceVector {
    /// From little-endian floats, as the first indexes kept them.
    init?(bytes: [UInt8]) {
        guard bytes.count.isMultiple(of: 4) else { return nil }
        self.init(
            bytes.withUnsafeBytes { buffer in
                stride(from: 0, to: buffer.count, by: 4).map { place in
                    Float(
                        bitPattern: UInt32(
                            littleEndian: buffer.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
                }
            })
    }
}

extension KnownPhoto {
    init(_ row: any DatabaseRow) throws(StorageError) {
        let stamp = FileStamp(
            sizeInBytes: try row.integer(1), changedInNanoseconds: try row.integer(2),
            inode: UInt64(bitPattern: try row.integer(3)))
        guard let policy = Policy(rawValue: try row.text(4)),
            let state = PhotoState(rawValue: try row.text(6))
        else { throw .damaged }
        let standing: Standing
        switch state {
        case .indexed, .noFace:
            standing = .developed(contentHash: try row.text(10), hasFaces: state == .indexed)
        case .failed: standing = .failed(try PhotoFailure(row, from: 7))
        // A folder's files are settled when they are written down.
        case .queued, .processing: throw .damaged
        case .skipped:
            guard let reason = SkipReason(rawValue: try row.text(7)) else { throw .damaged }
            standing = .skipped(reason)
        }
        self.init(stamp: stamp, recipe: Recipe(policy: policy, pack: try row.text(5)), standing: standing)
    }
}

extension PhotoFailure {
    /// From three columns in a row: reason, sentence, whether it lasts.
    init(_ row: any DatabaseRow, from first: Int) throws(StorageError) {
        self.init(
            code: try row.text(first), sentence: try row.text(first + 1),
            isLasting: try row.integer(first + 2) != 0)
    }
}

extension IndexedFace {
    init(_ row: any DatabaseRow, opening key: any VectorKey) throws(StorageError) {
        let id: FaceID = try row.identifier(0)
        let pack = try row.text(8)
        let sealed = try row.blob(7)
        let vector: FaceVector
        do throws(VaultError) {
            vector = try key.open(sealed, of: id, pack: pack)
        } catch {
            throw .damaged
        }
        self.init(
            id: id, photo: PhotoName(bytes: try row.blob(1)), number: Int(try row.integer(2)),
            box: Box(
                x: try row.real(3), y: try row.real(4), width: try row.real(5), height: try row.real(6)),
            vector: vector, pack: pack)
    }
}

private func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
}

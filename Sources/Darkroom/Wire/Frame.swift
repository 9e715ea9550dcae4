/// One message between the darkroom and a child: a kind, a structured part in JSON, and blobs behind it.
struct Frame: Sendable, Equatable {
    var kind: Kind
    /// A reply carries the number of its request, so that an answer to something else is noticed.
    var id: UInt64
    /// Milliseconds the request may take; 0 in replies.
    var patience: UInt32 = 0
    var text: [UInt8] = []
    var blobs: [[UInt8]] = []

    enum Kind: UInt16, Sendable {
        // Requests.
        case start = 1, develop, draw, tile, sheet, selfTest, describe, unpack, probe, drill, crop
        // Replies.
        case ready = 64, refused, answer, failure, entry, piece
    }
}

/// How large a frame may be; read from the other side, checked before anything is allocated.
struct FrameBounds: Sendable {
    let text: Int
    let blob: Int
    let blobs: Int
    let total: Int

    static let requests = FrameBounds(text: 1 << 20, blob: 1 << 20, blobs: 600, total: 64 << 20)
    static let replies = FrameBounds(text: 8 << 20, blob: 48 << 20, blobs: 4, total: 80 << 20)
    /// A request never carries more descriptors than a pack has networks.
    static let descriptors = 2
}

/// Why bytes are no frame: the other side does not keep to the agreement.
struct WireFault: Error, Equatable {
    let note: String

    init(_ note: String) { self.note = note }
}

/// The fixed part of a frame, of which the rest's lengths are known.
struct FrameHeader: Equatable {
    static let size = 32
    private static let mark: UInt32 = 0x4C4B_4452
    private static let version: UInt16 = 1

    let kind: Frame.Kind
    let id: UInt64
    let patience: UInt32
    let descriptors: Int
    let textLength: Int
    let blobCount: Int

    /// Bytes of the table of blob lengths, which follows the header.
    var tableLength: Int { blobCount * 4 }

    init(of frame: Frame, descriptors: Int) {
        kind = frame.kind
        id = frame.id
        patience = frame.patience
        self.descriptors = descriptors
        textLength = frame.text.count
        blobCount = frame.blobs.count
    }

    init(reading bytes: [UInt8], within bounds: FrameBounds) throws(WireFault) {
        guard bytes.count == Self.size else { throw WireFault("a header of \(bytes.count) bytes") }
        guard bytes.number(at: 0, as: UInt32.self) == Self.mark else { throw WireFault("no frame") }
        guard bytes.number(at: 4, as: UInt16.self) == Self.version else { throw WireFault("another version") }
        guard let kind = Frame.Kind(rawValue: bytes.number(at: 6, as: UInt16.self)) else {
            throw WireFault("an unknown kind of frame")
        }
        self.kind = kind
        id = bytes.number(at: 8, as: UInt64.self)
        patience = bytes.number(at: 16, as: UInt32.self)
        descriptors = Int(bytes.number(at: 20, as: UInt32.self))
        textLength = Int(bytes.number(at: 24, as: UInt32.self))
        blobCount = Int(bytes.number(at: 28, as: UInt32.self))
        guard descriptors <= FrameBounds.descriptors else { throw WireFault("\(descriptors) descriptors") }
        guard textLength <= bounds.text else { throw WireFault("a text of \(textLength) bytes") }
        guard blobCount <= bounds.blobs else { throw WireFault("\(blobCount) blobs") }
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.size)
        bytes.append(number: Self.mark)
        bytes.append(number: Self.version)
        bytes.append(number: kind.rawValue)
        bytes.append(number: id)
        bytes.append(number: patience)
        bytes.append(number: UInt32(clamping: descriptors))
        bytes.append(number: UInt32(clamping: textLength))
        bytes.append(number: UInt32(clamping: blobCount))
        return bytes
    }

    /// The lengths of the blobs, each and together within bounds.
    func blobLengths(reading table: [UInt8], within bounds: FrameBounds) throws(WireFault) -> [Int] {
        guard table.count == tableLength else { throw WireFault("a table of \(table.count) bytes") }
        var lengths: [Int] = []
        var total = textLength
        for place in 0..<blobCount {
            let length = Int(table.number(at: place * 4, as: UInt32.self))
            guard length <= bounds.blob else { throw WireFault("a blob of \(length) bytes") }
            total += length
            lengths.append(length)
        }
        guard total <= bounds.total else { throw WireFault("a frame of \(total) bytes") }
        return lengths
    }
}

extension Frame {
    /// Header and table, and then the parts: sent one by one, so that a picture is not copied once more.
    func parts(descriptors: Int) -> [[UInt8]] {
        var head = FrameHeader(of: self, descriptors: descriptors).bytes
        for blob in blobs { head.append(number: UInt32(clamping: blob.count)) }
        return [head, text] + blobs
    }
}

extension [UInt8] {
    /// A number written with its lowest byte first.
    fileprivate func number<Number: FixedWidthInteger>(at place: Int, as type: Number.Type) -> Number {
        var value: Number = 0
        for byte in self[place..<place + MemoryLayout<Number>.size].reversed() {
            value = value << 8 | Number(byte)
        }
        return value
    }

    fileprivate mutating func append(number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
}

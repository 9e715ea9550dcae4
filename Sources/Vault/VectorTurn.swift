internal import CSodium
internal import Domain
internal import Glibc

/// A secret turn of a space, drawn from all turns and mirrorings alike, which keeps every distance and every angle.
///
/// Stewart's way: reflections that carry the first axis onto Gaussian vectors of decreasing dimension, then random signs.
/// The product is spread evenly over the orthogonal group, and applying it costs no more than a matrix would. It does not
/// hide a group of faces: their mutual distances stay. The seal is what protects them.
final class VectorTurn: Sendable {
    private let dimension: Int
    private let planes: SecretBytes

    init(_ dimension: Int, key: SecretBytes) {
        self.dimension = dimension
        var stream = GaussianStream(key, purpose: UInt64(dimension))
        defer { stream.forget() }
        let normals = dimension * (dimension + 1) / 2 - 1
        planes = SecretBytes(count: (normals + dimension) * MemoryLayout<Double>.stride) { start in
            let numbers = UnsafeMutableRawPointer(start).assumingMemoryBound(to: Double.self)
            var place = 0
            for length in stride(from: dimension, to: 1, by: -1) {
                let plane = place..<place + length
                for index in plane { numbers[index] = stream.next() }
                // The plane that mirrors the first axis onto the Gaussian vector: a Gaussian vector as the normal itself
                // would leave the first coordinate nearly as it was.
                numbers[place] += (numbers[place] < 0 ? -1 : 1) * Self.norm(numbers, plane)
                let norm = Self.norm(numbers, plane)
                for index in plane { numbers[index] /= norm }
                place += length
            }
            for index in place..<place + dimension { numbers[index] = stream.next() < 0 ? -1 : 1 }
        }
    }

    private static func norm(_ numbers: UnsafeMutablePointer<Double>, _ part: Range<Int>) -> Double {
        part.reduce(0) { $0 + numbers[$1] * numbers[$1] }.squareRoot()
    }

    func turned(_ vector: FaceVector) -> FaceVector { applied(vector, likeness_turn) }

    func turnedBack(_ vector: FaceVector) -> FaceVector { applied(vector, likeness_turn_back) }

    private func applied(
        _ vector: FaceVector,
        _ turn: (UnsafePointer<Double>?, UnsafeMutablePointer<Double>?, Int) -> Void
    ) -> FaceVector {
        precondition(vector.values.count == dimension, "a turn is for one dimension")
        var values = vector.values.map(Double.init)
        planes.withDoubles { turn($0, &values, dimension) }
        return FaceVector(values.map(Float.init))
    }
}

/// Gaussian numbers that are always the same for one key and purpose: ChaCha20's stream by Box and Muller's way.
struct GaussianStream {
    private let key: SecretBytes
    private let purpose: UInt64
    private var block: UInt64 = 0
    private var numbers = [Double](repeating: 0, count: 512)
    private var used = 512

    init(_ key: SecretBytes, purpose: UInt64) {
        self.key = key
        self.purpose = purpose
    }

    mutating func next() -> Double {
        if used == numbers.count { refill() }
        used += 1
        return numbers[numbers.count - used]
    }

    /// The numbers tell the turn.
    mutating func forget() {
        numbers.withUnsafeMutableBytes { sodium_memzero($0.baseAddress, $0.count) }
        used = numbers.count
    }

    private mutating func refill() {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let nonce = withUnsafeBytes(of: purpose.littleEndian) { Array($0) }
        let zeros = [UInt8](repeating: 0, count: bytes.count)
        _ = key.withBytes { key in
            crypto_stream_chacha20_xor_ic(&bytes, zeros, UInt64(bytes.count), nonce, block, key)
        }
        block += UInt64(bytes.count / 64)
        defer { wipe(&bytes) }
        bytes.withUnsafeBytes { buffer in
            func uniform(_ place: Int) -> Double {
                // 53 bits, never zero, whose logarithm there is none of.
                let bits = UInt64(
                    littleEndian: buffer.loadUnaligned(fromByteOffset: place * 8, as: UInt64.self))
                return (Double(bits >> 11) + 0.5) * 0x1p-53
            }
            for pair in 0..<numbers.count / 2 {
                let radius = (-2 * log(uniform(pair * 2))).squareRoot()
                let angle = 2 * Double.pi * uniform(pair * 2 + 1)
                numbers[pair * 2] = radius * cos(angle)
                numbers[pair * 2 + 1] = radius * sin(angle)
            }
        }
        used = 0
    }
}

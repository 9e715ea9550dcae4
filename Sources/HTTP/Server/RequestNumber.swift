internal import Synchronization

/// What the log and the answer call a request: a number that no other has, begun at random when the program starts, so that
/// nobody asks the kernel for chance with every request.
struct RequestNumber {
    private let value: UInt64

    private static let begin = UInt64.random(in: .min ... .max)
    private static let count = Atomic<UInt64>(0)

    static func next() -> RequestNumber {
        // An odd step visits every number once, and numbers in a row look nothing alike.
        let step: UInt64 = 0x9E37_79B9_7F4A_7C15
        return RequestNumber(value: begin &+ count.wrappingAdd(1, ordering: .relaxed).newValue &* step)
    }

    /// Sixteen hexadecimal digits.
    var text: String {
        String(unsafeUninitializedCapacity: 16) { digits in
            for place in 0..<16 {
                let digit = UInt8(truncatingIfNeeded: value >> UInt64(60 - 4 * place)) & 0xF
                digits[place] = digit < 10 ? digit + UInt8(ascii: "0") : digit - 10 + UInt8(ascii: "a")
            }
            return 16
        }
    }
}

internal import Synchronization

/// What the log and the answer call a request: a number that no other has, begun at random when the program starts, so that
/// nobody asks the kernel for chance with every request.
package struct RequestNumber: Sendable {
    private let value: UInt64

    private static let begin = UInt64.random(in: .min ... .max)
    private static let count = Atomic<UInt64>(0)

    package static func next() -> RequestNumber {
        // An odd step visits every number once, and numbers in a row look nothing alike.
        let step: UInt64 = 0x9E37_79B9_7F4A_7C15
        return RequestNumber(value: begin &+ count.wrappingAdd(1, ordering: .relaxed).newValue &* step)
    }

    /// Sixteen hexadecimal digits.
    package var text: String {
        String(unsafeUninitializedCapacity: Self.digits) { digits in
            write(into: digits)
            return Self.digits
        }
    }

    /// The digits, with a zero behind them, for the time of a call.
    func withCString<Answer>(_ body: (UnsafePointer<CChar>) -> Answer) -> Answer {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.digits + 1) { text in
            write(into: text)
            text[Self.digits] = 0
            return text.withMemoryRebound(to: CChar.self) { body($0.baseAddress.unsafelyUnwrapped) }
        }
    }

    private func write(into digits: UnsafeMutableBufferPointer<UInt8>) {
        for place in 0..<Self.digits {
            let digit = UInt8(truncatingIfNeeded: value >> UInt64(60 - 4 * place)) & 0xF
            digits[place] = digit < 10 ? digit + UInt8(ascii: "0") : digit - 10 + UInt8(ascii: "a")
        }
    }

    private static let digits = 16
}

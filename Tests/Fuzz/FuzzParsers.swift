private import Glibc

/// Set where all bytes are for one parser, so that its runs are its own.
private let onlyParser = getenv("LIKENESS_FUZZ_PARSER").map { UInt8(bitPattern: $0.pointee) }

/// What libFuzzer calls with bytes of its own making; the first one chooses the parser. Built by Setup/fuzz.bash, together
/// with the parsers themselves.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let start, count > 0 else { return 0 }
    let bytes = Array(UnsafeBufferPointer(start: start + 1, count: count - 1))
    switch onlyParser ?? start.pointee {
    case UInt8(ascii: "j"):
        // What was read and written reads the same again.
        guard let value = try? JSONValue(reading: bytes) else { return 0 }
        precondition((try? JSONValue(reading: value.bytes))?.bytes == value.bytes)
    case UInt8(ascii: "t"):
        guard let target = RequestTarget(bytes) else { return 0 }
        precondition(target.segments.allSatisfy { $0 != ".." && $0.utf8.allSatisfy { $0 >= 0x20 } })
    case UInt8(ascii: "f"): _ = RequestTarget.items(of: bytes[...])
    case UInt8(ascii: "r"):
        if case .part(let range) = ByteRange(bytes, of: 1000) {
            precondition(range.lowerBound >= 0 && range.upperBound <= 1000 && !range.isEmpty)
        }
    case UInt8(ascii: "c"): _ = HeaderLists.cookie("a", in: bytes)
    case UInt8(ascii: "e"): _ = HeaderLists.tags(bytes, contain: "\"a\"", strongly: false)
    case UInt8(ascii: "g"): _ = HeaderLists.acceptsGzip(bytes)
    default: break
    }
    return 0
}

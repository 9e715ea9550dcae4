private import Glibc

/// Set where all bytes are for one parser, so that its runs are its own.
private let onlyParser = getenv("LIKENESS_FUZZ_PARSER").map { UInt8(bitPattern: $0.pointee) }

private let ourProxies = ["10.0.0.0/8", "fd00::/8"].compactMap { AddressRange($0) }

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
    case UInt8(ascii: "f"): _ = RequestTarget(Array("/?".utf8) + bytes)
    case UInt8(ascii: "r"):
        if case .part(let range) = ByteRange(bytes, of: 1000) {
            precondition(range.lowerBound >= 0 && range.upperBound <= 1000 && !range.isEmpty)
        }
    case UInt8(ascii: "c"): _ = bytes.withUnsafeBufferPointer { HeaderLists.cookie("a", in: $0) }
    case UInt8(ascii: "e"): _ = HeaderLists.tags(bytes, contain: "\"a\"", strongly: false)
    case UInt8(ascii: "g"): _ = HeaderLists.acceptsGzip(bytes)
    case UInt8(ascii: "d"):
        guard let text = String(validating: bytes, as: UTF8.self), let seconds = HTTPDate.seconds(text) else {
            return 0
        }
        // Days past the end of a month count into the next, so only what is written out again is the same.
        precondition(HTTPDate.seconds(HTTPDate.text(seconds * 1000)) == seconds)
    case UInt8(ascii: "m"):
        let told = TusHeaders.metadata(bytes) ?? [:]
        precondition(told.count <= 32 && told.values.allSatisfy { $0.utf8.count <= 1024 })
    case UInt8(ascii: "s"): precondition((TusHeaders.checksum(bytes)?.digest.count ?? 0) <= 64)
    case UInt8(ascii: "x"):
        let chain = ForwardedChain(
            peer: "10.0.0.1", isSecure: false,
            headers: [
                Header("x-forwarded-for", String(decoding: bytes, as: UTF8.self)),
                Header("x-forwarded-proto", String(decoding: bytes, as: UTF8.self)),
            ], trusted: ourProxies)
        precondition(AddressRange.bytes(of: chain.client) != nil)
    case UInt8(ascii: "k"):
        let text = SettingsText(bytes)
        precondition(text.entries.allSatisfy { !$0.key.isEmpty && !$0.value.isEmpty && $0.line > 0 })
        precondition(Set(text.entries.map(\.key)).count == text.entries.count)
    default: break
    }
    return 0
}

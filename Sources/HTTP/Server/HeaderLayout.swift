internal import CMicroHTTPD
internal import Glibc

/// Whether the library has read a header byte for byte as it was sent.
///
/// The library (0.9.75) works on C texts: what follows a zero byte is lost, folded lines are joined, a line without a name
/// ends the header. A proxy before us may read the same bytes otherwise, and one request to it would be two to us. The
/// library cuts lines in place, so where nothing was lost they lie one behind the other, CR and LF between them.
struct HeaderLayout {
    /// Where the first line begins.
    private let start: UInt
    /// Where the next line has to begin.
    private var next: UInt
    private var isGapless: Bool

    /// - Parameter target: where the library told of it, and how long it was.
    init(
        method: UnsafePointer<CChar>, target: (address: UInt, count: Int), version: UnsafePointer<CChar>
    ) {
        start = UInt(bitPattern: method)
        let version = (address: UInt(bitPattern: version), count: UInt(strlen(version)))
        isGapless =
            target.address == start + UInt(strlen(method)) + 1
            && version.address == target.address + UInt(target.count) + 1
        next = version.address + version.count + 2
    }

    /// One line after the other, in their order.
    mutating func add(_ name: UnsafePointer<CChar>, _ value: UnsafePointer<CChar>?) {
        guard isGapless, let value, UInt(bitPattern: name) == next else { return isGapless = false }
        var between = name + strlen(name) + 1
        while between < value, between.pointee == 0x20 || between.pointee == 0x09 { between += 1 }
        isGapless = between == value
        next = UInt(bitPattern: value) + UInt(strlen(value)) + 2
    }

    /// After the last line.
    func isWhole(of connection: OpaquePointer) -> Bool {
        isGapless && next + 2 == start + UInt(likeness_http_header_size(connection))
    }
}

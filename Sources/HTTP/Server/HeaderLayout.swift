internal import CMicroHTTPD
internal import Glibc

/// Whether the library has read a header byte for byte as it was sent.
///
/// The library (0.9.75) works on C texts: what follows a zero byte is lost, folded lines are joined, a line without a name
/// ends the header. A proxy before us may read the same bytes otherwise, and one request to it would be two to us. The
/// library cuts lines in place, so where nothing was lost they lie one behind the other, CR and LF between them.
struct HeaderLayout {
    /// Where the request begins.
    private let start: UInt
    /// Where the lines begin.
    private let first: UInt
    /// Where the next line has to begin.
    private var next: UInt
    private var isGapless: Bool

    /// - Parameter target: where the library told of it, and how long it was.
    private init(
        method: UnsafePointer<CChar>, target: (address: UInt, count: Int), version: UnsafePointer<CChar>
    ) {
        start = UInt(bitPattern: method)
        let version = (address: UInt(bitPattern: version), count: UInt(strlen(version)))
        isGapless =
            target.address == start + UInt(strlen(method)) + 1
            && version.address == target.address + UInt(target.count) + 1
        first = version.address + version.count + 2
        next = first
    }

    /// The layout of what the library has read on a connection.
    static func read(
        _ connection: OpaquePointer, method: UnsafePointer<CChar>, target: (address: UInt, count: Int),
        version: UnsafePointer<CChar>
    ) -> HeaderLayout {
        var layout = HeaderLayout(method: method, target: target, version: version)
        withUnsafeMutablePointer(to: &layout) { layout in
            _ = MHD_get_connection_values(
                connection, .HEADER_KIND,
                { owner, _, name, value in
                    guard let owner, let name else { return .NO }
                    owner.assumingMemoryBound(to: HeaderLayout.self).pointee.add(name, value)
                    return .YES
                }, layout)
        }
        return layout
    }

    /// One line after the other, in their order.
    private mutating func add(_ name: UnsafePointer<CChar>, _ value: UnsafePointer<CChar>?) {
        guard isGapless, let value, UInt(bitPattern: name) == next else { return isGapless = false }
        var between = name + strlen(name) + 1
        while between < value, between.pointee == 0x20 || between.pointee == 0x09 { between += 1 }
        isGapless = between == value
        next = UInt(bitPattern: value) + UInt(strlen(value)) + 2
    }

    /// All lines as the library keeps them while the request lasts; nil where anything was lost.
    func lines(of connection: OpaquePointer) -> UnsafeRawBufferPointer? {
        let end = start + UInt(likeness_http_header_size(connection))
        guard isGapless, next + 2 == end else { return nil }
        return UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: first), count: Int(end - first))
    }
}

internal import CZlib

/// Packing for the way, where the client can unpack it.
package enum Gzip {
    /// Nil where it would not become shorter.
    package static func packed(_ bytes: [UInt8], level: Int32 = quick) -> [UInt8]? {
        let bound = likeness_gzip_bound(bytes.count)
        guard bound > 0 else { return nil }
        let packed = [UInt8](unsafeUninitializedCapacity: bound) { room, count in
            count = bytes.withUnsafeBytes {
                likeness_gzip($0.baseAddress, $0.count, room.baseAddress, room.count, level)
            }
        }
        return packed.isEmpty || packed.count >= bytes.count ? nil : packed
    }

    /// For what is packed once for each request, and for what is packed once and for all.
    package static let quick: Int32 = 1
    package static let best: Int32 = 9

    /// Shorter ones fit into a packet or two anyway.
    static let fewestBytes = 1024
    /// Longer ones would hold up the library's thread for some milliseconds.
    static let mostBytesAtOnce = 128 << 10

    /// Text; pictures are packed already.
    static func isWorthwhile(_ type: String) -> Bool {
        let kind = type.prefix { $0 != ";" }
        return kind.hasPrefix("text/") && kind != "text/event-stream"
            || [
                "application/json", "application/javascript", "application/manifest+json", "image/svg+xml",
            ].contains(kind)
    }
}

/// A file of the site that is part of the program: packed once, and sent to many.
package struct Asset: Sendable {
    package let type: String
    /// In quotation marks; the same for the same bytes.
    package let tag: String
    let plain: [UInt8]
    let packed: [UInt8]?

    /// - Parameter packed: the same in gzip's format, where somebody has packed it already.
    package init(_ plain: [UInt8], type: String, tag: String, packed: [UInt8]? = nil) {
        self.plain = plain
        self.type = type
        self.tag = tag
        let own = Gzip.isWorthwhile(type) && plain.count >= Gzip.fewestBytes
        self.packed = packed ?? (own ? Gzip.packed(plain, level: Gzip.best) : nil)
    }

    /// A tag means bytes, and the packed ones are others.
    var packedTag: String { String(tag.dropLast()) + "-gzip\"" }
}

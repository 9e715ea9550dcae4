extension TIFFStructure {
    /// Makes the first picture of a TIFF file its only one: libraries walk the whole chain of pages to count
    /// them, and a chain may be made without end.
    static func cutChain(_ bytes: inout [UInt8]) {
        guard let place = TIFFStructure(bytes[...])?.successorOfMain else { return }
        for index in place { bytes[index] = 0 }
    }

    /// Whether the directory, or pixels that it names, lie beyond the file's last byte.
    var goesPastTheEnd: Bool {
        let main = main
        guard main.isWhole else { return true }
        let places = integers(0x0111, of: main) + integers(0x0144, of: main)
        let lengths = integers(0x0117, of: main) + integers(0x0145, of: main)
        guard !places.isEmpty, places.count == lengths.count else { return true }
        return zip(places, lengths).contains { $0 + $1 > byteCount }
    }
}

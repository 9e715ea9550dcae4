internal import CPostgres
internal import Domain

/// The values of a statement as the server takes them: in binary, numbers with their highest byte first.
struct PostgresValues {
    /// The server's numbers of the kinds; 0 lets it find out by itself what a null is.
    let types: [Oid]
    /// A letter for each value's kind: statements are prepared for kinds.
    let kinds: String
    private let bytes: [UInt8]
    /// Where each value ends in `bytes`; absent for null.
    private let places: [Range<Int>?]

    init(_ parameters: [DatabaseValue]) {
        var types: [Oid] = []
        var kinds = ""
        // A value without bytes still needs an address.
        var bytes: [UInt8] = [0]
        var places: [Range<Int>?] = []
        for parameter in parameters {
            let start = bytes.count
            switch parameter {
            case .null: (types, kinds) = (types + [0], kinds + "n")
            case .integer(let value):
                (types, kinds) = (types + [PostgresType.int8], kinds + "i")
                withUnsafeBytes(of: value.bigEndian) { bytes += $0 }
            case .real(let value):
                (types, kinds) = (types + [PostgresType.float8], kinds + "r")
                withUnsafeBytes(of: value.bitPattern.bigEndian) { bytes += $0 }
            case .text(let value):
                (types, kinds) = (types + [PostgresType.text], kinds + "t")
                bytes += value.utf8
            case .blob(let value):
                (types, kinds) = (types + [PostgresType.bytea], kinds + "b")
                bytes += value
            case .id(let value):
                (types, kinds) = (types + [PostgresType.bytea], kinds + "b")
                bytes += value.bytes
            }
            places.append(parameter == .null ? nil : start..<bytes.count)
        }
        self.types = types
        self.kinds = kinds + " "
        self.bytes = bytes
        self.places = places
    }

    /// Lends the addresses for one call of the library, which is done with them when it returns.
    func withPointers<Answer>(
        _ body: ([UnsafePointer<CChar>?], [Int32], [Int32]) -> Answer
    ) -> Answer {
        bytes.withUnsafeBytes { buffer in
            let start = buffer.bindMemory(to: CChar.self).baseAddress
            return body(
                places.map { place in place.flatMap { range in start.map { $0 + range.lowerBound } } },
                places.map { Int32(clamping: $0?.count ?? 0) }, [Int32](repeating: 1, count: places.count))
        }
    }
}

/// The server's numbers of the kinds of values that we use.
enum PostgresType {
    static let bool: Oid = 16
    static let bytea: Oid = 17
    static let int8: Oid = 20
    static let int2: Oid = 21
    static let int4: Oid = 23
    static let text: Oid = 25
    static let oid: Oid = 26
    static let float4: Oid = 700
    static let float8: Oid = 701
    static let numeric: Oid = 1700
    static let void: Oid = 2278
}

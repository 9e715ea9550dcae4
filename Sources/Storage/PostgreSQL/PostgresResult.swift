internal import CPostgres
internal import Domain

/// The answer to a statement, given back to the library when its one owner lets go.
final class PostgresResult {
    private let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { self.pointer = pointer }

    deinit { PQclear(pointer) }

    /// What the server calls the command that it has run.
    var name: String { String(cString: PQcmdStatus(pointer)) }

    var count: Int { Int(PQntuples(pointer)) }

    var changedRows: Int { Int(String(cString: PQcmdTuples(pointer))) ?? 0 }

    func value(_ row: Int, _ column: Int) -> DatabaseValue {
        let (row, column) = (Int32(clamping: row), Int32(clamping: column))
        precondition(column < PQnfields(pointer), "the query has this column")
        guard PQgetisnull(pointer, row, column) == 0 else { return .null }
        let bytes = UnsafeRawBufferPointer(
            start: PQgetvalue(pointer, row, column), count: Int(PQgetlength(pointer, row, column)))
        switch PQftype(pointer, column) {
        case PostgresType.int8, PostgresType.int4, PostgresType.int2: return .integer(Self.integer(bytes))
        case PostgresType.oid: return .integer(Self.integer(bytes) & 0xFFFF_FFFF)
        case PostgresType.bool: return .integer(bytes.first == 0 ? 0 : 1)
        case PostgresType.float8:
            return .real(Double(bitPattern: UInt64(bitPattern: Self.integer(bytes))))
        case PostgresType.float4:
            return .real(Double(Float(bitPattern: UInt32(truncatingIfNeeded: Self.integer(bytes)))))
        case PostgresType.bytea: return .blob(Array(bytes))
        case PostgresType.void: return .null
        // Text in all its kinds; a kind that we never ask for shows as text and is refused where it is read.
        default: return .text(String(decoding: bytes, as: UTF8.self))
        }
    }

    /// Highest byte first, the sign kept.
    private static func integer(_ bytes: UnsafeRawBufferPointer) -> Int64 {
        let isNegative = (bytes.first ?? 0) >= 128
        return bytes.reduce(isNegative ? -1 : 0) { $0 << 8 | Int64($1) }
    }
}

/// One row of an answer.
struct PostgresRow: DatabaseRow {
    let result: PostgresResult
    let row: Int

    func value(_ column: Int) -> DatabaseValue { result.value(row, column) }
}

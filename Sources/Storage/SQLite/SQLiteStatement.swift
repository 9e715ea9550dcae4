internal import CSQLite
internal import Domain
internal import Glibc

/// A prepared statement, finalised when its owner lets go.
///
/// Used only by the connection that prepared it, by one thread at a time.
final class SQLiteStatement {
    private let handle: OpaquePointer
    private let connection: OpaquePointer
    /// Of `$1`, `$2` and so on: SQLite takes them for names and numbers names as they appear.
    private let places: [Int32]
    /// Where the identifiers of a run lie, which come with nearly every statement.
    private let room: UnsafeMutableBufferPointer<(UInt64, UInt64)>
    private var isRunning = false

    init(_ sql: String, on connection: OpaquePointer) throws(StorageError) {
        var handle: OpaquePointer?
        let status = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        guard status == SQLITE_OK, let handle else {
            throw StorageError(sqlite: status, on: connection)
        }
        self.handle = handle
        self.connection = connection
        places = (0..<sqlite3_bind_parameter_count(handle)).map {
            sqlite3_bind_parameter_index(handle, "$\($0 + 1)")
        }
        room = .allocate(capacity: places.count)
    }

    deinit {
        sqlite3_finalize(handle)
        room.deallocate()
    }

    /// Runs the statement to its end; `body` sees each row, which is valid during the call only.
    func run(
        _ parameters: [DatabaseValue], _ body: (any DatabaseRow) throws(StorageError) -> Void
    ) throws(StorageError) {
        precondition(!isRunning, "a statement that runs is not started again from inside")
        isRunning = true
        defer {
            // The status of the failed step comes again here; it was thrown already.
            _ = sqlite3_reset(handle)
            _ = sqlite3_clear_bindings(handle)
            isRunning = false
        }
        try bind(parameters)
        let row = SQLiteRow(handle: handle)
        while true {
            errno = 0
            switch sqlite3_step(handle) {
            case SQLITE_ROW: try body(row)
            case SQLITE_DONE: return
            case let status: throw StorageError(sqlite: status, on: connection)
            }
        }
    }

    private func bind(_ parameters: [DatabaseValue]) throws(StorageError) {
        precondition(places.count == parameters.count, "a value for each parameter")
        for (number, (index, value)) in zip(places, parameters).enumerated() {
            precondition(index > 0, "parameters are $1, $2 and so on without gaps")
            let status = bind(value, number, at: index)
            guard status == SQLITE_OK else {
                throw StorageError(sqlite: status, on: connection)
            }
        }
    }

    private func bind(_ value: DatabaseValue, _ number: Int, at index: Int32) -> Int32 {
        switch value {
        case .null: return sqlite3_bind_null(handle, index)
        case .integer(let number): return sqlite3_bind_int64(handle, index, number)
        case .real(let number): return sqlite3_bind_double(handle, index, number)
        case .text(let text):
            // With its closing zero an empty text has an address too; without one SQLite would store null.
            return text.utf8CString.withUnsafeBufferPointer { bytes in
                sqlite3_bind_text64(
                    handle, index, bytes.baseAddress, UInt64(bytes.count - 1), Self.copied, UInt8(SQLITE_UTF8)
                )
            }
        case .id(let id):
            room.initializeElement(at: number, to: (id.high.bigEndian, id.low.bigEndian))
            return sqlite3_bind_blob64(handle, index, room.baseAddress.map { $0 + number }, 16, nil)
        case .blob(let bytes):
            guard !bytes.isEmpty else { return sqlite3_bind_zeroblob(handle, index, 0) }
            return bytes.withUnsafeBytes { buffer in
                sqlite3_bind_blob64(handle, index, buffer.baseAddress, UInt64(buffer.count), Self.copied)
            }
        }
    }

    /// SQLITE_TRANSIENT, a cast that Swift does not import: SQLite copies the bytes before it returns.
    private static var copied: sqlite3_destructor_type {
        unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    }
}

/// The row a statement stands on.
private struct SQLiteRow: DatabaseRow {
    let handle: OpaquePointer

    func value(_ column: Int) -> DatabaseValue {
        let column = Int32(clamping: column)
        precondition(column < sqlite3_column_count(handle), "the query has this column")
        switch sqlite3_column_type(handle, column) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, column))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(handle, column))
        case SQLITE_TEXT: return .text(String(decoding: bytes(of: column), as: UTF8.self))
        case SQLITE_BLOB: return .blob(Array(bytes(of: column)))
        default: return .null
        }
    }

    /// Asked for as a blob first and counted afterwards, the order the manual calls safe.
    private func bytes(of column: Int32) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(handle, column)
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
    }
}

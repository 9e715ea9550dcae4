internal import CPostgres
internal import Domain
internal import Glibc

/// One connection to a server, closed when its one owner lets go.
///
/// The manual: "no two threads may attempt to manipulate the same PGconn object at the same time"; it lives inside an
/// actor with a queue of its own.
final class PostgresHandle {
    let pointer: OpaquePointer

    /// Connects, or throws `.unreachable` or `.refused`.
    init(_ address: String, statementLimit: Duration) throws(StorageError) {
        let names = ["dbname", "connect_timeout", "client_encoding", "application_name"]
        let values = [address, "10", "UTF8", "likeness"]
        let pointer = Self.withTexts(names) { names in
            Self.withTexts(values) { values in PQconnectdbParams(names, values, 1) }
        }
        guard let pointer else { throw .unreachable }
        guard PQstatus(pointer) == CONNECTION_OK else {
            // A server that answers and says no asks for a password, or knows no such user.
            let isRefused = PQconnectionNeedsPassword(pointer) == 1 || PQconnectionUsedPassword(pointer) == 1
            PQfinish(pointer)
            throw isRefused ? .refused : .unreachable
        }
        self.pointer = pointer
        // Notices are for people at a prompt.
        PQsetNoticeProcessor(pointer, { _, _ in }, nil)
        guard String(cString: PQparameterStatus(pointer, "server_encoding")) == "UTF8" else {
            throw .notADatabase
        }
        try run("SET statement_timeout = \(Int(statementLimit / .milliseconds(1)))")
    }

    deinit { PQfinish(pointer) }

    var isLost: Bool { PQstatus(pointer) == CONNECTION_BAD }

    /// Runs words that answer nothing, without preparing them.
    @discardableResult
    func run(_ sql: String) throws(StorageError) -> String {
        let result = PQexec(pointer, sql)
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_COMMAND_OK || PQresultStatus(result) == PGRES_TUPLES_OK else {
            throw PostgresFault(result, on: pointer).error
        }
        return String(cString: PQcmdStatus(result))
    }

    private static func withTexts<Answer>(
        _ texts: [String], _ body: ([UnsafePointer<CChar>?]) -> Answer
    ) -> Answer {
        let copies = texts.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies.map { UnsafePointer($0) } + [nil])
    }
}

/// What a server says when it cannot do something; its words are for nobody but its own log.
struct PostgresFault: Error {
    let state: String

    /// The connection is gone.
    static let lost = PostgresFault(state: "08006")

    private init(state: String) { self.state = state }

    init(_ result: OpaquePointer?, on connection: OpaquePointer) {
        if let field = PQresultErrorField(result, Int32(UInt8(ascii: "C"))) {
            state = String(cString: field)
        } else {
            // Without a code the connection itself has failed.
            state = PQstatus(connection) == CONNECTION_BAD ? "08006" : "XX000"
        }
    }

    /// Whether others were in the way, so that another run may succeed.
    var mayBeRunAnew: Bool { ["40001", "40P01"].contains(state) }

    var error: StorageError {
        switch state {
        case "53100": .diskFull
        case "25006": .readOnly
        case "42501": .noPermission
        case "57014": .tookTooLong
        case "XX001", "XX002": .damaged
        case "55P03", "40001", "40P01": .locked
        default:
            switch state.prefix(2) {
            case "23": .conflict
            case "28": .refused
            case "08", "57": .unreachable
            default: .unexpected(Self.number(state))
            }
        }
    }

    /// The five letters as one number, so that a report of it can be looked up.
    private static func number(_ state: String) -> Int32 {
        state.reduce(0) { $0 &* 36 &+ Int32($1.hexDigitValue ?? Int($1.asciiValue ?? 55) - 55) }
    }
}

internal import CPostgres
internal import Domain

/// What is on its way to the server: statements travel one behind the other without waiting for answers, which come
/// together when somebody needs one.
///
/// Used only by the session that owns the connection.
final class PostgresLine {
    private let handle: PostgresHandle
    /// Answers that are still to come.
    private(set) var count = 0
    /// The library refused to send: everything after it is lost as well.
    private var isBroken = false

    init(_ handle: PostgresHandle) { self.handle = handle }

    func send(_ words: String) {
        enter()
        note(PQsendQueryParams(handle.pointer, words, 0, nil, nil, nil, nil, 1))
    }

    func prepare(_ name: String, _ sql: String, _ values: PostgresValues) {
        enter()
        note(PQsendPrepare(handle.pointer, name, sql, Int32(values.types.count), values.types))
    }

    func send(prepared name: String, _ values: PostgresValues) {
        enter()
        note(
            values.withPointers { pointers, lengths, formats in
                PQsendQueryPrepared(
                    handle.pointer, name, Int32(values.types.count), pointers, lengths, formats, 1)
            })
    }

    /// Waits for all answers and gives the last of them. The first fault is the one to tell; what came behind it was not
    /// done.
    func answers(last wanted: Int) throws(PostgresFault) -> [PostgresResult] {
        enter()
        if PQpipelineSync(handle.pointer) != 1 { isBroken = true }
        var results: [PostgresResult] = []
        var fault: PostgresFault?
        let expected = count
        for number in 0..<expected where !isBroken {
            guard let result = PQgetResult(handle.pointer) else {
                isBroken = true
                break
            }
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK:
                let owned = PostgresResult(result)
                if number >= expected - wanted { results.append(owned) }
            case PGRES_PIPELINE_ABORTED: PQclear(result)
            default:
                if fault == nil { fault = PostgresFault(result, on: handle.pointer) }
                PQclear(result)
            }
            // Each answer is closed by nothing.
            while let more = PQgetResult(handle.pointer) { PQclear(more) }
        }
        if !isBroken, let end = PQgetResult(handle.pointer) { PQclear(end) }
        count = 0
        _ = PQexitPipelineMode(handle.pointer)
        if let fault { throw fault }
        guard !isBroken, results.count == wanted else { throw PostgresFault.lost }
        return results
    }

    /// Whatever is on its way is of no interest any more; its answers are taken and dropped.
    func forget() {
        guard count > 0 else { return }
        do throws(PostgresFault) { _ = try answers(last: 0) } catch {}
    }

    private func note(_ isSent: Int32) {
        if isSent == 1 { count += 1 } else { isBroken = true }
    }

    private func enter() {
        if PQpipelineStatus(handle.pointer) == PQ_PIPELINE_OFF { _ = PQenterPipelineMode(handle.pointer) }
    }
}

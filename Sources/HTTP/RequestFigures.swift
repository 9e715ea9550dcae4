internal import Synchronization

/// How many requests of each endpoint there were, how they ended and how long they took, for Prometheus.
package final class RequestFigures: Sendable {
    private let names: [String]
    private let figures: Mutex<[Figures]>

    private struct Figures {
        /// By hundreds of the status; 0 where the sender was gone before.
        var ended = [Int](repeating: 0, count: 6)
        /// By the limits below, each without those of the limits before it; the last is without limit.
        var took = [Int](repeating: 0, count: limits.count + 1)
        var time = Duration.zero
        var bytesIn = 0
        var bytesOut: Int64 = 0
    }

    /// In milliseconds.
    private static let limits = [5, 20, 100, 500, 2000, 10_000]

    /// - Parameter routes: as in the table of the server.
    package init(_ routes: [Route]) {
        names =
            routes.map { "method=\"\($0.method.rawValue)\",path=\"\($0.path)\"" } + ["method=\"\",path=\"\""]
        figures = Mutex([Figures](repeating: Figures(), count: routes.count + 1))
    }

    package func note(_ access: Access) {
        let time = ContinuousClock.now - access.began
        let limit = Self.limits.firstIndex { time <= .milliseconds($0) } ?? Self.limits.count
        figures.withLock { all in
            // What belongs to no endpoint is counted together, so that nobody makes lines by asking for odd things.
            let place = access.route.flatMap { all.indices.contains($0) ? $0 : nil } ?? all.count - 1
            all[place].ended[min(max(access.status / 100, 0), 5)] += 1
            all[place].took[limit] += 1
            all[place].time += time
            all[place].bytesIn += access.bytesIn
            all[place].bytesOut += access.bytesOut
        }
    }

    /// In Prometheus' words; endpoints that nobody has asked for are left out.
    package func text(_ gauges: [(name: String, help: String, value: Double)]) -> String {
        let all = figures.withLock { $0 }
        var (requests, times, bytes) = ([String](), [String](), [String]())
        let limits = Self.limits.map { "\(Double($0) / 1000)" } + ["+Inf"]
        for (name, figures) in zip(names, all) {
            let whole = figures.took.reduce(0, +)
            guard whole > 0 else { continue }
            for (hundreds, count) in figures.ended.enumerated() where count > 0 {
                let status = hundreds == 0 ? "gone" : "\(hundreds)xx"
                requests.append("likeness_http_requests_total{\(name),status=\"\(status)\"} \(count)")
            }
            var count = 0
            for (limit, took) in zip(limits, figures.took) {
                count += took
                times.append("likeness_http_request_seconds_bucket{\(name),le=\"\(limit)\"} \(count)")
            }
            times.append("likeness_http_request_seconds_sum{\(name)} \(figures.time / .seconds(1))")
            times.append("likeness_http_request_seconds_count{\(name)} \(whole)")
            bytes.append("likeness_http_bytes_total{\(name),direction=\"in\"} \(figures.bytesIn)")
            bytes.append("likeness_http_bytes_total{\(name),direction=\"out\"} \(figures.bytesOut)")
        }
        var lines = ["# HELP likeness_http_requests_total Requests by endpoint and status."]
        lines += ["# TYPE likeness_http_requests_total counter"] + requests
        lines += ["# HELP likeness_http_request_seconds Time from the request line to the end of the reply."]
        lines += ["# TYPE likeness_http_request_seconds histogram"] + times
        lines += ["# HELP likeness_http_bytes_total Bytes of bodies."]
        lines += ["# TYPE likeness_http_bytes_total counter"] + bytes
        for gauge in gauges {
            lines += [
                "# HELP \(gauge.name) \(gauge.help)", "# TYPE \(gauge.name) gauge",
                "\(gauge.name) \(gauge.value)",
            ]
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Access {
    /// One line of the log: the endpoint rather than the address, and nothing of who sent it or what it carried.
    package func line(_ routes: [Route]) -> String {
        let path = route.flatMap { routes.indices.contains($0) ? routes[$0].path : nil }
        let milliseconds = (ContinuousClock.now - began) / .milliseconds(1)
        let value = JSONValue.object(
            ("id", .optional(id?.text)), ("method", .optional(method?.rawValue)), ("path", .optional(path)),
            ("status", .integer(status)), ("bytesIn", .integer(bytesIn)), ("bytesOut", .integer(bytesOut)),
            ("milliseconds", .number((milliseconds * 10).rounded() / 10)))
        return String(decoding: value.bytes, as: UTF8.self)
    }
}

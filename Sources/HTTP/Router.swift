/// Finds the endpoint of a request by the pieces of its path.
package struct Router: Sendable {
    package let routes: [Route]
    private let root: Node

    private final class Node: Sendable {
        let literal: [String: Node]
        let parameter: Node?
        /// Places among the routes, by method.
        let routes: [Method: (place: Int, names: [String])]

        init(_ entries: [(pieces: ArraySlice<String>, place: Int, method: Method, names: [String])]) {
            var routes: [Method: (Int, [String])] = [:]
            var further:
                [String: [(pieces: ArraySlice<String>, place: Int, method: Method, names: [String])]] = [:]
            for entry in entries {
                guard let first = entry.pieces.first else {
                    precondition(
                        routes.updateValue((entry.place, entry.names), forKey: entry.method) == nil,
                        "two endpoints have one method and path")
                    continue
                }
                let isParameter = first.hasPrefix(":")
                further[isParameter ? ":" : first, default: []].append(
                    (
                        entry.pieces.dropFirst(), entry.place, entry.method,
                        isParameter ? entry.names + [String(first.dropFirst())] : entry.names
                    ))
            }
            self.routes = routes
            parameter = further.removeValue(forKey: ":").map { Node($0) }
            literal = further.mapValues { Node($0) }
        }
    }

    package init(_ routes: [Route]) {
        self.routes = routes
        root = Node(
            routes.enumerated().map { place, route in
                let pieces = route.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
                return (pieces.map(String.init)[...], place, route.method, [])
            })
    }

    package enum Found: Sendable {
        /// By its place in the table, with the values of its parameters.
        case route(Int, parameters: [String: String])
        case otherMethod(allowed: [Method])
        case nothing
    }

    /// What is asked for with HEAD is found where GET is.
    package func find(_ method: Method, _ target: RequestTarget) -> Found {
        var node = root
        var values: [String] = []
        for segment in target.segments {
            if !node.literal.isEmpty, let next = node.literal[segment] {
                node = next
            } else if let next = node.parameter, !segment.isEmpty {
                node = next
                values.append(segment)
            } else {
                return .nothing
            }
        }
        guard !node.routes.isEmpty else { return .nothing }
        if let (place, names) = node.routes[method] ?? (method == .head ? node.routes[.get] : nil) {
            var parameters = [String: String](minimumCapacity: names.count)
            for (name, value) in zip(names, values) { parameters[name] = value }
            return .route(place, parameters: parameters)
        }
        var allowed = Set(node.routes.keys)
        if allowed.contains(.get) { allowed.insert(.head) }
        return .otherMethod(allowed: allowed.sorted { $0.rawValue < $1.rawValue })
    }
}

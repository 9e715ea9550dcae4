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
        guard let (node, values) = node(at: target) else { return .nothing }
        if let (place, names) = node.routes[method] ?? (method == .head ? node.routes[.get] : nil) {
            var parameters: [String: String] = [:]
            for (name, value) in zip(names, values) { parameters[name] = value }
            return .route(place, parameters: parameters)
        }
        return .otherMethod(allowed: Self.allowed(at: node))
    }

    /// What can be done at an address; nothing where there is none.
    package func allowed(_ target: RequestTarget) -> [Method] {
        node(at: target).map { Self.allowed(at: $0.0) } ?? []
    }

    private func node(at target: RequestTarget) -> (Node, [String])? {
        var node = root
        var values: [String] = []
        for segment in target.segments {
            if !node.literal.isEmpty, let next = node.literal[segment] {
                node = next
            } else if let next = node.parameter, !segment.isEmpty {
                node = next
                values.append(segment)
            } else {
                return nil
            }
        }
        return node.routes.isEmpty ? nil : (node, values)
    }

    private static func allowed(at node: Node) -> [Method] {
        var allowed = Set(node.routes.keys).union([.options])
        if allowed.contains(.get) { allowed.insert(.head) }
        return allowed.sorted { $0.rawValue < $1.rawValue }
    }
}

extension Header {
    static func allow(_ methods: [Method]) -> Header {
        Header("Allow", methods.map(\.rawValue).joined(separator: ", "))
    }
}

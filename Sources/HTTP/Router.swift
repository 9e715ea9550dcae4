/// Finds the endpoint of a request by the pieces of its path.
///
/// A tree in three plain tables, since it is gone through with every request: so nothing is copied or counted on the way.
package struct Router: Sendable {
    package let routes: [Route]
    private var nodes = [Node()]
    private var branches: [Branch] = []
    private var letters: [UInt8] = []

    private struct Node {
        /// Where a literal piece leads: the first of a chain of branches.
        var branch: Int?
        /// Where any other piece leads.
        var parameter: Int?
        var ends: [End] = []
    }

    private struct Branch {
        /// Among the letters of all literals.
        let literal: Range<Int>
        let node: Int
        let next: Int?
    }

    /// An endpoint, by its place among the routes.
    private struct End {
        let method: Method
        let place: Int
        let names: [String]
    }

    package init(_ routes: [Route]) {
        self.routes = routes
        for (place, route) in routes.enumerated() { add(route, place) }
    }

    private mutating func add(_ route: Route, _ place: Int) {
        var (node, names) = (0, [String]())
        for piece in route.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            let isParameter = piece.hasPrefix(":")
            if isParameter { names.append(String(piece.dropFirst())) }
            let known = isParameter ? nodes[node].parameter : branch(of: node, Array(piece.utf8))
            let next = known ?? nodes.endIndex
            if known == nil {
                nodes.append(Node())
                if isParameter {
                    nodes[node].parameter = next
                } else {
                    let start = letters.endIndex
                    letters += piece.utf8
                    branches.append(
                        Branch(literal: start..<letters.endIndex, node: next, next: nodes[node].branch))
                    nodes[node].branch = branches.endIndex - 1
                }
            }
            node = next
        }
        precondition(
            !nodes[node].ends.contains { $0.method == route.method }, "two endpoints have one method and path"
        )
        nodes[node].ends.append(End(method: route.method, place: place, names: names))
    }

    package enum Found: Sendable {
        /// By its place in the table, with the values of its parameters.
        case route(Int, parameters: Parameters)
        case otherMethod(allowed: [Method])
        case nothing
    }

    /// What is asked for with HEAD is found where GET is.
    package func find(_ method: Method, _ target: RequestTarget) -> Found {
        guard let (node, values) = node(at: target) else { return .nothing }
        let end =
            nodes[node].ends.first { $0.method == method }
            ?? (method == .head ? nodes[node].ends.first { $0.method == .get } : nil)
        guard let end else { return .otherMethod(allowed: allowed(at: node)) }
        return .route(end.place, parameters: Parameters(end.names, values))
    }

    /// What can be done at an address; nothing where there is none.
    package func allowed(_ target: RequestTarget) -> [Method] {
        node(at: target).map { allowed(at: $0.0) } ?? []
    }

    private func node(at target: RequestTarget) -> (Int, [String])? {
        var node: Int? = 0
        var values: [String] = []
        target.forEachSegment { segment in
            guard let here = node else { return false }
            if let next = branch(of: here, segment) {
                node = next
            } else if let next = nodes[here].parameter, !segment.isEmpty {
                if values.isEmpty { values.reserveCapacity(4) }
                values.append(String(decoding: segment, as: UTF8.self))
                node = next
            } else {
                node = nil
            }
            return true
        }
        guard let node, !nodes[node].ends.isEmpty else { return nil }
        return (node, values)
    }

    private func branch(of node: Int, _ piece: some Collection<UInt8>) -> Int? {
        var place = nodes[node].branch
        while let branch = place.map({ branches[$0] }) {
            if branch.literal.count == piece.count, letters[branch.literal].elementsEqual(piece) {
                return branch.node
            }
            place = branch.next
        }
        return nil
    }

    private func allowed(at node: Int) -> [Method] {
        var allowed = Set(nodes[node].ends.map(\.method)).union([.options])
        if allowed.contains(.get) { allowed.insert(.head) }
        return allowed.sorted { $0.rawValue < $1.rawValue }
    }
}

extension Header {
    static func allow(_ methods: [Method]) -> Header {
        Header("Allow", methods.map(\.rawValue).joined(separator: ", "))
    }
}

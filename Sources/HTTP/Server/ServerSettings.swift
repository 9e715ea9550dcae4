/// How a server listens, and what it puts up with.
package struct ServerSettings: Sendable, Hashable {
    /// An address of this machine; every one for "::" or "0.0.0.0".
    package var address = "127.0.0.1"
    /// 0 for any that is free.
    package var port = 8080
    package var threads = 2
    /// Certificate chain and key as PEM; plain HTTP without.
    package var certificate: Certificate?
    /// Proxies of ours, whose word about the client counts.
    package var trustedProxies: [AddressRange] = []

    /// Whoever comes above it is told so (503).
    package var mostConnections = 4000
    /// Connections, or behind a proxy of ours requests at a time.
    package var mostConnectionsOfAddress = 2000
    /// A venue's guests come from one address, so this is far above what one of them needs. 0 for no limit.
    package var mostRequestsOfAddressPerSecond = 2000
    /// Of one bearer token or session. A page of thumbnails is some hundreds at once. 0 for no limit.
    package var mostRequestsOfTokenPerSecond = 500
    /// Cookies that carry a session.
    package var sessionCookies: [String] = []
    package var headerSeconds = 10.0
    /// A sender or reader who is slower is cut off.
    package var leastBytesPerSecond = 1024.0
    /// How long a sender or reader may be slower than that before it counts.
    package var graceSeconds = 10.0
    package var idleSeconds = 60

    /// Of one request, whatever its endpoint would take.
    package var mostBytesOfBody: Int64 = 4 << 30

    package init() {}

    package struct Certificate: Sendable, Hashable {
        package let chain: String
        package let key: String

        package init(chain: String, key: String) {
            self.chain = chain
            self.key = key
        }
    }
}

/// Why a server does not start.
package enum ServerError: Error, Sendable, Hashable {
    case badAddress(String)
    case addressInUse(port: Int)
    case noPermission(port: Int)
    case cannotListen(errno: Int32)
    case cannotStart

    package var sentence: String {
        switch self {
        case .badAddress(let text): "\"\(text)\" is no address of this machine."
        case .addressInUse(let port): "Somebody else listens on port \(port) already; choose another one."
        case .noPermission(let port): "This user may not listen on port \(port); choose one above 1023."
        case .cannotListen(let number): "The system lets nobody listen there (error \(number))."
        case .cannotStart: "The HTTP library could not be started; is the certificate and its key in order?"
        }
    }
}

internal import CMicroHTTPD
internal import Glibc

/// Hands a reply to the library, on the library's own thread.
enum ReplyWriter {
    /// What every reply says, whatever it is.
    private static let always: [(name: StaticString, value: StaticString)] = [
        ("X-Content-Type-Options", "nosniff"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    ]

    /// What only pages obey.
    private static let ofPages: [(name: StaticString, value: StaticString)] = [
        ("Referrer-Policy", "no-referrer"),
        ("X-Frame-Options", "DENY"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(self), microphone=(), geolocation=()"),
    ]

    /// What holds nothing that could run, and is kept out of frames by the policy that all replies have: for these the rest
    /// would change nothing.
    private static let plainTypes: Set = [
        "application/json", "application/octet-stream", "image/jpeg", "text/event-stream",
    ]

    /// Tells how many bytes of content are on their way; nil where the library would not have it.
    static func send(
        _ reply: Reply, _ number: RequestNumber?, isSecure: Bool, closes: Bool, on connection: OpaquePointer
    ) -> Int64? {
        let length: Int64
        let response: OpaquePointer?
        var type: String?
        switch reply.content {
        case .none:
            length = 0
            response = MHD_create_response_from_buffer(0, nil, .RESPMEM_PERSISTENT)
        case .bytes(let bytes, let kind):
            length = Int64(bytes.count)
            type = kind
            response = copied(bytes)
        case .asset(let asset):
            // Whoever did not ask with GET gets it as it is.
            length = Int64(asset.plain.count)
            type = asset.type
            response = copied(asset.plain)
        case .file(let file):
            length = file.range.upperBound - file.range.lowerBound
            type = file.type
            response = opened(file)
        case .events(let stream):
            length = 0
            type = "text/event-stream"
            response = streaming(stream, on: connection)
        }
        guard let response else { return nil }
        defer { MHD_destroy_response(response) }
        add(reply, type: type, number, isSecure: isSecure, closes: closes, to: response)
        return MHD_queue_response(connection, UInt32(clamping: reply.status), response) == .YES ? length : nil
    }

    private static func add(
        _ reply: Reply, type: String?, _ number: RequestNumber?, isSecure: Bool, closes: Bool,
        to response: OpaquePointer
    ) {
        if let type { add("Content-Type", type, to: response) }
        for (name, value) in always { add(name, value, to: response) }
        var (hasPolicy, hasCaching) = (false, false)
        for header in reply.headers {
            hasPolicy = hasPolicy || header.name == "Content-Security-Policy"
            hasCaching = hasCaching || header.name == "Cache-Control"
            add(header.name, header.value, to: response)
        }
        if hasPolicy || type.map({ !plainTypes.contains($0) }) ?? true {
            for (name, value) in ofPages { add(name, value, to: response) }
        }
        if !hasPolicy {
            add(
                "Content-Security-Policy" as StaticString,
                "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox", to: response)
        }
        if !hasCaching { add("Cache-Control" as StaticString, "no-store", to: response) }
        if isSecure {
            add(
                "Strict-Transport-Security" as StaticString, "max-age=31536000; includeSubDomains",
                to: response)
        }
        number?.withCString { _ = MHD_add_response_header(response, "X-Request-Id", $0) }
        if closes { add("Connection" as StaticString, "close", to: response) }
    }

    private static func add(_ name: StaticString, _ value: StaticString, to response: OpaquePointer) {
        _ = MHD_add_response_header(response, chars(name), chars(value))
    }

    /// The letters of a literal, which has a zero at its end.
    private static func chars(_ text: StaticString) -> UnsafePointer<CChar> {
        UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
    }

    /// Handed over as a string itself, it would be copied first.
    private static func add(_ name: String, _ value: String, to response: OpaquePointer) {
        name.withCString { name in value.withCString { _ = MHD_add_response_header(response, name, $0) } }
    }

    private static func copied(_ bytes: [UInt8]) -> OpaquePointer? {
        bytes.withUnsafeBytes { buffer in
            MHD_create_response_from_buffer(
                buffer.count, UnsafeMutableRawPointer(mutating: buffer.baseAddress), .RESPMEM_MUST_COPY)
        }
    }

    private static func opened(_ file: FileContent) -> OpaquePointer? {
        guard let descriptor = file.descriptor() else { return nil }
        let range = file.range
        let response = MHD_create_response_from_fd_at_offset64(
            UInt64(range.upperBound - range.lowerBound), descriptor, UInt64(range.lowerBound))
        if response == nil { close(descriptor) }
        return response
    }

    /// A stream and the connection that it goes out on, for the library's callbacks.
    private final class Outlet: @unchecked Sendable {
        let stream: EventStream
        // The library lets a suspended connection be resumed from any thread, and keeps it until it is.
        let connection: OpaquePointer

        init(_ stream: EventStream, _ connection: OpaquePointer) {
            self.stream = stream
            self.connection = connection
        }
    }

    private static func streaming(_ stream: EventStream, on connection: OpaquePointer) -> OpaquePointer? {
        let outlet = Unmanaged.passRetained(Outlet(stream, connection))
        let response = MHD_create_response_from_callback(
            .max, 8192,
            { owner, _, buffer, most in
                guard let owner, let buffer else { return -1 }
                let outlet = Unmanaged<Outlet>.fromOpaque(owner).takeUnretainedValue()
                let next = outlet.stream.fill(
                    UnsafeMutableRawBufferPointer(start: buffer, count: most),
                    suspend: { MHD_suspend_connection(outlet.connection) },
                    resume: { MHD_resume_connection(outlet.connection) })
                switch next {
                case .bytes(let count): return count
                case .suspended: return 0
                case .ended: return -1
                }
            }, outlet.toOpaque(),
            { owner in
                guard let owner else { return }
                Unmanaged<Outlet>.fromOpaque(owner).takeRetainedValue().stream.close()
            })
        if response == nil { outlet.release() }
        return response
    }
}

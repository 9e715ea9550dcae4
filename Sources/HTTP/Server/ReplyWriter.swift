internal import CMicroHTTPD
internal import Glibc

/// Hands a reply to the library, on the library's own thread.
enum ReplyWriter {
    /// What every reply says, whatever it is.
    private static let always: [(String, String)] = [
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Frame-Options", "DENY"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(self), microphone=(), geolocation=()"),
    ]

    /// What a reply says where it does not say otherwise itself.
    private static let unlessTold: [(String, String)] = [
        ("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"),
        ("Cache-Control", "no-store"),
    ]

    /// Tells how many bytes of content are on their way; nil where the library would not have it.
    static func send(
        _ reply: Reply, id: String, isSecure: Bool, closes: Bool, on connection: OpaquePointer
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
        add(reply, type: type, id: id, isSecure: isSecure, closes: closes, to: response)
        return MHD_queue_response(connection, UInt32(clamping: reply.status), response) == .YES ? length : nil
    }

    private static func add(
        _ reply: Reply, type: String?, id: String, isSecure: Bool, closes: Bool, to response: OpaquePointer
    ) {
        if let type { MHD_add_response_header(response, "Content-Type", type) }
        for (name, value) in always { MHD_add_response_header(response, name, value) }
        for (name, value) in unlessTold where !reply.headers.contains(where: { $0.name == name }) {
            MHD_add_response_header(response, name, value)
        }
        if isSecure {
            MHD_add_response_header(
                response, "Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        }
        MHD_add_response_header(response, "X-Request-Id", id)
        for header in reply.headers { MHD_add_response_header(response, header.name, header.value) }
        if closes { MHD_add_response_header(response, "Connection", "close") }
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

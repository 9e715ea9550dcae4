import CZlib
import Domain
import Synchronization
import Testing

@testable import HTTP

/// A server with a table of its own, for one test.
enum TestServer {
    static func with(
        _ routes: [Route], _ set: (inout ServerSettings) -> Void = { _ in },
        observe: @escaping @Sendable (Access) -> Void = { _ in },
        _ work: @Sendable (HTTPServer) async throws -> Void
    ) async throws {
        var settings = ServerSettings()
        settings.port = 0
        set(&settings)
        let server = try HTTPServer(settings, Router(routes), observe: observe)
        do {
            // Our sockets block, and shall not hold up the tasks of the server.
            try await withTaskExecutorPreference(WorkThread(label: "client")) { try await work(server) }
        } catch {
            await server.stop(within: .zero)
            throw error
        }
        await server.stop(within: .milliseconds(200))
        #expect(server.connections == 0)
    }

    /// One that says back who asked.
    static let who = Route(.get, "/who") { request throws(Refusal) in
        Reply(200, .object(("client", .text(request.client.text)), ("secure", .truth(request.isSecure))))
    }

    static func ask(_ port: Int, _ lines: String...) throws -> TestReply {
        let client = try RawClient(port)
        client.send(lines.joined(separator: "\r\n") + "\r\nHost: x\r\nConnection: close\r\n\r\n")
        return try TestReply(client.restBytes())
    }

    static func eventually(within limit: Duration = .seconds(60), _ isSo: () -> Bool) async throws {
        let end = ContinuousClock.now + limit
        while !isSo(), ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(10)) }
        #expect(isSo())
    }
}

/// What came back, taken apart.
struct TestReply {
    let status: Int
    let head: String
    let body: [UInt8]

    init(_ bytes: [UInt8]) throws {
        let end = try #require(
            bytes.indices.first { bytes[$0...].starts(with: Array("\r\n\r\n".utf8)) },
            "\(String(decoding: bytes, as: UTF8.self))")
        head = String(decoding: bytes[..<(end + 2)], as: UTF8.self)
        body = Array(bytes[(end + 4)...])
        status = try #require(Int(head.dropFirst(9).prefix(3)))
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    func header(_ name: String) -> String? {
        head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ": ") }
            .map { String($0.dropFirst(name.count + 2)) }
    }

    /// The body unpacked; empty where it is not packed rightly.
    var unpacked: [UInt8] {
        var stream = z_stream()
        guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            return []
        }
        defer { inflateEnd(&stream) }
        var packed = body
        return [UInt8](unsafeUninitializedCapacity: 8 << 20) { room, count in
            packed.withUnsafeMutableBufferPointer { packed in
                stream.next_in = packed.baseAddress
                stream.avail_in = UInt32(packed.count)
                stream.next_out = room.baseAddress
                stream.avail_out = UInt32(room.count)
                count = inflate(&stream, Z_FINISH) == Z_STREAM_END ? Int(stream.total_out) : 0
            }
        }
    }
}

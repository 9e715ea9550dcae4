import Domain
import Glibc
import Synchronization
import Testing

@testable import HTTP

@Suite("Those who are slow", .timeLimit(.minutes(3))) struct SlowTests {
    private final class Seen: Sendable {
        let bytes = Mutex(0)
        let broken = Mutex(0)
        let records = Mutex<[Access]>([])
    }

    private static func upload(_ seen: Seen) -> Route {
        Route(.patch, "/upload") { request throws(Refusal) in
            do throws(Refusal) {
                while let piece = try await request.body.next() { seen.bytes.withLock { $0 += piece.count } }
            } catch {
                seen.broken.withLock { $0 += 1 }
                throw error
            }
            return Reply(200, .text("taken"))
        }
    }

    /// A large file with holes, so that it takes no room.
    private static let file = Route(.get, "/file") { _ throws(Refusal) in
        var template = Array("/tmp/likeness-http-XXXXXX".utf8CString)
        let file = mkstemp(&template)
        unlink(template)
        let size: Int64 = 32 << 20
        ftruncate(file, Int(size))
        let stamp = FileStamp(sizeInBytes: size, changedInNanoseconds: 0, inode: 0)
        return Reply(
            200,
            content: .file(FileContent(OpenPhoto(owning: file, stamp: stamp), type: "image/jpeg", tag: nil)))
    }

    @Test("are cut off where they drip a body, and what they had sent is known to be broken")
    func body() async throws {
        let seen = Seen()
        try await TestServer.with(
            [Self.upload(seen)],
            {
                $0.graceSeconds = 1
                $0.leastBytesPerSecond = 100
            }
        ) { server in
            let client = try RawClient(server.port)
            client.send("PATCH /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
            var drips = 0
            while client.send("d"), drips < 600 {
                drips += 1
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect((1..<600).contains(drips), "\(drips): cut off too early, or never")
            try await TestServer.eventually { seen.broken.withLock { $0 } == 1 }
            // Slow but in order, also where the machine is busy: twenty times what is asked for.
            let honest = try RawClient(server.port)
            honest.send("PATCH /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 6000\r\n\r\n")
            for _ in 0..<30 {
                honest.send([UInt8](repeating: 7, count: 200))
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(honest.until("taken").hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test("are cut off where they do not read what they asked for")
    func reader() async throws {
        let seen = Seen()
        try await TestServer.with(
            [Self.file],
            {
                $0.leastBytesPerSecond = 8_388_608
                $0.idleSeconds = 2
            }, observe: { record in seen.records.withLock { $0.append(record) } }
        ) { server in
            let began = ContinuousClock.now
            let client = try RawClient(server.port)
            client.send("GET /file HTTP/1.1\r\nHost: x\r\n\r\n")
            // Some bytes now and then, which the library takes for a sign of life.
            while seen.records.withLock({ $0.isEmpty }), ContinuousClock.now - began < .seconds(60) {
                _ = client.receive(atMost: 64 << 10)
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(seen.records.withLock { $0.count } == 1)
            let other = try RawClient(server.port)
            other.send("GET /file HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(other.restBytes().count > 32 << 20, "who reads gets all of it")
        }
    }
}

@Suite("Memory of bodies", .timeLimit(.minutes(3))) struct BodyMemoryTests {
    private static var memoryInBytes: Int {
        let file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 256)
        let text = String(decoding: buffer[..<max(0, read(file, &buffer, 256))], as: UTF8.self)
        return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4096
    }

    @Test("a body of any length takes no more memory than its pieces, also where its reader is slow")
    func streamed() async throws {
        let most = Mutex(0)
        let route = Route(.patch, "/upload") { request throws(Refusal) in
            var total = 0
            while let piece = try await request.body.next() {
                total += piece.count
                if total % (4 << 20) < piece.count {
                    try? await Task.sleep(for: .milliseconds(2))
                    most.withLock { $0 = max($0, Self.memoryInBytes) }
                }
            }
            return Reply(200, .integer(total))
        }
        try await TestServer.with([route]) { server in
            let piece = [UInt8](repeating: 7, count: 1 << 20)
            func send(_ megabytes: Int) throws {
                let client = try RawClient(server.port)
                client.send(
                    "PATCH /upload HTTP/1.1\r\nHost: x\r\nContent-Length: \(megabytes << 20)\r\n\r\n")
                for _ in 0..<megabytes { client.send(piece) }
                #expect(client.until("\(megabytes << 20)").hasPrefix("HTTP/1.1 200"))
            }
            try send(16)
            let before = Self.memoryInBytes
            most.withLock { $0 = 0 }
            try send(512)
            let grown = most.withLock { $0 } - before
            print("Memory while 512 MB of a body went by: \(grown >> 10) KB more")
            #expect(most.withLock { $0 } > 0 && grown < 24 << 20)
        }
    }
}

internal import Domain
internal import Glibc
internal import Testing

@testable internal import Imaging

@Suite("Photo file") struct PhotoFileTests {
    @Test("is read from its start, wherever the descriptor stands, and hashed")
    func position() throws {
        let file = try TemporaryFile(try TestPicture.jpeg(TestPicture.waves(40, 30)))
        lseek(file.descriptor, 100, SEEK_SET)
        let negative = try Negative(reading: file.descriptor, limits: Limits())
        #expect(negative.facts.sizeInBytes == file.bytes.count)
        #expect(
            negative.facts.contentHash
                == (try PhotoBytes(reading: file.descriptor, limit: 1 << 20)).contentHash)
    }

    @Test("that is empty or too long is refused before it is read")
    func sizes() throws {
        let empty = try TemporaryFile([])
        #expect(throws: PictureError.unreadable(.empty)) {
            try PhotoBytes(reading: empty.descriptor, limit: 100)
        }
        let long = try TemporaryFile([UInt8](repeating: 1, count: 101))
        #expect(throws: PictureError.tooLarge(.bytes)) {
            try PhotoBytes(reading: long.descriptor, limit: 100)
        }
    }

    @Test("that is closed, or no file, is refused")
    func noFile() throws {
        #expect(throws: PictureError.changedWhileRead) { try PhotoBytes(reading: -1, limit: 100) }
    }

    @Test("that grows, shrinks or is rewritten meanwhile is noticed")
    func changes() throws {
        let file = try TemporaryFile([UInt8](repeating: 1, count: 5000))
        let changes: [() -> Void] = [
            { file.write([2], at: 5000) }, { ftruncate(file.descriptor, 10) },
            { file.write([3], at: 0, changed: 1_000_000) },
        ]
        for change in changes {
            #expect(throws: PictureError.changedWhileRead) {
                // The size is checked when `limit` is compared; the change comes between that and the reading.
                _ = try PhotoBytes(reading: file.descriptor, limit: 1 << 20, afterStart: change)
            }
        }
    }
}

/// A file without a name, open for reading and writing.
private final class TemporaryFile {
    let descriptor: Int32
    let bytes: [UInt8]
    private let stream: UnsafeMutablePointer<FILE>

    struct Failure: Error {}

    init(_ bytes: [UInt8]) throws {
        self.bytes = bytes
        guard let file = tmpfile() else { throw Failure() }
        stream = file
        descriptor = fileno(file)
        guard write(bytes, at: 0) == bytes.count else { throw Failure() }
    }

    deinit { fclose(stream) }

    /// The kernel's clock for files ticks slowly, so a test that needs another time of change names it.
    @discardableResult func write(_ bytes: [UInt8], at place: Int, changed: Int? = nil) -> Int {
        let written = pwrite(descriptor, bytes, bytes.count, off_t(place))
        if let changed {
            let time = timespec(tv_sec: changed, tv_nsec: 0)
            futimens(descriptor, [time, time])
        }
        return written
    }
}

import Domain
import Glibc
import TestSupport
import Testing

@testable import Darkroom

@Suite("Frame")
struct FrameTests {
    private let frame = Frame(
        kind: .answer, id: 0x0102_0304_0506_0708, patience: 250, text: Array("{}".utf8),
        blobs: [[1, 2, 3], [], [4]])

    @Test("arrives as it was sent, with its files")
    func roundTrip() throws {
        let pair = try SocketPair()
        let folder = try ScratchFolder()
        try folder.write("a", "hello")
        let photo = try Workplace.open(folder.path(of: "a"))
        var waiting = Endless()
        try Channel(socket: pair.mine).send(frame, descriptors: [photo.descriptor], waiting: &waiting)
        try Channel(socket: pair.mine).send(frame, waiting: &waiting)
        let (first, descriptors) = try Channel(socket: pair.theirs).receive(
            within: .replies, descriptors: 2, waiting: &waiting)
        #expect(first == frame)
        let descriptor = try #require(descriptors.first)
        #expect(descriptors.count == 1 && descriptor != photo.descriptor)
        var byte: UInt8 = 0
        #expect(pread(descriptor, &byte, 1, 1) == 1 && byte == UInt8(ascii: "e"))
        close(descriptor)
        let second = try Channel(socket: pair.theirs).receive(
            within: .replies, descriptors: 2, waiting: &waiting)
        #expect(second.frame == frame && second.descriptors.isEmpty)
    }

    @Test("carries no files to who takes none")
    func dropsDescriptors() throws {
        let pair = try SocketPair()
        let folder = try ScratchFolder()
        try folder.write("a", "hello")
        let photo = try Workplace.open(folder.path(of: "a"))
        var waiting = Endless()
        try Channel(socket: pair.mine).send(frame, descriptors: [photo.descriptor], waiting: &waiting)
        let received = try Channel(socket: pair.theirs).receive(within: .replies, waiting: &waiting)
        #expect(received.frame == frame && received.descriptors.isEmpty)
        let copies = (Int32(0)..<1024).count { descriptor in
            var state = stat()
            return fstat(descriptor, &state) == 0 && UInt64(state.st_ino) == photo.stamp.inode
        }
        #expect(copies == 1)
    }

    @Test(
        "is refused beyond its bounds",
        arguments: [
            FrameBounds(text: 1, blob: 10, blobs: 3, total: 100),
            FrameBounds(text: 10, blob: 2, blobs: 3, total: 100),
            FrameBounds(text: 10, blob: 10, blobs: 2, total: 100),
            FrameBounds(text: 10, blob: 10, blobs: 3, total: 5),
        ])
    func keepsBounds(bounds: FrameBounds) throws {
        let pair = try SocketPair()
        var waiting = Endless()
        try Channel(socket: pair.mine).send(frame, waiting: &waiting)
        #expect(throws: ChannelFault.self) {
            try Channel(socket: pair.theirs).receive(within: bounds, waiting: &waiting)
        }
    }

    @Test("is refused when any byte of its head is odd")
    func refusesOddHeads() throws {
        let head = FrameHeader(of: frame, descriptors: 0).bytes
        #expect(try FrameHeader(reading: head, within: .replies).bytes == head)
        // Mark, version, kind, the upper bytes of counts and lengths.
        for place in [0, 1, 2, 3, 4, 5, 6, 7, 21, 22, 23, 27, 29, 30, 31] {
            var odd = head
            odd[place] ^= 0xF0
            #expect(throws: WireFault.self, "byte \(place)") {
                try FrameHeader(reading: odd, within: .replies)
            }
        }
        for length in [0, 1, 31, 33] {
            #expect(throws: WireFault.self) {
                try FrameHeader(reading: [UInt8](repeating: 0, count: length), within: .replies)
            }
        }
    }

    @Test("never traps on noise")
    func survivesNoise() throws {
        var dice = Dice(seed: 9)
        let head = FrameHeader(of: frame, descriptors: 0).bytes
        for _ in 0..<5000 {
            var noise = head
            for _ in 0..<1 + dice.roll(6) { noise[dice.roll(32)] = UInt8(dice.roll(256)) }
            guard let header = try? FrameHeader(reading: noise, within: .replies) else { continue }
            let table = (0..<header.tableLength).map { _ in UInt8(dice.roll(256)) }
            _ = try? header.blobLengths(reading: table, within: .replies)
        }
    }

    @Test("tells the end of the other side from a wait")
    func noticesEnd() throws {
        let pair = try SocketPair()
        var waiting = Endless()
        let bytes = FrameHeader(of: frame, descriptors: 0).bytes
        #expect(write(pair.mine, bytes, 20) == 20)
        shutdown(pair.mine, Int32(SHUT_WR))
        #expect(throws: ChannelFault.ended) {
            try Channel(socket: pair.theirs).receive(within: .replies, waiting: &waiting)
        }
        pair.closeMine()
        #expect(throws: ChannelFault.ended) {
            try Channel(socket: pair.theirs).send(frame, waiting: &waiting)
        }
    }

}

extension FrameBounds: CustomTestStringConvertible {
    public var testDescription: String { "\(text)/\(blob)/\(blobs)/\(total)" }
}

/// Two connected sockets, closed after the test.
final class SocketPair {
    private(set) var mine: Int32
    private(set) var theirs: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0
        else {
            throw SetupFault("no sockets")
        }
        mine = ends[0]
        theirs = ends[1]
    }

    func closeMine() {
        if mine >= 0 { close(mine) }
        mine = -1
    }

    func closeTheirs() {
        if theirs >= 0 { close(theirs) }
        theirs = -1
    }

    deinit {
        closeMine()
        closeTheirs()
    }
}

internal import CBarrier
internal import Glibc

/// Why nothing more can be exchanged with the other side.
enum ChannelFault: Error, Equatable {
    /// The other side is gone.
    case ended
    /// It sent what is no frame.
    case garbled(WireFault)
    /// Whoever waited lost patience.
    case gaveUp(Impatience)
}

/// Why waiting was given up.
enum Impatience: Equatable, Sendable { case tookTooLong, usedTooMuchMemory, calledOff }

/// How somebody waits for a socket: for ever, or with an eye on clock and memory.
protocol Waiting {
    /// Returns when `socket` may be ready for `events`.
    mutating func wait(for events: Int16, on socket: Int32) throws(Impatience)
}

extension Impatience: Error {}

/// Waits for ever, as a child does: the end of its parent ends it by itself.
struct Endless: Waiting {
    mutating func wait(for events: Int16, on socket: Int32) throws(Impatience) {
        var entry = pollfd(fd: socket, events: events, revents: 0)
        _ = poll(&entry, 1, -1)
    }
}

/// Frames over a local stream socket, whose owner is elsewhere.
struct Channel {
    let socket: Int32

    /// Sends a frame, with open files for the other side.
    func send(
        _ frame: Frame, descriptors: [Int32] = [], waiting: inout some Waiting
    ) throws(ChannelFault) {
        var pending = descriptors
        for part in frame.parts(descriptors: descriptors.count) {
            var done = 0
            while done < part.count {
                let sent = part.withUnsafeBytes { bytes in
                    likeness_send(
                        socket, bytes.baseAddress?.advanced(by: done), bytes.count - done, pending,
                        pending.count)
                }
                if sent > 0 {
                    // The descriptors go with the first byte that goes.
                    pending = []
                    done += sent
                } else {
                    try waitOrEnd(after: sent, for: Int16(POLLOUT), &waiting)
                }
            }
        }
    }

    /// The next frame, and the open files that came with it, which are then the caller's to close.
    ///
    /// Only a child takes files from its parent; a parent passes 0 and the kernel drops what a child sends.
    func receive(
        within bounds: FrameBounds, descriptors capacity: Int = 0, waiting: inout some Waiting
    ) throws(ChannelFault) -> (frame: Frame, descriptors: [Int32]) {
        // Files travel with the first byte of a frame.
        var descriptors: [Int32] = []
        do throws(ChannelFault) {
            let head = try bytes(FrameHeader.size, taking: &descriptors, upTo: capacity, &waiting)
            let header = try parsed { () throws(WireFault) in try FrameHeader(reading: head, within: bounds) }
            guard header.descriptors == descriptors.count || capacity == 0 else {
                throw .garbled(WireFault("\(descriptors.count) descriptors instead of \(header.descriptors)"))
            }
            let table = try bytes(header.tableLength, &waiting)
            let lengths = try parsed { () throws(WireFault) in
                try header.blobLengths(reading: table, within: bounds)
            }
            var frame = Frame(kind: header.kind, id: header.id, patience: header.patience)
            frame.text = try bytes(header.textLength, &waiting)
            for length in lengths { frame.blobs.append(try bytes(length, &waiting)) }
            return (frame, descriptors)
        } catch {
            for descriptor in descriptors { close(descriptor) }
            throw error
        }
    }

    private func bytes(_ count: Int, _ waiting: inout some Waiting) throws(ChannelFault) -> [UInt8] {
        var none: [Int32] = []
        return try bytes(count, taking: &none, upTo: 0, &waiting)
    }

    private func bytes(
        _ count: Int, taking descriptors: inout [Int32], upTo capacity: Int, _ waiting: inout some Waiting
    ) throws(ChannelFault) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var place = [Int32](repeating: -1, count: capacity)
        var done = 0
        while done < count {
            var taken = 0
            let room = descriptors.isEmpty ? capacity : 0
            let received = bytes.withUnsafeMutableBytes { bytes in
                likeness_receive(
                    socket, bytes.baseAddress?.advanced(by: done), count - done, &place, room, &taken)
            }
            descriptors += place.prefix(taken)
            if received > 0 {
                done += received
            } else {
                try waitOrEnd(after: received, for: Int16(POLLIN), &waiting)
            }
        }
        return bytes
    }

    private func waitOrEnd(
        after outcome: Int, for events: Int16, _ waiting: inout some Waiting
    ) throws(ChannelFault) {
        switch Int32(clamping: -outcome) {
        case EAGAIN:
            do throws(Impatience) { try waiting.wait(for: events, on: socket) } catch { throw .gaveUp(error) }
        case EINTR: return
        default: throw .ended
        }
    }

    private func parsed<Value>(_ parse: () throws(WireFault) -> Value) throws(ChannelFault) -> Value {
        do throws(WireFault) { return try parse() } catch { throw .garbled(error) }
    }
}

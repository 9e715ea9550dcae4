package import Domain
internal import Glibc
internal import Synchronization

/// A darkroom that answers at once from a table, without children and networks: for the tests of everything else.
///
/// It knows a photo by its size in bytes and, where that is not enough, by its very bytes.
package final class InstantDarkroom: Developing {
    private let state: Mutex<State>

    private struct State {
        var bySize: [Int64: Answer] = [:]
        var byBytes: [[UInt8]: Answer] = [:]
        var otherwise: Answer
        var orders: [DevelopOrder] = []
    }

    package typealias Answer = Result<Development, DevelopError>

    /// Answers every photo it does not know with `otherwise`.
    package init(otherwise: Answer = .failure(.unreadable(.notAPicture))) {
        state = Mutex(State(otherwise: otherwise))
    }

    /// The answer for the photo of exactly these bytes.
    package func teach(_ bytes: [UInt8], _ answer: Answer) {
        state.withLock { $0.byBytes[bytes] = answer }
    }

    /// The answer for photos of this size.
    package func teach(sizeInBytes: Int, _ answer: Answer) {
        state.withLock { $0.bySize[Int64(sizeInBytes)] = answer }
    }

    /// What was ordered so far, in order.
    package var orders: [DevelopOrder] { state.withLock { $0.orders } }

    package func develop(_ photo: OpenPhoto, order: DevelopOrder) async throws(DevelopError) -> Development {
        let answer = state.withLock { state in
            state.orders.append(order)
            return Self.known(photo, in: state.byBytes) ?? state.bySize[photo.stamp.sizeInBytes]
                ?? state.otherwise
        }
        var development = try answer.get()
        if !order.wantsRenditions {
            development.preview = nil
            development.thumbnail = nil
        }
        return development
    }

    private static func known(_ photo: OpenPhoto, in table: [[UInt8]: Answer]) -> Answer? {
        // A photo is read only where one of its size is known.
        guard table.keys.contains(where: { $0.count == Int(photo.stamp.sizeInBytes) }) else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(photo.stamp.sizeInBytes))
        let count = pread(photo.descriptor, &bytes, bytes.count, 0)
        return count == bytes.count ? table[bytes] : nil
    }
}

internal import Domain
internal import FoundationEssentials
internal import Inference

/// What a child is told when it starts, before the barrier closes.
struct StartOrder: Codable, Equatable {
    var role: Role
    var limits: Limits
    var niceness: Int
    /// The networks follow as open files: detector, then embedder. A workbench has none.
    var pack: PackManifest?
    var barrier = Barrier.whole

    /// What a child is for, and so what it compiles ahead.
    enum Role: Codable, Equatable {
        case photos(Policy)
        case selfies
        /// Opens archives of strangers.
        case workbench
        /// Reads networks of strangers, for which the runtime must look into its folder: Landlock alone keeps
        /// it from other files.
        case testbench
    }

    /// Anything less than the whole barrier is for drills, which show that its tests can fail.
    enum Barrier: String, Codable {
        case whole, landlockOnly, seccompOnly, none
        /// The whole barrier, on a kernel that has no Landlock.
        case landlockLacking
        /// The whole barrier, where something around the child forbids filters that the kernel has.
        case seccompForbidden

        var closesLandlock: Bool { [.whole, .landlockOnly, .seccompForbidden].contains(self) }
        var closesSeccomp: Bool { ![.landlockOnly, .none].contains(self) }
        var mustKeepStrangersIn: Bool { [.whole, .landlockLacking, .seccompForbidden].contains(self) }
    }
}

/// Why a child could not start, in a sentence for a person.
struct StartRefusal: Codable, Equatable {
    var sentence: String
}

/// A request to draw on a picture.
struct DrawOrder: Codable, Equatable {
    var marks: [Mark]
    var longSide: Int
}

/// A request to cut a square around a box and to draw the box.
struct TileOrder: Codable, Equatable {
    var box: Box
    var mark: Tile.Mark
    var side: Int
}

/// A request to cut a face out of a picture.
struct CropOrder: Codable, Equatable {
    /// In parts of the picture's width and height.
    var box: Box
    var side: Int
}

/// A request to join tiles, which follow as blobs: three bytes a pixel, or nothing where a photo failed.
struct SheetOrder: Codable, Equatable {
    var captions: [Caption]
    var side: Int

    struct Caption: Codable, Equatable {
        var number: Int
        var mark: Tile.Mark
        var text: String
    }
}

/// A request to open an archive.
struct UnpackOrder: Codable, Equatable {
    var limits: ArchiveLimits
}

/// A file inside an archive, whose bytes follow in pieces.
struct ArchiveEntry: Codable, Equatable {
    var name: [UInt8]
}

/// What the child tried and how it went.
struct ProbeOrder: Codable, Equatable {
    var path: String
}

struct ProbeReply: Codable, Equatable {
    var acts: [BarrierReport.Act]
}

/// An error of the work itself, as it travels.
struct FailureReply: Codable, Equatable {
    var kind: Kind
    var sentence: String?

    enum Kind: Codable, Equatable {
        case unreadable(DevelopError.UnreadableReason)
        case tooLarge(DevelopError.LimitKind)
        case changedWhileRead
        /// The child distrusts itself: a fresh one shall try.
        case worn
        case outOfMemory
        /// A sentence says why this cannot be done: a bad archive, network or pack.
        case refused
    }

    init(refusing sentence: String) {
        kind = .refused
        self.sentence = sentence
    }

    init(_ error: DevelopError) {
        switch error {
        case .unreadable(let reason): kind = .unreadable(reason)
        case .tooLarge(let limit): kind = .tooLarge(limit)
        case .changedWhileRead: kind = .changedWhileRead
        case .crashed, .tookTooLong: kind = .worn
        case .usedTooMuchMemory: kind = .outOfMemory
        case .darkroomUnavailable(let why):
            kind = .refused
            sentence = why
        }
    }
}

/// The structured parts in JSON.
enum WireText {
    static func write(_ value: some Encodable) -> [UInt8] {
        do {
            return Array(try JSONEncoder().encode(value))
        } catch {
            // Only a number that is not finite cannot be written; the reader refuses the empty text.
            return []
        }
    }

    static func read<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws(WireFault) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw WireFault("a text that is no \(type)")
        }
    }
}

internal import Digests
internal import Domain
internal import Evaluation
internal import Glibc
internal import Pipeline
internal import Storage

/// One gigabyte received in pieces, against the same bytes written and forced to the same disk in one go.
enum ReceiveSection {
    private static let length = 1 << 30
    private static let piece = 8 << 20

    static func run(_ bench: Bench) async throws -> [Figure] {
        var ratios: [Double] = []
        var extra = 0.0
        for _ in 0..<bench.options.rounds {
            _ = try await PoolBench.onEach(bench) { place in
                guard place.name == "sqlite" else { return [] }
                let plain = try plainSeconds(place.folder + "/plain")
                let before = peakInMegabytes()
                let seconds = try await receivedSeconds(place)
                extra = max(extra, peakInMegabytes() - before)
                ratios.append(plain / seconds)
                let size = Double(length) / 1e6
                print(
                    "received at \(Int(size / seconds)) MB/s, written plainly at \(Int(size / plain)) MB/s: \((plain / seconds).decimals(2))"
                )
                return []
            }
        }
        print(
            "median \(ratios.median.decimals(2)) of the plain speed, \(extra.decimals(1)) MB more memory at the peak"
        )
        return [
            Figure("receive.againstPlain", ratios.median, "of plain"), Figure("receive.memory", extra, "MB"),
        ]
    }

    private static func made(_ offset: Int) -> [UInt8] {
        var bytes = [UInt8](
            repeating: UInt8(truncatingIfNeeded: offset >> 20), count: min(piece, length - offset))
        bytes.withUnsafeMutableBytes { $0.storeBytes(of: offset, as: Int.self) }
        return bytes
    }

    private static func plainSeconds(_ path: String) throws -> Double {
        defer { unlink(path) }
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Fault("Cannot write \(path).") }
        defer { close(file) }
        var seconds = 0.0
        for offset in stride(from: 0, to: length, by: piece) {
            let bytes = made(offset)
            let start = ContinuousClock.now
            guard write(file, bytes, bytes.count) == bytes.count else { throw Fault("The disk is full.") }
            seconds += (ContinuousClock.now - start).inSeconds
        }
        let start = ContinuousClock.now
        guard fdatasync(file) == 0 else { throw Fault("The disk failed.") }
        return seconds + (ContinuousClock.now - start).inSeconds
    }

    private static func receivedSeconds(_ place: PoolBench) async throws -> Double {
        let files = FolderPhotoFiles(DiskPath(place.folder), floor: 0)
        let receive = ReceiveUpload(
            uploads: place.pool, files: files, digest: { piece, _ in SHA1.digest(of: piece) },
            now: PoolBench.now)
        var settings = place.event.settings
        settings.mostBytesOfFile = nil
        _ = try await place.pool.set(
            settings, of: place.event, by: Act(by: .commandLine, at: PoolBench.now()))
        var upload = try await receive.begin(
            UploadOffer(
                event: place.event.id, photographer: place.photographer.id, name: PhotoName("large.tif"),
                length: Int64(length)))
        var seconds = 0.0
        while upload.result == nil {
            let bytes = made(Int(upload.offset))
            let start = ContinuousClock.now
            upload = try await receive.take(bytes, of: upload.id, at: upload.offset)
            seconds += (ContinuousClock.now - start).inSeconds
        }
        return seconds
    }

    private static func peakInMegabytes() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_maxrss) / 1024
    }
}

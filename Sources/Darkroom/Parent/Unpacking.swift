internal import Glibc
internal import Synchronization

/// Writes the files of an archive into a folder, as the child sends them; every name and size is checked here,
/// since whoever made the archive may have taken over the child.
final class Unpacking: Sendable {
    private let limits: ArchiveLimits
    private let state: Mutex<State>

    private struct State: ~Copyable {
        let folder: Int32
        /// The file that pieces go to; none while a hidden entry is passed over.
        var file: Int32 = -1
        var names: [String] = []
        var entries = 0
        var bytesOfFile = 0
        var bytes = 0

        init(folder: Int32) { self.folder = folder }

        mutating func closeFile() {
            if file >= 0 { close(file) }
            file = -1
        }

        deinit {
            if file >= 0 { close(file) }
            close(folder)
        }
    }

    init(into folder: String, limits: ArchiveLimits) throws(WorkbenchError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw .refused("\(folder) cannot be opened (\(String(cString: strerror(errno)))).")
        }
        self.limits = limits
        state = Mutex(State(folder: descriptor))
    }

    /// Takes the start of a file or a piece of it.
    func take(_ part: Frame) throws(Setback) {
        let outcome = state.withLock { state in
            Result { () throws(WorkbenchError) in
                if part.kind == .entry { try begin(part, &state) } else { try write(part, &state) }
            }
        }
        do throws(WorkbenchError) { try outcome.get() } catch { throw .final(error) }
    }

    /// The names written, in the archive's order.
    func finish() throws(WorkbenchError) -> [String] {
        let names = state.withLock { state in
            state.closeFile()
            return state.names
        }
        guard !names.isEmpty else { throw .refused("The archive holds no files.") }
        return names
    }

    private func begin(_ part: Frame, _ state: inout State) throws(WorkbenchError) {
        state.closeFile()
        state.entries += 1
        guard state.entries <= limits.files else {
            throw .refused("The archive holds more than \(limits.files) files; a model pack has a handful.")
        }
        let entry: ArchiveEntry
        do throws(WireFault) {
            entry = try WireText.read(ArchiveEntry.self, from: part.text)
        } catch {
            throw .refused("The archive could not be read.")
        }
        state.bytesOfFile = 0
        guard let name = try ArchiveName.name(of: entry.name) else { return }
        state.file = openat(state.folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard state.file >= 0 else {
            throw .refused(
                errno == EEXIST
                    ? "The archive holds \(name) twice."
                    : "\(name) cannot be written (\(String(cString: strerror(errno)))).")
        }
        state.names.append(name)
    }

    private func write(_ part: Frame, _ state: inout State) throws(WorkbenchError) {
        guard part.blobs.count == 1, state.entries > 0 else {
            throw .refused("The archive could not be read.")
        }
        let piece = part.blobs[0]
        state.bytesOfFile += piece.count
        state.bytes += piece.count
        guard state.bytesOfFile <= limits.bytesOfFile, state.bytes <= limits.bytes else {
            throw .refused("The archive holds more than a model pack may: \(limits.bytes >> 20) MB in all.")
        }
        guard state.file >= 0 else { return }
        var done = 0
        while done < piece.count {
            let wrote = piece.withUnsafeBytes {
                Glibc.write(state.file, $0.baseAddress?.advanced(by: done), piece.count - done)
            }
            if wrote < 0 && errno == EINTR { continue }
            guard wrote > 0 else {
                throw .refused("The archive cannot be unpacked (\(String(cString: strerror(errno)))).")
            }
            done += wrote
        }
    }
}

/// Which names an archive's entries may have. A pack is a flat folder, and archives like to put one around it.
enum ArchiveName {
    /// The file's own name; nil for a hidden file, which is no part of a pack and is passed over.
    static func name(of bytes: [UInt8]) throws(WorkbenchError) -> String? {
        let shown = printable(String(decoding: bytes.prefix(80), as: UTF8.self))
        let isPlain = bytes.allSatisfy { isNameByte($0) || $0 == UInt8(ascii: "/") }
        guard !bytes.isEmpty, isPlain, bytes.count <= 255 else {
            throw .refused("The archive holds '\(shown)', which cannot name a file of a model pack.")
        }
        var parts = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        // tar writes "./pack.json".
        if parts.count > 1, parts[0].elementsEqual([UInt8(ascii: ".")]) { parts.removeFirst() }
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }),
            !parts.contains(where: { $0.allSatisfy { $0 == UInt8(ascii: ".") } })
        else {
            throw .refused("The archive holds '\(shown)': a model pack is one folder without folders inside.")
        }
        let name = parts[parts.count - 1]
        return name.first == UInt8(ascii: ".") ? nil : String(decoding: name, as: UTF8.self)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: Array("._-+ ()".utf8).contains(byte)
        }
    }
}

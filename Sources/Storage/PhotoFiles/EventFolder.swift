internal import Domain

/// Where the files of one event lie, and which file a name there stands for.
struct EventFolder {
    let path: DiskPath

    enum Part: String, CaseIterable { case originals, renditions, uploads }

    init(of event: EventID, below events: DiskPath) { path = events.inside(event.text) }

    subscript(part: Part) -> DiskPath { path.inside(part.rawValue) }

    /// Names come from callers and databases: each is checked before it becomes a path.
    func path(of file: PhotoFile) throws(StorageError) -> DiskPath {
        switch file {
        case .original(let content): return self[.originals].inside(try Self.checked(content))
        case .rendition(let kind, let content):
            return self[.renditions].inside(try Self.checked(content) + kind.ending)
        case .upload(let upload): return self[.uploads].inside(upload.text)
        case .stray(let name): return try strayPath(name)
        }
    }

    static func checked(_ content: String) throws(StorageError) -> String {
        guard content.utf8.count == 64, content.utf8.allSatisfy(isHashDigit) else { throw .damaged }
        return content
    }

    /// What a name in one of our folders, or (without a part) beside them, stands for.
    func file(named name: [UInt8], in part: Part?) -> PhotoFile {
        let text = String(validating: name, as: UTF8.self)
        if let part, let text, let known = Self.known(text, in: part) { return known }
        let place = part?.rawValue ?? ""
        if let text { return .stray(place + ":" + text) }
        // Names need not be text, but every stray must be removable.
        return .stray(place + "#" + name.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
    }

    private static func known(_ name: String, in part: Part) -> PhotoFile? {
        let hash = String(name.prefix(64))
        switch part {
        case .uploads:
            return UploadID(text: name).flatMap { $0.text == name ? .upload($0) : nil }
        case .originals:
            return hash == name && (try? checked(name)) != nil ? .original(name) : nil
        case .renditions:
            guard (try? checked(hash)) != nil else { return nil }
            let kind = RenditionKind.allCases.first { hash + $0.ending == name }
            return kind.map { .rendition($0, of: hash) }
        }
    }

    /// `part:name`, or `part#name in hexadecimal digits`, where the part may be empty.
    private func strayPath(_ stray: String) throws(StorageError) -> DiskPath {
        guard let mark = stray.firstIndex(where: { $0 == ":" || $0 == "#" }) else { throw .damaged }
        let place = String(stray[..<mark])
        let rest = String(stray[stray.index(after: mark)...])
        let name = stray[mark] == ":" ? Array(rest.utf8) : try Self.bytes(rest)
        guard !name.isEmpty, !name.contains(0), !name.contains(47), name != [46], name != [46, 46]
        else { throw .damaged }
        let part = Part(rawValue: place)
        guard part != nil || place.isEmpty else { throw .damaged }
        // What has a name of its own is never removed as a stray.
        if part == nil, Part.allCases.contains(where: { name == Array($0.rawValue.utf8) }) { throw .damaged }
        let folder = part.map { self[$0] } ?? path
        return DiskPath(bytes: folder.bytes + [47] + name)
    }

    private static func bytes(_ digits: String) throws(StorageError) -> [UInt8] {
        let digits = Array(digits.utf8)
        guard digits.count.isMultiple(of: 2), digits.allSatisfy(isHashDigit) else { throw .damaged }
        return stride(from: 0, to: digits.count, by: 2).map { place in
            digits[place..<place + 2].reduce(0) { $0 << 4 | ($1 < 58 ? $1 - 48 : $1 - 87) }
        }
    }
}

internal import Domain
internal import Glibc

/// The file of settings of this installation, where there is one.
struct SettingsFile: Sendable, Equatable {
    let path: String
    let text: SettingsText
    /// Whether everybody on the machine may read it.
    let isOpenToOthers: Bool

    init(path: String, text: SettingsText, isOpenToOthers: Bool = false) {
        self.path = path
        self.text = text
        self.isOpenToOthers = isOpenToOthers
    }

    var folder: String { Self.folder(of: path) }

    /// The one that is named, or else the one beside the data folder.
    static func find(
        _ environment: [String: String], root: String?, workingFolder: String
    ) throws(Failure) -> SettingsFile? {
        func whole(_ path: String) -> String { path.hasPrefix("/") ? path : "\(workingFolder)/\(path)" }
        if let named = environment[variable], !named.isEmpty {
            return try SettingsFile(reading: whole(named))
        }
        let told = environment[SettingKey.data.variable].flatMap { $0.isEmpty ? nil : whole($0) }
        guard let data = told ?? root.map({ $0 + "/data" }), let path = beside(data) else { return nil }
        return try SettingsFile(reading: path)
    }

    /// The one that lies beside a data folder, if one does.
    static func beside(_ data: String) -> String? {
        let path = folder(of: data) + "/" + name
        return access(path, F_OK) == 0 ? path : nil
    }

    private init(reading path: String) throws(Failure) {
        let file = try GivenFile.photo(Word(path), called: "The file of settings")
        guard file.stamp.sizeInBytes <= Self.mostBytes else {
            throw Failure("\(Word(path).shown) is too long for a file of settings.", code: "configuration")
        }
        var bytes = [UInt8](repeating: 0, count: Self.mostBytes)
        let count = pread(file.descriptor, &bytes, bytes.count, 0)
        var facts = stat()
        guard count >= 0, fstat(file.descriptor, &facts) == 0 else {
            throw Failure("\(Word(path).shown) cannot be read.", code: "configuration")
        }
        self.init(
            path: path, text: SettingsText(Array(bytes[..<count])), isOpenToOthers: facts.st_mode & 0o007 != 0
        )
    }

    private static func folder(of path: String) -> String {
        var path = path[...]
        while path.count > 1, path.last == "/" { path = path.dropLast() }
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static let name = "likeness.conf"
    static let variable = "LIKENESS_CONFIG"
    private static let mostBytes = 1 << 20
}

package import Domain

/// What a backup holds, with a sum for each file, closed by a sum over itself.
package struct BackupManifest: Sendable, Equatable {
    /// One file of the backup.
    package struct Entry: Sendable, Equatable {
        package let name: String
        package let sizeInBytes: Int64
        package let sha256: String

        package init(name: String, sizeInBytes: Int64, sha256: String) {
            self.name = name
            self.sizeInBytes = sizeInBytes
            self.sha256 = sha256
        }
    }

    package var madeAt: Int64
    /// Number of the last migration; absent where the database is not in the backup.
    package var schema: Int64?
    package var entries: [Entry]

    package static let fileName = "MANIFEST"
    static let databaseName = "database.sqlite"
    private static let version = 1

    package init(madeAt: Int64, schema: Int64?, entries: [Entry]) {
        self.madeAt = madeAt
        self.schema = schema
        self.entries = entries
    }

    /// - Parameter sum: SHA-256 in hexadecimal digits.
    func text(_ sum: ([UInt8]) -> String) -> String {
        var lines = [
            "likeness backup \(Self.version)", "made \(madeAt)",
            "schema \(schema.map(String.init) ?? "none")",
        ]
        lines += entries.map { "file \($0.sha256) \($0.sizeInBytes) \($0.name)" }
        let body = lines.joined(separator: "\n") + "\n"
        return body + "sum \(sum(Array(body.utf8)))\n"
    }

    /// Throws `.damaged` for anything but what `text` wrote, `.newer` for a later form.
    init(_ text: String, _ sum: ([UInt8]) -> String) throws(BackupError) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let head = lines.first?.split(separator: " "), head.count == 3, head[0] == "likeness",
            head[1] == "backup", let version = Int(head[2])
        else { throw .damaged([Self.fileName]) }
        guard version <= Self.version else { throw .newer }
        guard lines.count >= 5, lines.last == "", lines[lines.count - 2].hasPrefix("sum ") else {
            throw .damaged([Self.fileName])
        }
        let body = lines.dropLast(2).joined(separator: "\n") + "\n"
        guard lines[lines.count - 2].dropFirst(4) == sum(Array(body.utf8)),
            let madeAt = Int64(lines[1].dropFirst(5))
        else { throw .damaged([Self.fileName]) }
        var entries: [Entry] = []
        for line in lines.dropFirst(3).dropLast(2) {
            let words = line.split(separator: " ", maxSplits: 3)
            guard words.count == 4, words[0] == "file", let size = Int64(words[2]) else {
                throw .damaged([Self.fileName])
            }
            entries.append(Entry(name: String(words[3]), sizeInBytes: size, sha256: String(words[1])))
        }
        self.init(madeAt: madeAt, schema: Int64(lines[2].dropFirst(7)), entries: entries)
    }
}

/// Why a backup could not be made, or is not restored.
package enum BackupError: Error, Sendable, Equatable {
    /// Something lies at the place of the new backup.
    case placeTaken
    /// There is no backup, or none that was finished.
    case noBackup
    /// The backup was made by a newer program.
    case newer
    /// These files of the backup are missing, or are not what they were.
    case damaged([String])
    /// The originals of these photos are not in the pool, or not what they were, though their rows are.
    case photosMissing([String])
    /// The database that came back by its own means names originals that the backup does not hold.
    case notInBackup([String])
    /// There is a database already where the backup would go.
    case notEmpty
    case pool(PoolError)
}

extension BackupError {
    /// A stable word for scripts and JSON.
    package var code: String {
        switch self {
        case .placeTaken: "place_taken"
        case .noBackup: "no_backup"
        case .newer: "backup_newer_than_program"
        case .damaged: "backup_damaged"
        case .photosMissing: "photos_missing"
        case .notInBackup: "photos_not_in_backup"
        case .notEmpty: "pool_not_empty"
        case .pool(let error): error.code
        }
    }

    /// What was found, and what to do.
    package var sentence: String {
        switch self {
        case .placeTaken: "Something lies there already; name a folder that does not exist yet."
        case .noBackup: "There is no finished backup; name the folder that `likeness backup` made."
        case .newer: "The backup was made by a newer program; update likeness. Nothing was changed."
        case .damaged(let names):
            "The backup is damaged, and nothing was restored. Not as they were: " + Self.list(names)
        case .photosMissing(let names):
            "Originals are missing or damaged in the pool itself; bring them back from an earlier backup: "
                + Self.list(names)
        case .notInBackup(let names):
            "The database names photos whose originals are not in the backup. Bring the dump that was made right before "
                + "it; or, where they were removed between both, say --without-missing, which leaves them out: "
                + Self.list(names)
        case .notEmpty: "There is a database already; restore into a place where there is none."
        case .pool(let error): error.sentence
        }
    }

    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(20).joined(separator: ", ")
        return names.count > 20 ? "\(shown) and \(names.count - 20) more" : shown
    }
}

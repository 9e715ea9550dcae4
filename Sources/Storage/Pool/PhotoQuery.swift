internal import Domain

/// The query behind a list of photos: each combination of filters walks an index in the list's own order, and so stops
/// after one page.
struct PhotoQuery {
    private(set) var sql: String
    /// The photographer whose own list leads, page by page.
    private(set) var leading: PhotographerID?
    private(set) var values: [DatabaseValue]

    /// A photo's columns, as `PoolPhoto` reads them.
    static let select = """
        SELECT id, name, content_hash, size_in_bytes, state, is_hidden, in_trash, album, faces, arrived_at, version,
            CASE WHEN state = 'queued' AND EXISTS (
                SELECT 1 FROM jobs WHERE jobs.subject = photos.id AND jobs.state = 'running') THEN 1 ELSE 0 END,
            reason, reason_sentence, reason_lasts
        FROM photos
        """

    static let byID = select + " WHERE event = $1 AND id = $2 ORDER BY id LIMIT 2"
    static let byName = select + " WHERE event = $1 AND name = $2 ORDER BY id LIMIT 2"

    init(event: EventID, filter: PhotoFilter, after last: PhotoID?, limit: Int) {
        sql = Self.select
        values = [.id(event), .truth(filter.isInTrash), .blob(last?.bytes ?? []), .integer(limit)]
        var conditions = ["event = $1", "in_trash = $2", "id > $3"]
        if let photographer = filter.photographer {
            values.append(.id(photographer))
            // Few photos fail: those are looked through; else the photographer's own list leads.
            if [.failed, .noFace, .processing].contains(filter.state) {
                conditions.append(
                    "EXISTS (SELECT 1 FROM uploads WHERE photographer = $\(values.count) AND photo = photos.id)"
                )
            } else {
                leading = photographer
                conditions.append(
                    """
                    id IN (SELECT photo FROM uploads WHERE photographer = $\(values.count) AND photo > $3
                        AND photo <= $END)
                    """)
            }
        }
        let inHand = "(SELECT subject FROM jobs WHERE event = $1 AND state = 'running')"
        switch filter.state {
        case nil: break
        case .processing: conditions += ["state = 'queued'", "id IN \(inHand)"]
        case .queued: conditions += ["state = 'queued'", "id NOT IN \(inHand)"]
        case let state?: conditions.append("state = \(add(.text(state.rawValue)))")
        }
        if let album = filter.album { conditions.append("album = \(add(.id(album)))") }
        if let person = filter.person {
            conditions.append("id IN (SELECT photo FROM faces WHERE person = \(add(.id(person))))")
        }
        if let name = filter.name {
            conditions.append("instr(name, \(add(.blob(Array(name.utf8))))) > 0")
        }
        if let isHidden = filter.isHidden { conditions.append("is_hidden = \(add(.truth(isHidden)))") }
        sql += " WHERE " + conditions.joined(separator: " AND ") + " ORDER BY id LIMIT $4"
    }

    /// Looks no further than to this photo.
    mutating func end(at photo: PhotoID) { sql = sql.replacing("$END", with: add(.id(photo))) }

    private mutating func add(_ value: DatabaseValue) -> String {
        values.append(value)
        return "$\(values.count)"
    }
}

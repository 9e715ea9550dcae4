package import Domain

/// Photos with a known person on each: a folder per person, with a `manifest.csv` or without.
package struct LabelledFolder: Sendable, Equatable {
    /// In order of their names.
    package let photos: [LabelledPhoto]
    /// Named by the manifest, but not there.
    package let absent: [PhotoName]
    /// There, but in nobody's folder.
    package let unlabelled: [PhotoName]

    /// The manifest's row wins where there is one: it names the person and the box of the labelled face.
    /// Any other photo belongs to the person its folder is named after, and its largest face is the labelled one.
    ///
    /// - Parameter names: the photos' paths inside the folder.
    /// - Parameter manifest: a table with the columns `file` and `identity`, and `box` as "x0 y0 x1 y1".
    package init(names: [PhotoName], manifest: CSVTable?) throws(CSVError) {
        var listed = try manifest.map { table throws(CSVError) in try Self.photos(in: table) } ?? [:]
        var photos: [LabelledPhoto] = []
        var unlabelled: [PhotoName] = []
        for name in names.sorted() {
            if let photo = listed.removeValue(forKey: name) {
                photos.append(photo)
            } else if let person = Self.folder(of: name) {
                photos.append(LabelledPhoto(name: name, identity: person, box: nil))
            } else {
                unlabelled.append(name)
            }
        }
        self.photos = photos
        self.unlabelled = unlabelled
        absent = listed.keys.sorted()
    }

    private static func photos(in table: CSVTable) throws(CSVError) -> [PhotoName: LabelledPhoto] {
        let file = try table.column("file")
        let identity = try table.column("identity")
        let box = table.columns.firstIndex(of: "box")
        var photos: [PhotoName: LabelledPhoto] = [:]
        for (index, row) in table.rows.enumerated() {
            let name = PhotoName(CSVTable.field(file, of: row))
            var place: Box?
            if let box, !CSVTable.field(box, of: row).isEmpty {
                place = Self.box(CSVTable.field(box, of: row))
                if place == nil { throw .notANumber(row: index + 1, column: "box") }
            }
            photos[name] = LabelledPhoto(name: name, identity: CSVTable.field(identity, of: row), box: place)
        }
        return photos
    }

    /// "x0 y0 x1 y1", the corners of a box.
    private static func box(_ text: String) -> Box? {
        let corners = text.split(separator: " ").compactMap { Double($0) }
        guard corners.count == 4, corners[2] > corners[0], corners[3] > corners[1] else { return nil }
        return Box(
            x: corners[0], y: corners[1], width: corners[2] - corners[0], height: corners[3] - corners[1])
    }

    private static func folder(of name: PhotoName) -> String? {
        let parts = name.bytes.split(separator: UInt8(ascii: "/"))
        guard let first = parts.first, parts.count > 1 else { return nil }
        return PhotoName(bytes: Array(first)).text
    }
}

/// A photo with one face whose owner is known.
package struct LabelledPhoto: Sendable, Equatable {
    package let name: PhotoName
    package let identity: String
    /// Of the labelled face, in pixels of the upright original; absent means the largest face.
    package let box: Box?

    package init(name: PhotoName, identity: String, box: Box?) {
        self.name = name
        self.identity = identity
        self.box = box
    }

    /// Boxes by different hands and detectors differ, and two faces do not overlap this much.
    package static let leastOverlap = 0.3

    /// The labelled one of the faces found; absent where it was not found.
    package func labelledFace(among faces: [Face]) -> Face? {
        guard let box else { return faces.max { $0.box.area < $1.box.area } }
        let nearest = faces.max { $0.box.overlap(with: box) < $1.box.overlap(with: box) }
        guard let nearest, nearest.box.overlap(with: box) >= Self.leastOverlap else { return nil }
        return nearest
    }

    /// The photo as evidence, or why it is none.
    package func reading(of faces: [Face]) -> Reading {
        guard let face = labelledFace(among: faces) else {
            return .missed(missed(faces.isEmpty ? "no face found" : "the labelled face was not found"))
        }
        guard let vector = face.vector else {
            return .missed(missed("ignored as \(face.verdict.reason?.rawValue ?? "unusable")"))
        }
        return .face(LabelledVector(photo: name, identity: identity, vector: vector))
    }

    /// The photo as one that gave no vector.
    package func missed(_ reason: String) -> MissedPhoto {
        MissedPhoto(photo: name.text, identity: identity, reason: reason)
    }

    /// What a labelled photo yields for the evaluation.
    package enum Reading: Sendable, Equatable {
        case face(LabelledVector)
        case missed(MissedPhoto)
    }
}

/// A vector whose person is known.
package struct LabelledVector: Sendable, Equatable {
    package let photo: PhotoName
    package let identity: String
    package let vector: FaceVector

    package init(photo: PhotoName, identity: String, vector: FaceVector) {
        self.photo = photo
        self.identity = identity
        self.vector = vector
    }
}

/// A labelled photo without a vector: it counts, and is named.
package struct MissedPhoto: Sendable, Equatable, Codable {
    package let photo: String
    package let identity: String
    package let reason: String
}

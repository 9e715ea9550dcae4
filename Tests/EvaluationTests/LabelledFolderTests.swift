import Domain
import Evaluation
import FoundationEssentials
import Testing

@Suite("Labelled folder") struct LabelledFolderTests {
    @Test("takes the person from the folder and the box from the manifest")
    func labels() throws {
        let manifest = try CSVTable(
            reading: "file,identity,source,box\namy/1.jpg,Amy,x,10 20 30 60\nbob/9.jpg,Bob,x,\n")
        let folder = try LabelledFolder(
            names: ["bob/2.jpg", "amy/1.jpg", "loose.jpg", "bob/more/3.jpg"].map { PhotoName($0) },
            manifest: manifest)
        #expect(
            folder.photos == [
                LabelledPhoto(
                    name: PhotoName("amy/1.jpg"), identity: "Amy",
                    box: Box(x: 10, y: 20, width: 20, height: 40)),
                LabelledPhoto(name: PhotoName("bob/2.jpg"), identity: "bob", box: nil),
                LabelledPhoto(name: PhotoName("bob/more/3.jpg"), identity: "bob", box: nil),
            ])
        #expect(folder.unlabelled == [PhotoName("loose.jpg")])
        #expect(folder.absent == [PhotoName("bob/9.jpg")])
    }

    @Test("refuses a box that is none, and a manifest without the columns it needs")
    func refuses() throws {
        for box in ["1 2 3", "a b c d", "5 5 5 9"] {
            let manifest = try CSVTable(reading: "file,identity,box\na/1.jpg,a,\(box)")
            #expect(throws: CSVError.notANumber(row: 1, column: "box")) {
                try LabelledFolder(names: [], manifest: manifest)
            }
        }
        let manifest = try CSVTable(reading: "file,box\n")
        #expect(throws: CSVError.noColumn("identity")) { try LabelledFolder(names: [], manifest: manifest) }
    }

    @Test("chooses the face that the box names, else the largest")
    func chooses() {
        let small = face(Box(x: 0, y: 0, width: 40, height: 40), vector: 1)
        let large = face(Box(x: 200, y: 0, width: 90, height: 90), vector: 2)
        #expect(photo(box: nil).labelledFace(among: [small, large]) == large)
        #expect(
            photo(box: Box(x: 5, y: 5, width: 40, height: 40)).labelledFace(among: [large, small]) == small)
        #expect(
            photo(box: Box(x: 35, y: 35, width: 40, height: 40)).labelledFace(among: [large, small]) == nil)
        #expect(photo(box: nil).labelledFace(among: []) == nil)
    }

    @Test("gives a reason for every photo without a vector")
    func reasons() {
        let box = Box(x: 0, y: 0, width: 40, height: 40)
        let found = face(box, vector: 1)
        let elsewhere = photo(box: Box(x: 500, y: 0, width: 40, height: 40))
        #expect(
            photo(box: box).reading(of: [found])
                == .face(
                    LabelledVector(photo: PhotoName("a/1.jpg"), identity: "a", vector: FaceVector([1]))))
        #expect(reason(elsewhere.reading(of: [found])) == "the labelled face was not found")
        #expect(reason(elsewhere.reading(of: [])) == "no face found")
        #expect(reason(photo(box: box).reading(of: [face(box, vector: nil)])) == "ignored as tiny")
    }

    @Test(
        "reads the labelled photos of the shared folder",
        .enabled(if: Self.sharedManifest != nil, "skipped: ../shared/faces/manifest.csv is missing"))
    func shared() throws {
        let table = try CSVTable(reading: try #require(Self.sharedManifest))
        let names = table.rows.map { PhotoName($0[0]) }
        let folder = try LabelledFolder(names: names, manifest: table)
        #expect(folder.photos.count == 118 && folder.photos.allSatisfy { $0.box != nil })
        let counts = Dictionary(grouping: folder.photos, by: \.identity).mapValues(\.count)
        #expect(counts.count == 45)
        let same = counts.values.reduce(0) { $0 + $1 * ($1 - 1) / 2 }
        #expect(same == 200 && 118 * 117 / 2 - same == 6703)
    }

    static let sharedManifest: String? = {
        let root = #filePath.split(separator: "/").dropLast(3)
        let path = "/" + root.dropLast().joined(separator: "/") + "/shared/faces/manifest.csv"
        return FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }()

    private func photo(box: Box?) -> LabelledPhoto {
        LabelledPhoto(name: PhotoName("a/1.jpg"), identity: "a", box: box)
    }

    private func reason(_ reading: LabelledPhoto.Reading) -> String? {
        if case .missed(let photo) = reading { photo.reason } else { nil }
    }

    private func face(_ box: Box, vector: Float?) -> Face {
        let quality = FaceQuality(
            sharpness: 0.5, brightness: 100, contrast: 40, clipped: 0, yaw: 0, pitch: 0, roll: 0,
            occlusion: 0,
            size: box.longerSide)
        return Face(
            box: box, landmarks: [], score: 0.9, quality: quality,
            verdict: vector == nil ? Verdict(.ignored, .tiny) : Verdict(.seed),
            vector: vector.map { FaceVector([$0]) })
    }
}

internal import Darkroom
internal import Domain
internal import Pipeline
internal import Storage

/// A picture of all hits with the numbers of the list, the matches before those to ask about.
struct ContactSheet {
    let page: MatchPage
    let folder: FolderFiles

    func write(to result: ResultFile, _ darkroom: Darkroom) async throws {
        let hits = page.hits
        guard !hits.isEmpty else {
            return Console.note("There is nothing to draw: no contact sheet was written.")
        }
        var tiles: [Tile] = []
        for hit in hits.prefix(Darkroom.mostTiles) {
            do throws(PhotoOpenError) {
                let photo = try await folder.open(hit.match.photo).photo
                let mark: Tile.Mark = hit.isAsk ? .ask : .match
                let caption = decimals(hit.match.distance, 3)
                tiles.append(
                    Tile(
                        photo: photo, box: hit.match.box, number: hit.number, mark: mark, caption: caption))
            } catch {
                Console.note(
                    "\(hit.match.photo.text) is not on the contact sheet. \(error.sentence) [\(error.code)]")
            }
        }
        if hits.count > Darkroom.mostTiles {
            Console.note("The contact sheet shows the nearest \(Darkroom.mostTiles) of \(hits.count) hits.")
        }
        let jpeg: [UInt8]
        do throws(DevelopError) {
            jpeg = try await darkroom.contactSheet(tiles)
        } catch {
            throw Failure("The contact sheet could not be drawn. \(error.sentence)", code: error.code)
        }
        try result.write(jpeg)
    }
}

/// What guests are shown of a photo: JPEG, upright, without metadata, in the original's colours.
package struct Renditions: Sendable, Equatable {
    /// Longer side at most 2048.
    package let preview: [UInt8]
    /// Longer side at most 400.
    package let thumbnail: [UInt8]
}

extension Negative {
    package func renditions() throws(PictureError) -> Renditions {
        let profile = exposure.colour.carried
        let preview = try exposure.print.jpeg(quality: 82, profile: profile)
        var small = try PlaneReduction(of: exposure.print, toFit: 400, for: .upright)
        small.add(from: 0, to: exposure.print.size.height)
        return Renditions(preview: preview, thumbnail: try small.finish().jpeg(quality: 82, profile: profile))
    }
}

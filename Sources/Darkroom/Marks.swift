package import Domain

/// A face as it is drawn on a picture: its box, its landmarks, and a number beside it.
package struct Mark: Sendable, Hashable, Codable {
    package var box: Box
    package var landmarks: [Point]
    /// Digits and a point; other characters are left out.
    package var label: String
    package var tier: Verdict.Tier

    package init(box: Box, landmarks: [Point] = [], label: String, tier: Verdict.Tier) {
        self.box = box
        self.landmarks = landmarks
        self.label = label
        self.tier = tier
    }
}

/// A face to be shown on a contact sheet.
package struct Tile: Sendable {
    package var photo: OpenPhoto
    package var box: Box
    /// Digits and a point: a distance, or a number.
    package var caption: String

    package init(photo: OpenPhoto, box: Box, caption: String) {
        self.photo = photo
        self.box = box
        self.caption = caption
    }
}

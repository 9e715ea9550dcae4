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

/// A face to be shown on a contact sheet, with a frame around it.
package struct Tile: Sendable {
    package var photo: OpenPhoto
    package var box: Box
    /// Its place in a list, from 1.
    package var number: Int
    package var mark: Mark
    /// Digits and a point: a distance.
    package var caption: String

    /// What a glance shall tell apart: by the frame's colour, and by a question mark for who sees no colours.
    package enum Mark: String, Sendable, Hashable, Codable { case match, ask }

    package init(photo: OpenPhoto, box: Box, number: Int = 1, mark: Mark = .match, caption: String) {
        self.photo = photo
        self.box = box
        self.number = number
        self.mark = mark
        self.caption = caption
    }
}

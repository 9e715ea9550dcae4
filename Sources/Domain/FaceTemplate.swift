/// Where the five landmarks of a face lie in an aligned chip.
package struct FaceTemplate: Sendable, Equatable {
    package let side: Int
    package let points: [Point]

    package init(side: Int, points: [Point]) {
        precondition(points.count == 5, "a face has five landmarks")
        self.side = side
        self.points = points
    }

    /// The turn, scale and shift that bring a face's landmarks onto the template.
    package func placement(of landmarks: [Point]) -> Similarity {
        Similarity(carrying: landmarks, onto: points)
    }

    /// The 112-pixel chip of ArcFace networks; every face is measured on it, whatever the pack embeds.
    package static let arcFace = FaceTemplate(
        side: 112,
        points: [
            Point(x: 38.2946, y: 51.6963), Point(x: 73.5318, y: 51.5014), Point(x: 56.0252, y: 71.7366),
            Point(x: 41.5493, y: 92.3655), Point(x: 70.7299, y: 92.2041),
        ])

    /// The mean face in the 150-pixel chip of dlib's network.
    package static let meanFace = FaceTemplate(
        side: 150,
        points: [
            Point(x: 47.549, y: 46.599), Point(x: 100.476, y: 46.599), Point(x: 74.013, y: 76.563),
            Point(x: 50.415, y: 103.023), Point(x: 97.610, y: 103.023),
        ])

    /// The mean face upright in a 160-pixel crop with its box 80 pixels tall: what a detector reads landmarks
    /// from best. A box is 2.7415 eye distances tall and its centre lies .1856 of them above the landmarks'.
    package static let closeUp: FaceTemplate = {
        let eyeDistance = 80 / 2.7415
        let mean = meanFace.points
        let centre = Point(x: mean.map(\.x).reduce(0, +) / 5, y: mean.map(\.y).reduce(0, +) / 5)
        let scale = eyeDistance / (mean[1].x - mean[0].x)
        return FaceTemplate(
            side: 160,
            points: mean.map {
                Point(
                    x: 80 + ($0.x - centre.x) * scale,
                    y: 80 + ($0.y - centre.y) * scale + 0.1856 * eyeDistance)
            })
    }()
}

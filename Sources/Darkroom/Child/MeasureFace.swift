internal import Domain
internal import Imaging

extension FaceQuality {
    /// Measures a face on its aligned chip; pose and size come from where it lies in the original.
    init(of face: Box, landmarks: [Point], in picture: borrowing Negative) {
        let template = FaceTemplate.arcFace
        let chip = picture.patch(template.placement(of: landmarks), side: template.side)
        let measures = ChipMeasures(chip: chip)
        let pose = HeadPose(landmarks: landmarks)
        self.init(
            sharpness: measures.sharpness, brightness: measures.brightness, contrast: measures.contrast,
            clipped: measures.clipped, yaw: pose.yaw, pitch: pose.pitch, roll: pose.roll,
            occlusion: Self.occlusion(of: measures), size: face.longerSide)
    }

    /// How surely something covers the face: half at the bars where one clean face in a hundred lies.
    ///
    /// A covered mouth loses its detail against the eyes; dark glasses take the eyes' detail from the face.
    private static func occlusion(of measures: ChipMeasures) -> Double {
        let mouth = (0.60 - measures.mouthOverEyes) / 0.34
        let eyes = (1.25 - measures.eyesOverAll) / 0.30
        return min(1, max(0, mouth, eyes))
    }
}

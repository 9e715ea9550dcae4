import Domain
import Glibc
import Testing

@Suite("Head pose")
struct HeadPoseTests {
    /// The landmarks of an average head after a turn, seen from far away.
    private func landmarks(yaw: Double, pitch: Double, roll: Double) -> [Point] {
        let head: [(Double, Double, Double)] = [
            (-31, 0, 0), (31, 0, 0), (0, 38, -32), (-26, 70, -12), (26, 70, -12),
        ]
        let (y, p, r) = (yaw * .pi / 180, pitch * .pi / 180, roll * .pi / 180)
        return head.map { point in
            // About the vertical axis, then the horizontal one, then in the picture.
            let x1 = cos(y) * point.0 + sin(y) * point.2
            let z1 = -sin(y) * point.0 + cos(y) * point.2
            let y2 = cos(p) * point.1 + sin(p) * z1
            return Point(x: 500 + 2 * (cos(r) * x1 - sin(r) * y2), y: 400 + 2 * (sin(r) * x1 + cos(r) * y2))
        }
    }

    @Test("is zero for a frontal face")
    func frontal() {
        let pose = HeadPose(landmarks: landmarks(yaw: 0, pitch: 0, roll: 0))
        #expect(abs(pose.yaw) < 1e-9 && abs(pose.pitch) < 1e-9 && abs(pose.roll) < 1e-9)
    }

    @Test("tells a yaw", arguments: [-55.0, -30, -10, 12, 44, 60])
    func yaw(angle: Double) {
        let pose = HeadPose(landmarks: landmarks(yaw: angle, pitch: 0, roll: 0))
        #expect(abs(pose.yaw - angle) < 1e-6)
        #expect(abs(pose.roll) < 1e-6)
    }

    @Test("has a positive yaw when the nose points to the picture's left edge")
    func yawSign() {
        var turned = landmarks(yaw: 0, pitch: 0, roll: 0)
        turned[2].x -= 20
        #expect(HeadPose(landmarks: turned).yaw > 5)
    }

    @Test("tells a roll, clockwise positive", arguments: [-80.0, -20, 15, 90])
    func roll(angle: Double) {
        let pose = HeadPose(landmarks: landmarks(yaw: 0, pitch: 0, roll: angle))
        #expect(abs(pose.roll - angle) < 1e-6)
    }

    @Test("tells a nod", arguments: [-25.0, 20])
    func pitch(angle: Double) {
        let pose = HeadPose(landmarks: landmarks(yaw: 0, pitch: angle, roll: 0))
        #expect(abs(pose.pitch - angle) < 1e-6)
    }

    @Test("answers frontal for landmarks that carry no pose")
    func degenerate() {
        let point = Point(x: 3, y: 3)
        let pose = HeadPose(landmarks: [Point](repeating: point, count: 5))
        #expect(pose.yaw == 0 && pose.pitch == 0 && pose.roll == 0)
    }
}

internal import Glibc

/// Which way a head is turned, in degrees, from five landmarks.
package struct HeadPose: Sendable, Equatable {
    package let yaw: Double
    package let pitch: Double
    package let roll: Double

    /// A weak-perspective fit of an average head: the camera matrix that carries the head's five points onto
    /// the landmarks, and the rotation nearest to it.
    package init(landmarks: [Point]) {
        precondition(landmarks.count == Self.head.count, "a pose needs five landmarks")
        let centre = Point(
            x: landmarks.map(\.x).reduce(0, +) / 5, y: landmarks.map(\.y).reduce(0, +) / 5)
        var first = Vector3.zero
        var second = Vector3.zero
        for (landmark, weights) in zip(landmarks, Self.pseudoInverse) {
            first += weights * (landmark.x - centre.x)
            second += weights * (landmark.y - centre.y)
        }
        let (right, down) = Self.orthonormal(first, second)
        // The third row of the rotation, the part of it that pitch needs.
        let depth = right.x * down.y - right.y * down.x
        yaw = Self.degrees(atan2(right.z, hypot(right.x, right.y)))
        pitch = Self.degrees(atan2(down.z, depth))
        roll = Self.degrees(atan2(down.x, right.x))
    }

    private typealias Vector3 = SIMD3<Double>

    /// Millimetres; x to the right of the picture, y down, z away from the camera, so that a nose has negative z.
    private static let head: [SIMD3<Double>] = [
        [-31, 0, 0], [31, 0, 0], [0, 38, -32], [-26, 70, -12], [26, 70, -12],
    ]

    /// A row of weights for each landmark: centred head times the inverse of its scatter matrix.
    private static let pseudoInverse: [SIMD3<Double>] = {
        let mean = head.reduce(.zero, +) / 5
        let centred = head.map { $0 - mean }
        var scatter = [SIMD3<Double>](repeating: .zero, count: 3)
        for point in centred {
            for row in 0..<3 { scatter[row] += point * point[row] }
        }
        let (a, b, c) = (scatter[0], scatter[1], scatter[2])
        let determinant = (a * cross(b, c)).sum()
        let inverse = [cross(b, c) / determinant, cross(c, a) / determinant, cross(a, b) / determinant]
        return centred.map { point in inverse[0] * point.x + inverse[1] * point.y + inverse[2] * point.z }
    }()

    /// The orthonormal pair nearest to two rows: (B·Bᵀ)^(−1/2)·B, in closed form for two rows.
    private static func orthonormal(_ first: Vector3, _ second: Vector3) -> (Vector3, Vector3) {
        let p = (first * first).sum()
        let q = (first * second).sum()
        let r = (second * second).sum()
        let root = max(p * r - q * q, 0).squareRoot()
        let trace = (p + r + 2 * root).squareRoot()
        // Landmarks on one line or in one point carry no pose; a frontal answer is the harmless one.
        guard root > 1e-12, trace > 1e-12 else { return ([1, 0, 0], [0, 1, 0]) }
        let scale = 1 / (root * trace)
        return (
            (first * (r + root) - second * q) * scale, (second * (p + root) - first * q) * scale
        )
    }

    private static func cross(_ a: Vector3, _ b: Vector3) -> Vector3 {
        [a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x]
    }

    private static func degrees(_ radians: Double) -> Double { radians * 180 / .pi }
}

internal import CKernels
internal import Digests
internal import Glibc

extension Planes {
    /// 64 bits that differ little between near-duplicates: the signs, against their median, of the 8 x 8 slowest
    /// waves in a copy of 32 x 32 brightness samples (the constant and the pure rows and columns left out).
    func perceptualHash() throws(PictureError) -> String {
        let waves = Self.slowestWaves(in: try tiny())
        let median = (waves.sorted()[31] + waves.sorted()[32]) / 2
        var bytes = [UInt8](repeating: 0, count: 8)
        for (index, wave) in waves.enumerated() where wave > median {
            bytes[index / 8] |= 128 >> UInt8(index % 8)
        }
        return hexadecimal(bytes)
    }

    private static let side = 32

    /// Pictures smaller than that are stretched first, so that every sample stands for some of the picture.
    private func tiny() throws(PictureError) -> [UInt8] {
        let side = Self.side
        var samples = [UInt8](repeating: 0, count: side * side)
        let width = min(side, size.width)
        let height = min(side, size.height)
        var small = [UInt8](repeating: 0, count: width * height)
        try small.withUnsafeMutableBufferPointer { small throws(PictureError) in
            let plane = lk_plane(
                bytes: small.baseAddress, stride: width, width: Int32(width), height: Int32(height))
            try Reducer(
                columns: Axis(from: size.width, to: width), rows: Axis(from: size.height, to: height),
                out: plane
            ).add(luma, from: 0, to: size.height)
            try samples.withUnsafeMutableBufferPointer { samples throws(PictureError) in
                let whole = lk_plane(
                    bytes: samples.baseAddress, stride: side, width: Int32(side), height: Int32(side))
                let status = lk_enlarge(
                    plane, whole, Double(width) / Double(side), Double(height) / Double(side))
                guard status == 0 else { throw .outOfMemory }
            }
        }
        return samples
    }

    private static func slowestWaves(in samples: [UInt8]) -> [Double] {
        let cosines = (1...8).map { wave in
            (0..<side).map { cos(Double.pi * Double(wave) * (Double($0) + 0.5) / Double(side)) }
        }
        // Rows first: 8 sums for each, then the same down the columns of sums.
        let across = (0..<side).map { row in
            cosines.map { wave in (0..<side).reduce(0.0) { $0 + wave[$1] * Double(samples[row * side + $1]) }
            }
        }
        return cosines.flatMap { wave in
            (0..<8).map { column in (0..<side).reduce(0.0) { $0 + wave[$1] * across[$1][column] } }
        }
    }
}

import Domain
import FoundationEssentials
import Glibc
import Imaging
import Inference
import TestSupport

@testable import Darkroom

/// The darkroom's work inside the test's own process, with the real open pack and real portraits.
struct RealLab {
    static let packFolder = Product.root + "/.deps/models/open"
    static let portraits = Product.root + "/.deps/portraits"
    static let isReady = exists(packFolder + "/pack.json") && exists(portraits + "/obama.jpg")

    private let lab: PhotoLab
    private let folder: ScratchFolder

    init() throws {
        try ImagingLibrary.start()
        let pack = try PackFiles(folder: Self.packFolder, origin: .builtIn)
        lab = try PhotoLab(
            runtime: try InferenceRuntime(), pack: pack.manifest,
            detectorNetwork: try pack.bytes(of: pack.manifest.detector.file),
            embedderNetwork: try pack.bytes(of: pack.manifest.embedder.file))
        folder = try ScratchFolder()
    }

    func develop(
        file path: String, _ purpose: DevelopOrder.Purpose = .photo(.standard), renditions: Bool = false
    ) throws -> Development {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        return try lab.develop(
            descriptor: descriptor, order: DevelopOrder(purpose: purpose, wantsRenditions: renditions),
            limits: Limits())
    }

    func faces(in pixels: RGBPixels, _ purpose: DevelopOrder.Purpose = .photo(.standard)) throws -> [Face] {
        try folder.write("picture.jpg", try jpeg(pixels, quality: 95))
        return try develop(file: folder.path(of: "picture.jpg"), purpose).faces
    }

    /// A portrait's pixels, no longer than `side`.
    static func pixels(of name: String, toFit side: Int = 1024) throws -> RGBPixels {
        try ImagingLibrary.start()
        let descriptor = open("\(portraits)/\(name)", O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        return try Negative(reading: descriptor, limits: Limits()).reduced(toFit: side)
    }

    static func exists(_ path: String) -> Bool { access(path, R_OK) == 0 }

    static func bytes(of path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }
}

extension RGBPixels {
    /// Every value changed by the same rule.
    func mapped(_ change: (Double) -> Double) -> RGBPixels {
        let table = (0...255).map { UInt8(min(255, max(0, change(Double($0)).rounded()))) }
        return RGBPixels(width: width, height: height, bytes: bytes.map { table[Int($0)] })
    }

    /// The mean of `count` pixels in a row along a direction; three rounds of it both ways come near a Gauss blur.
    func averaged(over count: Int, across: Int, down: Int) -> RGBPixels {
        var result = self
        for y in 0..<height {
            for x in 0..<width {
                for channel in 0..<3 {
                    var sum = 0
                    for step in 0..<count {
                        let sourceX = min(max(x + (step - count / 2) * across, 0), width - 1)
                        let sourceY = min(max(y + (step - count / 2) * down, 0), height - 1)
                        sum += Int(bytes[(sourceY * width + sourceX) * 3 + channel])
                    }
                    result.bytes[(y * width + x) * 3 + channel] = UInt8(sum / count)
                }
            }
        }
        return result
    }

    func blurred(over count: Int) -> RGBPixels {
        var result = self
        for _ in 0..<3 {
            result = result.averaged(over: count, across: 1, down: 0).averaged(
                over: count, across: 0, down: 1)
        }
        return result
    }

    /// The middle of a black canvas of another size.
    func centred(onWidth newWidth: Int, height newHeight: Int) -> RGBPixels {
        var canvas = Canvas(RGBPixels(width: newWidth, height: newHeight, filledWith: 90))
        canvas.paste(self, x: (newWidth - width) / 2, y: (newHeight - height) / 2)
        return canvas.pixels
    }
}

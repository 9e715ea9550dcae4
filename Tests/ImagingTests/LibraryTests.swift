internal import Domain
internal import Glibc
internal import Testing

@testable internal import Imaging

@Suite("Picture libraries", .serialized) struct LibraryTests {
    @Test("warm up with one sample of every format")
    func samples() throws {
        try ImagingLibrary.warmUp()
        var formats: Set<PictureFormat> = []
        for sample in WarmUpSamples.all {
            let negative = try negative(sample)
            #expect(negative.width == 16 && negative.height == 16)
            formats.insert(negative.facts.format)
            let corner = negative.reduced(toFit: 16).bytes
            // The gradient: red grows to the right, green downwards.
            #expect(corner[0] < 60 && corner[15 * 3] > 150 && corner[15 * 16 * 3 + 1] > 150)
        }
        #expect(formats == Set(PictureFormat.allCases))
    }
}

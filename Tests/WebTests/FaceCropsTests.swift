import Domain
import Testing

@testable import Web

@Suite("Faces that were cut out lately") struct FaceCropsTests {
    private let party = EventID(at: 1)
    private let other = EventID(at: 2)

    @Test("go with their event, also those that were being cut meanwhile, and with their photo's content")
    func dropped() async {
        let crops = FaceCrops()
        let (first, second) = (FaceID(at: 1), FaceID(at: 2))
        await crops.keep([1], of: first, content: "a", in: party, since: 0)
        await crops.keep([2], of: second, content: "b", in: other, since: 0)
        #expect(await crops.picture(of: first, content: "a") == [1])
        #expect(await crops.picture(of: first, content: "retouched") == nil)
        let before = await crops.generation
        await crops.drop(party)
        #expect(await crops.picture(of: first, content: "a") == nil)
        #expect(await crops.picture(of: second, content: "b") == [2])
        await crops.keep([1], of: first, content: "a", in: party, since: before)
        #expect(await crops.picture(of: first, content: "a") == nil, "it was deleted while it was cut")
    }

    @Test("take no more room than they were given, those looked at last staying longest")
    func bound() async {
        let crops = FaceCrops(mostBytes: 100)
        let faces = (0..<20).map { FaceID(at: Int64($0)) }
        for face in faces {
            await crops.keep([UInt8](repeating: 0, count: 10), of: face, content: "a", in: party, since: 0)
            _ = await crops.picture(of: faces[0], content: "a")
        }
        var left = 0
        for face in faces where await crops.picture(of: face, content: "a") != nil { left += 1 }
        #expect((5...10).contains(left))
        #expect(await crops.picture(of: faces[0], content: "a") != nil)
    }
}

import Domain
import Pipeline
import TestSupport
import Testing

@Suite("Index plan") struct IndexPlanTests {
    private let name = PhotoName("a.jpg")

    private func plan(
        _ standing: KnownPhoto.Standing, stamp: FileStamp = Sample.stamp(), recipe: Recipe = Sample.recipe
    ) -> IndexPlan {
        IndexPlan(
            for: [FolderEntry(name, .file(Sample.stamp()))],
            known: [name: KnownPhoto(stamp: stamp, recipe: recipe, standing: standing)], recipe: Sample.recipe
        )
    }

    @Test("leaves alone what would only tell the same again")
    func unchanged() {
        let lasting = PhotoFailure(code: "damaged", sentence: "", isLasting: true)
        for standing in [
            .developed(contentHash: "1", hasFaces: true), .developed(contentHash: "1", hasFaces: false),
            .skipped(.raw), .failed(lasting),
        ] as [KnownPhoto.Standing] {
            #expect(plan(standing).unchanged == [name: standing])
            #expect(plan(standing).toOpen.isEmpty)
            #expect(plan(standing, stamp: Sample.stamp(11)).toOpen == [name])
            #expect(plan(standing, stamp: Sample.stamp(inode: 8)).toOpen == [name])
        }
    }

    @Test("opens again under another recipe what that could change")
    func otherRecipe() {
        let other = Recipe(policy: .fast, pack: "pack-1")
        #expect(plan(.developed(contentHash: "1", hasFaces: true), recipe: other).toOpen == [name])
        #expect(plan(.skipped(.video), recipe: other).toOpen.isEmpty)
        let passing = PhotoFailure(code: "crashed", sentence: "", isLasting: false)
        #expect(plan(.failed(passing)).toOpen == [name])
    }

    @Test("notices a photo that became a link, and a link that became a photo")
    func links() {
        let link = FolderEntry(name, .passedOver(.link, Sample.stamp()))
        let photo = KnownPhoto(
            stamp: Sample.stamp(), recipe: Sample.recipe,
            standing: .developed(contentHash: "1", hasFaces: true))
        let known = IndexPlan(for: [link], known: [name: photo], recipe: Sample.recipe)
        #expect(known.passedOver.map(\.reason) == [.link] && known.gone.isEmpty)
        #expect(plan(.skipped(.link), stamp: Sample.stamp(99)).toOpen == [name])
    }
}

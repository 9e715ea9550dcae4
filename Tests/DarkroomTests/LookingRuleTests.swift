import Domain
import Inference
import Testing

@testable import Darkroom

@Suite("Looking rule")
struct LookingRuleTests {
    @Test("looks closer from fast to thorough, and once for a selfie")
    func policies() {
        let sides = [Policy.fast, .standard, .thorough].map {
            LookingRule.rule(for: .photo($0), decoder: .centerface).firstSide
        }
        #expect(sides == sides.sorted() && Set(sides).count == 3)
        let selfie = LookingRule.rule(for: .selfie, decoder: .centerface)
        #expect(selfie.firstSide == 640)
        #expect(selfie.magnification == nil)
    }

    @Test("glances at the whole for a detector that misses large faces")
    func glances() {
        #expect(LookingRule.rule(for: .photo(.standard), decoder: .scrfd).alwaysGlances)
        #expect(!LookingRule.rule(for: .photo(.standard), decoder: .centerface).alwaysGlances)
    }
}

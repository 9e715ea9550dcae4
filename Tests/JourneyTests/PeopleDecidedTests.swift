import Domain
import Pipeline
import Storage
import TestSupport
import Testing

/// What organisers decide, from the rows before to the rows after.
extension PeopleTests {
    @Test("keep what was decided through every regrouping, and take it back exactly")
    func decided() async throws {
        for number in 0..<3 { try await arrive(number, [Float(number) * 0.1, 0]) }
        for number in 3..<6 { try await arrive(number, [2 + Float(number) * 0.1, 0]) }
        try await group()
        let before = try await people()
        let (a, b) = (try #require(before.keys.min()), try #require(before.keys.max()))
        var states = [before]
        func step(_ change: () async throws -> Decision) async throws {
            _ = try await change()
            let direct = try await people()
            try await group()
            // What the decision moved at once is what grouping makes of it.
            #expect(try await people() == direct)
            states.append(direct)
        }
        try await step { try await decide.name(a, "Ada") }
        try await step { try await decide.merge(b, into: a) }
        let some = try #require(before[b]?.min())
        try await step { try await decide.split([some], from: a, newPerson: PersonID(at: 8000)) }
        try await step { try await decide.notThisPerson(try #require(before[a]?.min())) }
        try await step { try await decide.leaveOut([try #require(before[a]?.max())]) }
        try await step { try await decide.hide(a, true) }
        #expect(try await pool.person("Ada", of: event.id).id == a)
        #expect(try await pool.person("Ada", of: event.id).traits.isHidden)
        for state in states.dropLast().reversed() {
            _ = try await pool.undo(of: event.id, by: Act(by: .commandLine, at: 9000))
            #expect(try await people() == state)
            try await group()
            #expect(try await people() == state)
        }
        for state in states.dropFirst() {
            _ = try await pool.redo(of: event.id, by: Act(by: .commandLine, at: 9500))
            try await group()
            #expect(try await people() == state)
        }
    }

    @Test(
        "whom nobody touched come back as themselves when a decision that joined or parted them is taken back"
    )
    func untouchedComeBack() async throws {
        // Two who were seen together, and one whom a single face holds together.
        for number in 0..<3 { try await arrive(number, [Float(number) * 0.1, 0]) }
        let shared = try await arrive(3, [0.3, 0], [0.55, 0])
        try await arrive(4, [0.6, 0])
        for (place, x) in [Float(5), 5.1, 5.5, 5.9, 6].enumerated() { try await arrive(5 + place, [x, 0]) }
        try await group()
        let before = try await people()
        #expect(before.count == 3)
        let faces = try await open()
        let between = [PhotoID?](
            [shared, faces.faces.first { $0.content.hasSuffix("7") }?.photo])
        let out = try between.map { photo in
            try #require(faces.faces.filter { $0.photo == photo }.min { $0.number < $1.number }).id
        }
        _ = try await decide.leaveOut(out)
        try await group()
        let after = try await people()
        #expect(after.count == 3 && Set(after.keys) != Set(before.keys))
        for _ in 0..<2 {
            _ = try await pool.undo(of: event.id, by: Act(by: .commandLine, at: 9000))
            #expect(try await people() == before)
            try await group()
            #expect(try await people() == before)
            _ = try await pool.redo(of: event.id, by: Act(by: .commandLine, at: 9500))
            #expect(try await people() == after)
            try await group()
            #expect(try await people() == after)
        }
        // What comes later is not taken back with it.
        try await arrive(20, [8, 0])
        try await arrive(21, [8.1, 0])
        try await group()
        let new = try #require(Set(try await people().keys).subtracting(after.keys).first)
        _ = try await pool.undo(of: event.id, by: Act(by: .commandLine, at: 9900))
        try await group()
        var then = before
        then[new] = try await people()[new]
        #expect(try await people() == then && then[new]?.count == 2)
    }

    @Test(
        "stay who they are when most of their faces turn out to be somebody else's, or are said to be theirs already"
    )
    func mostSplitOff() async throws {
        for number in 0..<5 { try await arrive(number, [Float(number) * 0.1, 0]) }
        try await group()
        let ada = try #require(try await people().keys.first)
        _ = try await decide.name(ada, "Ada")
        _ = try await decide.hide(ada, true)
        let faces = try await pool.faces(of: ada).map(\.id)
        _ = try await decide.move(faces[0], to: ada)
        try await group()
        #expect(try await open().decisions.last?.rulings.count == 1, "a face leaves nobody for where it is")
        let new = PersonID(at: 8000)
        _ = try await decide.split(Array(faces.prefix(3)), from: ada, newPerson: new)
        let direct = try await pool.people(of: event.id, limit: 9).map { [$0.id.text, $0.traits.name ?? ""] }
        try await group()
        let grouped = try await pool.people(of: event.id, limit: 9).map {
            [$0.id.text, $0.traits.name ?? ""]
        }
        #expect(grouped == direct && grouped == [[new.text, ""], [ada.text, "Ada"]])
        #expect(try await pool.person(ada.text, of: event.id).traits.isHidden)
        #expect(try await !pool.person(new.text, of: event.id).traits.isHidden)
    }

    @Test("who were told apart stay apart when more photos bridge them, and somebody is asked")
    func bridged() async throws {
        for number in 0..<2 { try await arrive(number, [Float(number) * 0.1, 0]) }
        for number in 2..<4 { try await arrive(number, [0.7 + Float(number) * 0.1, 0]) }
        try await group()
        let before = try await people()
        #expect(before.count == 2)
        let ids = before.keys.sorted()
        _ = try await decide.name(ids[0], "Ada")
        _ = try await decide.name(ids[1], "Eve")
        // Two photos between them, near to both.
        try await arrive(10, [0.4, 0])
        try await arrive(11, [0.6, 0])
        #expect(try await group().people == 2)
        let questions = try await pool.questions(of: event.id, limit: 9)
        #expect(questions.map(\.kind) == [.bothTouched])
        #expect(Set(questions[0].people) == Set(ids))
        _ = try await decide.keepApart(ids[0], ids[1])
        try await group()
        #expect(try await pool.questions(of: event.id, limit: 9).isEmpty)
        _ = try await decide.merge(ids[1], into: ids[0], kind: .same)
        #expect(try await group().people == 1)
        #expect(try await pool.person("Ada", of: event.id).photos == 6)
    }

    @Test("who are hidden stay hidden when they are merged, and a person of one face may be nobody")
    func hiddenAndAlone() async throws {
        for number in 0..<2 { try await arrive(number, [Float(number) * 0.1, 0]) }
        for number in 2..<4 { try await arrive(number, [5 + Float(number) * 0.1, 0]) }
        try await arrive(9, [9, 9])
        try await group()
        let ids = try await people().keys.sorted()
        _ = try await decide.hide(ids[1], true)
        _ = try await decide.merge(ids[1], into: ids[0])
        try await group()
        #expect(try await pool.person(ids[0].text, of: event.id).traits.isHidden)
        // A lone face is moved to a person of its own, and taken away again.
        let faces = try await pool.faces(of: ids[0]).map(\.id)
        let alone = PersonID(at: 8000)
        _ = try await decide.split([faces[0]], from: ids[0], newPerson: alone)
        try await group()
        #expect(try await people()[alone] == [faces[0]])
        _ = try await decide.notThisPerson(faces[0])
        let direct = try await people()
        try await group()
        #expect(try await people() == direct && direct[alone] == nil)
    }

    @Test("are asked about by a key that stays, and each answer does what it says")
    mutating func answered() async throws {
        // Two people, and a face almost in the middle between them.
        for number in 0..<2 { try await arrive(number, [Float(number) * 0.1, 0]) }
        for number in 2..<4 { try await arrive(number, [0.9 + Float(number) * 0.1, 0]) }
        try await arrive(5, [0.59, 0], tier: .attach)
        bars.margin = 0.1
        try await group()
        let before = try await people()
        let question = try #require(
            try await pool.questions(of: event.id, limit: 9).first { $0.kind == .claimedTwice })
        let key = question.key
        let face = question.first
        #expect(key.count == 20 && key.hasPrefix(face.text.suffix(6)))
        await #expect(throws: PoolError.unfitAnswer([.first, .second, .neither])) {
            try await decide.answer(question, .same)
        }
        // More of the first person: the question is the same.
        try await arrive(6, [0.1, 0.05])
        try await group()
        #expect(try await pool.questions(of: event.id, limit: 9).contains { $0.key == key })
        func holder(after answer: OpenQuestion.Answer) async throws -> PersonID? {
            _ = try await decide.answer(question, answer)
            let direct = try await pool.face(face, of: event.id).person
            try await group()
            #expect(try await pool.face(face, of: event.id).person == direct)
            #expect(try await !pool.questions(of: event.id, limit: 9).contains { $0.key == key })
            _ = try await pool.undo(of: event.id, by: Act(by: .commandLine, at: 9000))
            try await group()
            return direct
        }
        #expect(try await holder(after: .first) == question.people[0])
        #expect(try await holder(after: .second) == question.people[1])
        #expect(try await holder(after: .neither) == nil)
        #expect(Set(try await people().keys) == Set(before.keys))
        await #expect(throws: PoolError.unfitAnswer([.same, .different])) {
            try await decide.answer(
                OpenQuestion(
                    kind: .closePair, people: question.people, first: face, second: question.second,
                    distance: 0.5, weight: 1), .neither)
        }
    }

    @Test(
        "keep name, flag and id while one of their faces stays, whichever half of them leaves and how",
        arguments: [0, 1], ["split", "move", "not"])
    func halfLeaves(which: Int, how: String) async throws {
        for number in 0..<2 { try await arrive(number, [Float(number) * 0.1, 0]) }
        for number in 2..<4 { try await arrive(number, [5 + Float(number) * 0.1, 0]) }
        try await group()
        let ids = try await people().keys.sorted()
        let (joe, other) = (ids[0], ids[1])
        _ = try await decide.name(joe, "Joe")
        _ = try await decide.hide(joe, true)
        try await group()
        let before = try await people()
        let faces = before[joe, default: []].sorted()
        let (gone, stays) = (faces[which], faces[1 - which])
        switch how {
        case "split": _ = try await decide.split([gone], from: joe, newPerson: PersonID(at: 8000))
        case "move": _ = try await decide.move(gone, to: other)
        default: _ = try await decide.notThisPerson(gone)
        }
        let direct = try await people()
        try await group()
        #expect(try await people() == direct && direct[joe] == [stays])
        let traits = try await pool.person("Joe", of: event.id).traits
        #expect(traits.isHidden)
        #expect(try await pool.hiddenPeople(of: event.id) == [joe])
        _ = try await pool.undo(of: event.id, by: Act(by: .commandLine, at: 9000))
        #expect(try await people() == before)
        try await group()
        #expect(try await people() == before)
    }

    @Test("stay together when some of them are split off who alone were near to all")
    func restStays() async throws {
        // A chain: the middle one links both ends.
        for number in 0..<3 { try await arrive(number, [Float(number) * 0.45, 0]) }
        try await group()
        let all = try await people()
        let ada = try #require(all.keys.first)
        let faces = all[ada, default: []].sorted()
        try #require(faces.count == 3)
        let new = PersonID(at: 8000)
        _ = try await decide.split([faces[1]], from: ada, newPerson: new)
        let direct = try await people()
        try await group()
        #expect(try await people() == direct)
        #expect(direct == [ada: [faces[0], faces[2]], new: [faces[1]]])
    }

    @Test("are decided on only with faces of their own, and names that can be read")
    func refused() async throws {
        for number in 0..<2 { try await arrive(number, [Float(number) * 0.1, 0]) }
        for number in 2..<4 { try await arrive(number, [5 + Float(number) * 0.1, 0]) }
        try await group()
        let people = try await people()
        let ids = people.keys.sorted()
        let (own, other) = (people[ids[0], default: []].sorted(), people[ids[1], default: []].sorted())
        let new = PersonID(at: 8000)
        for name in ["", " \n"] {
            await #expect(throws: PoolError.emptyName) { try await decide.name(ids[0], name) }
        }
        await #expect(throws: PoolError.faceOfAnother) { try await decide.cover(ids[0], other[0]) }
        await #expect(throws: PoolError.faceOfAnother) {
            try await decide.split([own[0], other[0]], from: ids[0], newPerson: new)
        }
        await #expect(throws: PoolError.noSuchFace) {
            try await decide.split([FaceID(at: 1)], from: ids[0], newPerson: new)
        }
        await #expect(throws: PoolError.allFaces) {
            try await decide.split(own, from: ids[0], newPerson: new)
        }
        #expect(try await pool.decisions(of: event.id).isEmpty)
        // The same face said twice is one face.
        _ = try await decide.split([own[0], own[0]], from: ids[0], newPerson: new)
        try await group()
        #expect(try await self.people()[new] == [own[0]])
        _ = try await decide.name(new, "Ada")
        _ = try await decide.name(new, nil)
        try await group()
        #expect(try await pool.person(new.text, of: event.id).traits.name == nil)
    }

    @Test("have a record that tells which decisions a newer one overrules")
    func overruled() async throws {
        for number in 0..<3 { try await arrive(number, [Float(number) * 0.1, 0]) }
        for number in 3..<6 { try await arrive(number, [5 + Float(number) * 0.1, 0]) }
        try await group()
        let ids = try await people().keys.sorted()
        _ = try await decide.name(ids[0], "Ada")
        _ = try await decide.keepApart(ids[0], ids[1])
        #expect(try await group().overruled == [])
        _ = try await decide.merge(ids[1], into: ids[0])
        #expect(try await group().overruled == [2])
        _ = try await decide.hide(ids[0], true)
        #expect(try await group().overruled == [], "that was said before")
        let record = try await DecisionRecord.read(of: event.id, from: pool)
        #expect(record.decisions.map(\.number) == [1, 2, 3, 4] && record.overruled == [2])
        for _ in 0..<2 { _ = try await pool.undo(of: event.id, by: Act(by: .commandLine, at: 9000)) }
        #expect(try await DecisionRecord.read(of: event.id, from: pool).overruled == [])
    }
}

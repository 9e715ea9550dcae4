/// The people of events: who has which faces, and what organisers decided.
package protocol PeopleKeeping: Sendable {
    /// Where the event stands: raised with every change of faces or decisions, and the state that was grouped last.
    func standing(of event: EventID) async throws(PoolError) -> PeopleStanding

    /// Faces that can be compared, in the order of their identifiers.
    func faces(of event: EventID, after last: FaceID?, limit: Int) async throws(PoolError) -> [FaceOfEvent]

    /// The same of those that are still there.
    func faces(_ ids: [FaceID], of event: EventID) async throws(PoolError) -> [FaceOfEvent]

    /// A mark of every face that can be compared, in any order; costs far less than the faces.
    func marks(of event: EventID, pack: String) async throws(PoolError) -> [FaceMark]

    /// All decisions, oldest first, undone ones too.
    func decisions(of event: EventID) async throws(PoolError) -> [Decision]

    /// Writes down what grouping found, unless people were written down since, by grouping or by a decision:
    /// `.changedMeanwhile`. Faces that came since are in no person until the next time, which the standing tells.
    func regroup(_ change: Regrouping, of event: EventID, by act: Act) async throws(PoolError)

    /// Writes a decision down with all that it moves, unless people were written down since.
    func decide(_ change: DecisionChange, of event: EventID, by act: Act) async throws(PoolError) -> Decision

    /// Takes the newest decision back, or brings back the one that was taken back last; nil where there is none.
    func undo(of event: EventID, by act: Act) async throws(PoolError) -> Decision?
    func redo(of event: EventID, by act: Act) async throws(PoolError) -> Decision?

    /// People with most photos first.
    func people(of event: EventID, limit: Int) async throws(PoolError) -> [Person]

    /// A page of people in the order in which they were found, which stays while photos arrive.
    func people(of event: EventID, after last: PersonID?, limit: Int) async throws(PoolError) -> [Person]

    /// The person of this identifier or name.
    func person(_ nameOrID: String, of event: EventID) async throws(PoolError) -> Person

    /// A person's faces, each with its photo.
    func faces(of person: PersonID) async throws(PoolError) -> [PersonFace]

    func face(_ id: FaceID, of event: EventID) async throws(PoolError) -> PersonFace

    /// Faces that could be somebody's and are in nobody's group, in the order in which they were found, those in the trash left out.
    func loneFaces(of event: EventID, after last: FaceID?, limit: Int) async throws(PoolError) -> [PersonFace]

    /// Writes down that somebody was looked for, and where their consent is kept.
    func note(_ search: PersonSearch, of event: EventID, by act: Act) async throws(PoolError)

    /// What was looked for, newest first, before one of them.
    func searches(
        of event: EventID, before last: SearchID?, limit: Int
    ) async throws(PoolError) -> [PersonSearch]

    /// Who is to be in nobody's gallery.
    func hiddenPeople(of event: EventID) async throws(PoolError) -> Set<PersonID>

    /// Photos that guests may see which show any of these people or faces, in the order of their arrival.
    func gallery(
        of people: [PersonID], _ faces: [FaceID], in event: EventID
    ) async throws(PoolError) -> [PoolPhoto]

    func questions(of event: EventID, limit: Int) async throws(PoolError) -> [OpenQuestion]
}

/// That somebody was looked for, without anything of their face.
package struct PersonSearch: Sendable, Hashable {
    package let id: SearchID
    package let consent: String
    package let people: Int
    package let photos: Int
    package let act: Act

    /// - Parameter id: nil for a fresh one.
    package init(id: SearchID? = nil, consent: String, people: Int, photos: Int, act: Act) {
        self.id = id ?? SearchID(at: act.at)
        self.consent = consent
        self.people = people
        self.photos = photos
        self.act = act
    }
}

/// How far grouping has come.
package struct PeopleStanding: Sendable, Hashable {
    package let revision: Int64
    package let groupedRevision: Int64
    /// The method, bars and model pack of that grouping; empty before the first.
    package let groupedBy: String
    /// How often people were written down, by grouping or by a decision: of two who do so at once one is told.
    package let groupings: Int64

    package init(revision: Int64, groupedRevision: Int64, groupedBy: String, groupings: Int64) {
        self.revision = revision
        self.groupedRevision = groupedRevision
        self.groupedBy = groupedBy
        self.groupings = groupings
    }

    /// Before anything was grouped.
    package static let none = PeopleStanding(revision: -1, groupedRevision: -1, groupedBy: "", groupings: 0)
}

/// What grouping found, as far as it is other than before.
package struct Regrouping: Sendable {
    package var expecting: PeopleStanding
    /// The method, bars and model pack that it was found by.
    package var groupedBy = ""
    /// For each face that moves its new person.
    package var moves: [FaceID: PersonID?] = [:]
    /// People as they are now: new ones are added, others take their traits, and who is not here goes.
    package var people: [PersonID: Person.Traits] = [:]
    package var questions: [OpenQuestion] = []

    package init(expecting standing: PeopleStanding) { expecting = standing }
}

/// A decision on its way.
package struct DecisionChange: Sendable {
    package var expecting: PeopleStanding
    package let kind: Decision.Kind
    package let rulings: [Ruling]
    package var moves: [FaceID: PersonID?] = [:]
    package var traits: [PersonID: Person.Traits] = [:]

    package init(expecting standing: PeopleStanding, kind: Decision.Kind, rulings: [Ruling]) {
        expecting = standing
        self.kind = kind
        self.rulings = rulings
    }
}

/// A face of a person, as an organiser sees it.
package struct PersonFace: Sendable, Hashable {
    package let id: FaceID
    package let person: PersonID?
    package let photo: PhotoID
    package let photoName: PhotoName
    package let number: Int
    package let tier: Verdict.Tier
    package let box: Box
    /// Whether its photo is.
    package let isInTrash: Bool
    /// The photo's content, and the size of its picture, in whose pixels the box is.
    package let content: String
    package let pictureWidth: Int
    package let pictureHeight: Int

    package init(
        id: FaceID, person: PersonID?, photo: PhotoID, photoName: PhotoName, number: Int,
        tier: Verdict.Tier, box: Box, isInTrash: Bool, content: String, pictureWidth: Int, pictureHeight: Int
    ) {
        self.id = id
        self.person = person
        self.photo = photo
        self.photoName = photoName
        self.number = number
        self.tier = tier
        self.box = box
        self.isInTrash = isInTrash
        self.content = content
        self.pictureWidth = pictureWidth
        self.pictureHeight = pictureHeight
    }

    /// In parts of the picture's width and height; nil where its size is not known.
    package var boxInParts: Box? {
        guard pictureWidth > 0, pictureHeight > 0 else { return nil }
        let (width, height) = (Double(pictureWidth), Double(pictureHeight))
        return Box(
            x: box.x / width, y: box.y / height, width: box.width / width, height: box.height / height)
    }
}

/// The index of a folder: every photo with its state, every face with its place and vector.
///
/// Each call is one unit of work: whole or not at all, whatever ends the program.
package protocol FaceIndexing: Sendable {
    /// Names the pack that photos are developed with from now on.
    func adopt(_ pack: IndexPack) async throws(StorageError)

    /// The pack adopted last; absent in an index that never was used.
    func pack() async throws(StorageError) -> IndexPack?

    /// What is known of every photo.
    func known() async throws(StorageError) -> [PhotoName: KnownPhoto]

    /// Writes down what became of photos, in place of all that was known of them.
    func put(_ records: [PhotoRecord]) async throws(StorageError)

    /// Removes photos and their faces.
    func forget(_ names: [PhotoName]) async throws(StorageError)

    /// All photos counted by state, all faces by tier.
    func totals() async throws(StorageError) -> IndexTotals

    /// The photos that failed, by name.
    func failures() async throws(StorageError) -> [PhotoName: PhotoFailure]

    /// Brings a vector of the pack, such as a selfie's, to where the index's vectors lie; distances stay the same.
    func turned(_ vector: FaceVector) -> FaceVector

    /// Folds every face that may be compared, one at a time: an index need not fit in memory.
    func foldUsableFaces<Answer: Sendable>(
        into start: Answer, _ step: @Sendable (inout Answer, IndexedFace) -> Void
    ) async throws(StorageError) -> Answer
}

/// The pack that an index was made with.
package struct IndexPack: Sendable, Hashable {
    package let name: String
    package let identity: String
    package let dimension: Int
    package let metric: Metric

    package init(name: String, identity: String, dimension: Int, metric: Metric) {
        self.name = name
        self.identity = identity
        self.dimension = dimension
        self.metric = metric
    }

    package init(_ facts: PackFacts) {
        self.init(
            name: facts.name, identity: facts.identity, dimension: facts.dimension, metric: facts.metric)
    }
}

/// One face of the index, ready to be compared.
package struct IndexedFace: Sendable, Hashable {
    package let id: FaceID
    package let photo: PhotoName
    /// From 1, largest first, within its photo.
    package let number: Int
    package let box: Box
    package let vector: FaceVector
    /// Identity of the pack that made the vector.
    package let pack: String

    package init(id: FaceID, photo: PhotoName, number: Int, box: Box, vector: FaceVector, pack: String) {
        self.id = id
        self.photo = photo
        self.number = number
        self.box = box
        self.vector = vector
        self.pack = pack
    }
}

/// How much an index holds.
package struct IndexTotals: Sendable, Hashable {
    package var photos: [PhotoState: Int]
    package var faces: [Verdict.Tier: Int]

    package init(photos: [PhotoState: Int] = [:], faces: [Verdict.Tier: Int] = [:]) {
        self.photos = photos
        self.faces = faces
    }
}

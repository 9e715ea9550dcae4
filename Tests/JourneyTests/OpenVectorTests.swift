import Domain
import Glibc
import Storage
import TestSupport
import Testing
import Vault

@Suite("An open vector", .timeLimit(.minutes(10))) struct OpenVectorTests {
    @Test("lies in no file of the pool, neither as the model gave it nor turned")
    func files() async throws {
        let base = try await TestDatabase(.sqlite)
        try base.scratch.makeFolder("pool")
        let scene = KillScene(kind: .sqlite, address: base.address, folder: base.scratch.path(of: "pool"))
        try await scene.prepare()
        try await scene.play(0...1, Dying(nil, after: 0, marker: ""))
        let ring = try await scene.ring()
        // Held open, so that there is a log of the database beside it as while it is in use.
        let database = try await scene.database()
        let pool = try await Pool.open(database, vault: ring)
        let event = try await pool.event("party")
        let key = try await ring.key(of: event.id)
        let faces = try await pool.sealedFaces(of: event.id, after: nil, limit: 1000)
        #expect(faces.count > 20)
        var vectors = try faces.map { face in try key.open(face.sealed, of: face.id, pack: face.pack) }
        for (person, round) in [(0, 0), (1, 0), (2, 1)] {
            for number in 0..<KillScene.filesOfRound {
                let content = KillScene.content(person, round, number)
                vectors += (try? SeededDarkroom.development(of: content).faces.compactMap(\.vector)) ?? []
            }
        }
        #expect(vectors.count > faces.count + 20)
        let beginnings = Set(vectors.map { Array(bytes($0).prefix(8)) })
        // What is searched for is found where it is.
        try base.scratch.write("pool/control", [7] + bytes(vectors[0]))
        var found: [String] = []
        var looked = 0
        for path in try paths(below: base.scratch.path) {
            let content = try ScratchFolder.bytes(of: path)
            looked += content.count
            if content.count >= 8,
                (0...content.count - 8).contains(where: { beginnings.contains(Array(content[$0..<$0 + 8])) })
            {
                found.append(path)
            }
        }
        #expect(found == [base.scratch.path(of: "pool/control")])
        #expect(looked > 500_000, "database, ring and files were searched")
    }

    private func bytes(_ vector: FaceVector) -> [UInt8] {
        vector.values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } }
    }

    private func paths(below folder: String) throws -> [String] {
        guard let stream = opendir(folder) else { return [folder] }
        defer { closedir(stream) }
        var paths: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { paths += try self.paths(below: "\(folder)/\(name)") }
        }
        return paths
    }
}

import FoundationEssentials
import Glibc
import Testing

extension CommandTests {
    @Suite("Inspect", .enabled(if: Product.hasPack, "the open pack is not made"))
    struct InspectTests {
        struct Photo: Decodable {
            struct Camera: Decodable { let make, model, serial: String? }
            struct Face: Decodable {
                struct Box: Decodable { let x, y, width, height: Double }
                let box: Box
                let landmarks: [[Double]]
                let score, sharpness, brightness, contrast, yaw, pitch, roll, occlusion, size: Double
                let tier: String
                let reason: String?
            }
            let width, height: Int
            let takenAt: String?
            let camera: Camera
            let contentHash, perceptualHash, profile: String
            let faces: [Face]
        }

        @Test("gives all that is promised as JSON", .enabled(if: Product.portraits != nil, "no portraits"))
        func json() async throws {
            let work = try Workplace()
            work.add("obama.jpg", as: "a.jpg")
            let answer = try await work.launch.run("inspect", "\(work.folder)/a.jpg", "--json")
            try #require(answer.status == 0, "\(answer.errors)")
            let photo = try JSONDecoder().decode(Photo.self, from: Data(answer.output.utf8))
            #expect(photo.width > 100 && photo.height > 100)
            #expect(photo.contentHash.count == 64 && photo.perceptualHash.count == 16)
            #expect(!photo.profile.isEmpty)
            for key in ["takenAt", "make", "model", "serial", "reason"] {
                #expect(answer.output.contains("\"\(key)\":"), "absent values are null, not left out")
            }
            let face = try #require(photo.faces.first)
            #expect(face.tier == "seed" && face.reason == nil)
            #expect(face.landmarks.count == 5 && face.landmarks.allSatisfy { $0.count == 2 })
            #expect(face.box.x >= 0 && face.box.x + face.box.width <= Double(photo.width))
            #expect(face.size == max(face.box.width, face.box.height))
            let again = try await work.launch.run("inspect", "\(work.folder)/a.jpg", "--json")
            #expect(again.output == answer.output)
        }

        @Test(
            "draws the faces into a file of its own", .enabled(if: Product.portraits != nil, "no portraits"))
        func drawing() async throws {
            let work = try Workplace()
            work.add("obama.jpg", as: "a.jpg")
            let photo = "\(work.folder)/a.jpg"
            let drawn = work.scratch.path + "/drawn.jpg"
            let answer = try await work.launch.run("inspect", photo, "--draw", drawn, "--policy", "fast")
            #expect(answer.status == 0, "\(answer.errors)")
            #expect(answer.output.contains("seed"))
            #expect(Scratch.bytes(drawn).starts(with: [0xFF, 0xD8, 0xFF]))
            #expect(Scratch.mode(drawn) == 0o600)
            let before = Scratch.bytes(photo)
            symlink(photo, work.scratch.path + "/link.jpg")
            link(photo, work.scratch.path + "/hard.jpg")
            for (target, code) in [
                (photo, "same_file"), (work.scratch.path + "/hard.jpg", "same_file"),
                (work.scratch.path + "/link.jpg", "not_a_file"), (work.folder, "not_a_file"),
                ("\(work.folder)/none/a.jpg", "missing"),
            ] {
                let refused = try await work.launch.run("inspect", photo, "--draw", target)
                #expect(refused.status == 1)
                #expect(refused.errors.contains("[\(code)]"), "\(target): \(refused.errors)")
            }
            let other = work.scratch.path + "/other.jpg"
            Scratch.write("another photo", to: other)
            let kept = try await work.launch.run("inspect", photo, "--draw", other)
            #expect(kept.status == 1)
            #expect(kept.errors.contains("[already_there]") && kept.errors.contains("--replace"))
            #expect(Scratch.text(other) == "another photo")
            let replaced = try await work.launch.run("inspect", photo, "--draw", other, "--replace")
            #expect(replaced.status == 0, "\(replaced.errors)")
            #expect(Scratch.bytes(other).starts(with: [0xFF, 0xD8, 0xFF]))
            let itself = try await work.launch.run("inspect", photo, "--draw", photo, "--replace")
            #expect(itself.errors.contains("[same_file]"))
            #expect(!Scratch.names(work.scratch.path).contains { $0.contains("unfinished") })
            // Two unequal pictures would be compared byte by byte for the message.
            let isUntouched = Scratch.bytes(photo) == before
            #expect(isUntouched)
            #expect(Scratch.names(work.folder) == ["a.jpg"])
        }

        @Test("finds no face where there is none")
        func noFace() async throws {
            let work = try Workplace()
            work.add(MadeFiles.tiff(width: 320, height: 240), as: "grey.tif")
            let answer = try await work.launch.run("inspect", "\(work.folder)/grey.tif", "--json")
            try #require(answer.status == 0, "\(answer.errors)")
            let photo = try JSONDecoder().decode(Photo.self, from: Data(answer.output.utf8))
            #expect(photo.faces.isEmpty && photo.takenAt == nil && photo.width == 320)
        }

        @Test("says what is wrong with what is no photo, and never waits for it")
        func refusals() async throws {
            let work = try Workplace()
            work.add(Array("hello".utf8), as: "text.jpg")
            work.add([], as: "empty.jpg")
            work.add(MadeFiles.tiff(width: 60_000, height: 60_000, pixels: 100), as: "bomb.tif")
            mkfifo("\(work.folder)/pipe.jpg", 0o644)
            symlink("\(work.folder)/circle.jpg", "\(work.folder)/circle.jpg")
            for (name, code) in [
                ("text.jpg", "not_a_picture"), ("empty.jpg", "empty_file"), ("bomb.tif", "too_many_pixels"),
                ("pipe.jpg", "not_a_file"), ("circle.jpg", "not_a_file"), ("none.jpg", "missing"),
                (".", "not_a_file"),
            ] {
                let answer = try await work.launch.run("inspect", "\(work.folder)/\(name)")
                #expect(answer.status == 1)
                #expect(answer.output.isEmpty)
                #expect(answer.errors.contains("[\(code)]"), "\(name): \(answer.errors)")
            }
            let device = try await work.launch.run("inspect", "/dev/zero")
            #expect(device.errors.contains("[not_a_file]"))
        }
    }
}

package import Domain

/// Makes the keys that events lack because the program ended, or the disk was full, between their row and their key. Where
/// anything is sealed already the key is not lacking but lost, and a new one would hide that.
package struct PrepareKeys: Sendable {
    private let events: any EventKeeping
    private let photos: any PhotoKeeping
    private let vault: any VectorSealing

    package init(events: any EventKeeping, photos: any PhotoKeeping, vault: any VectorSealing) {
        self.events = events
        self.photos = photos
        self.vault = vault
    }

    /// Tells how many were made.
    package func run() async throws(PoolError) -> Int {
        var made = 0
        for event in try await events.events() {
            do throws(VaultError) {
                _ = try await vault.key(of: event.id)
                continue
            } catch .noSuchEvent {
                guard try await photos.sealedFaces(of: event.id, after: nil, limit: 1).isEmpty else {
                    continue
                }
            } catch {
                throw .vault(error)
            }
            do throws(VaultError) { try await vault.prepare(event.id) } catch { throw .vault(error) }
            made += 1
        }
        return made
    }
}

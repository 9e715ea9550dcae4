internal import Domain
internal import Glibc
internal import Pipeline
internal import Storage
internal import Vault

/// What the doctor sees of the pool, where there is one. Nothing is made, and nothing is brought up to date.
extension DoctorCommand {
    func examine(poolOf wiring: Wiring, _ examination: inout Examination) async {
        do throws(Failure) {
            let place = try wiring.place(PoolOptions())
            let isServer = DatabaseAddress.isServer(place.database)
            guard isServer || access(place.database, F_OK) == 0 else { return }
            let database = try await wiring.database(at: place)
            guard
                let pool = try await pooled(
                    place, { () throws(PoolError) in try await Pool.existing(database) })
            else {
                examination.warnings.append(
                    "\(place.shown.shown) is older than the program; the next command that uses it brings it up to date."
                )
                return
            }
            var rows: [(String, JSON)] = [
                ("database", .text("\(isServer ? "PostgreSQL" : "SQLite"), \(place.shown.shown)")),
                ("keys", .text(place.keys)),
            ]
            await examine(pool, wiring, place, &rows, &examination)
            await examineKeys(of: pool, wiring, place, &rows, &examination)
            examination.add("pool", rows)
        } catch {
            examination.problems.append(error.text)
        }
    }

    private func examine(
        _ pool: Pool, _ wiring: Wiring, _ place: House.Place, _ rows: inout [(String, JSON)],
        _ examination: inout Examination
    ) async {
        let now = millisecondsSince1970()
        let files = FolderPhotoFiles(DiskPath(place.data), floor: Int64(wiring.configuration.freeSpace.value))
        do {
            let events = try await pool.events()
            var counts = PhotoCounts()
            for event in events {
                let own = try await pool.counts(of: event.id)
                counts.byState.merge(own.byState) { $0 + $1 }
                counts.inTrash += own.inTrash
                counts.hidden += own.hidden
            }
            let queue = try await pool.queue(at: now)
            let states = [PhotoState.queued, .processing, .indexed, .noFace, .failed].map {
                "\(counts.byState[$0] ?? 0) \($0.rawValue)"
            }
            rows += [
                ("events", .integer(events.count)),
                (
                    "photos",
                    .text(
                        "\(counts.total): \(states.joined(separator: ", ")); \(counts.inTrash) in the trash")
                ),
                ("work", .text("\(queue.waiting) waiting, \(queue.running) in hand, \(queue.parked) parked")),
                ("stands still for seconds", .integer(Int((queue.stillFor(at: now) ?? .zero) / .seconds(1)))),
            ]
            if let still = queue.stillFor(at: now), still >= QueueFigures.alarmAfter {
                examination.problems.append(
                    "Photos wait, and none was finished for \(Int(still / .seconds(1))) seconds: start `likeness work`, or "
                        + "see what it says. [queue_stands_still]")
            }
            for fault in try await pool.census() {
                examination.problems.append(
                    "The database does not agree with itself: \(fault). Restore a backup, and report it. [census]"
                )
            }
            let missing = try await FileJanitor(files: files, names: pool).missing()
            for (event, hashes) in missing {
                let name = events.first { $0.id == event }?.name ?? event.text
                examination.problems.append(
                    "\(hashes.count) originals of \(shown(name)) are gone, such as \(hashes[0].prefix(12))…: bring them back "
                        + "from a backup. [file_missing]")
            }
        } catch let error as PoolError {
            examination.problems.append(Failure(error, about: place).text)
        } catch {
            examination.problems.append("The pool could not be looked at: \(error)")
        }
        do throws(StorageError) {
            try await files.checkSpace(for: 0)
        } catch .lowSpace {
            examination.problems.append(
                "\(Word(place.data).shown): \(StorageError.lowSpace.sentence) [low_space]")
        } catch {
            // Without a single photo there is no folder yet.
            if error != .missing { examination.problems.append(Failure(error, about: Word(place.data)).text) }
        }
    }

    private func examineKeys(
        of pool: Pool, _ wiring: Wiring, _ place: House.Place, _ rows: inout [(String, JSON)],
        _ examination: inout Examination
    ) async {
        do {
            let ring = try await wiring.ring(at: place, mayBegin: false)
            let keys = try await ring.events()
            rows.append(("keys of events", .integer(keys.count)))
            for event in try await pool.events() where !keys.contains(event.id) {
                examination.problems.append(
                    "The key of \(shown(event.name)) is not in the ring: bring it back by `likeness vault import`. "
                        + "[no_event_key]")
            }
        } catch let failure as Failure {
            examination.problems.append(failure.text)
        } catch {
            examination.problems.append("The key ring could not be looked at: \(error)")
        }
    }

    private func pooled<Answer>(
        _ place: House.Place, _ work: () async throws(PoolError) -> Answer
    ) async throws(Failure) -> Answer {
        do throws(PoolError) { return try await work() } catch { throw Failure(error, about: place) }
    }
}

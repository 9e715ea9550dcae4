internal import Accounts
internal import Domain
internal import HTTP

/// Gives what was refused the status that fits. Every case is told here; a new one must be given its own.
func answered<Answer>(_ work: () async throws(PoolError) -> Answer) async throws(Refusal) -> Answer {
    do throws(PoolError) { return try await work() } catch { throw Refusal(error) }
}

func answered<Answer>(_ work: () throws(PoolError) -> Answer) throws(Refusal) -> Answer {
    do throws(PoolError) { return try work() } catch { throw Refusal(error) }
}

func answered<Answer>(_ work: () async throws(UploadError) -> Answer) async throws(Refusal) -> Answer {
    do throws(UploadError) { return try await work() } catch { throw Refusal(error) }
}

func answered<Answer>(_ work: () async throws(AccountError) -> Answer) async throws(Refusal) -> Answer {
    do throws(AccountError) { return try await work() } catch { throw Refusal(error) }
}

extension Refusal {
    init(_ error: AccountError) {
        var headers: [Header] = []
        let status: Int
        switch error {
        case .alreadySetUp: status = 409
        case .noSuchCode: status = 403
        case .wrongPassword, .notSignedIn: status = 401
        case .notAllowed: status = 403
        case .badName, .badPassword, .commonPassword, .badTitle: status = 422
        case .tooManyTries(let seconds):
            status = 429
            headers = [Header("Retry-After", String(seconds))]
        case .busy:
            status = 503
            headers = [Header("Retry-After", "2")]
        case .noSuchUser, .noSuchToken, .noSuchEvent: status = 404
        case .userExists, .lastOwner: status = 409
        case .changedMeanwhile: status = 412
        case .storage(let error):
            self.init(error)
            return
        }
        self.init(status, error.code, error.sentence, headers: headers)
    }

    init(_ error: PoolError) {
        switch error {
        case .noSuchEvent: self.init(404, error.code, "There is no such event.")
        case .noSuchPhotographer: self.init(404, error.code, "The event has no such photographer.")
        case .noSuchPhoto: self.init(404, error.code, "The event has no such photo.")
        case .noSuchPerson: self.init(404, error.code, "The event has no such person.")
        case .noSuchFace: self.init(404, error.code, "The event has no such face.")
        case .noSuchAlbum: self.init(404, error.code, error.sentence)
        case .eventExists, .photographerExists, .eventArchived: self.init(409, error.code, error.sentence)
        case .severalPhotos, .severalPeople:
            self.init(409, error.code, "Several have this name; say which by its id.")
        case .questionGone: self.init(409, error.code, "The question is not open any more.")
        case .faceOfAnother: self.init(422, error.code, "That face is not this person's.")
        case .emptyName, .nameTooLong, .faceOfNobody, .allFaces, .unfitAnswer, .tooManyPairs, .noThresholds:
            self.init(422, error.code, error.sentence)
        case .changedMeanwhile: self.init(412, error.code, error.sentence)
        case .noSuchGuest: self.init(404, error.code, error.sentence)
        case .guestExists: self.init(409, error.code, error.sentence)
        case .badEmail, .badDistances: self.init(422, error.code, error.sentence)
        case .storage(let error): self.init(error)
        case .vault(let error): self.init(500, error.code, error.sentence)
        }
    }

    init(_ error: UploadError) {
        switch error {
        case .noSuchUpload, .noSuchEvent, .noSuchPhotographer, .noSuchPhoto, .noSuchAlbum:
            self.init(404, error.code, error.sentence)
        case .expired, .damaged: self.init(410, error.code, error.sentence)
        case .eventClosed, .wrongOffset, .incomplete, .finished: self.init(409, error.code, error.sentence)
        case .empty: self.init(422, error.code, error.sentence)
        case .fileTooLarge, .eventFull, .photographerFull, .pieceTooLarge, .tooLong:
            self.init(413, error.code, error.sentence)
        // The number that tus has for it.
        case .wrongChecksum: self.init(460, error.code, error.sentence)
        case .inHand: self.init(423, error.code, error.sentence)
        case .storage(let error): self.init(error)
        }
    }

    init(_ error: DevelopError) {
        switch error {
        case .unreadable, .changedWhileRead, .crashed, .tookTooLong, .usedTooMuchMemory:
            self.init(422, error.code, error.sentence)
        case .tooLarge: self.init(413, error.code, error.sentence)
        case .darkroomUnavailable:
            self.init(503, error.code, error.sentence, headers: [Header("Retry-After", "5")])
        }
    }

    init(_ error: StorageError) {
        switch error {
        case .lowSpace, .diskFull: self.init(507, error.code, error.sentence)
        case .missing: self.init(404, error.code, "The file is not there.")
        default:
            self.init(
                error.mayPass ? 503 : 500, error.code, "What is kept cannot be reached at this moment.",
                headers: error.mayPass ? [Header("Retry-After", "5")] : [])
        }
    }
}

internal import Domain
package import HTTP

extension Desk {
    /// What the machine itself may ask for, and nobody from elsewhere.
    package func metrics(_ figures: @escaping @Sendable () -> RequestFigures?) -> Route {
        Route(.get, "/metrics") { request throws(Refusal) in
            guard ["127.0.0.1", "::1"].contains(request.client.text), let figures = figures() else {
                throw .noSuchPage
            }
            let queue: QueueFigures
            do throws(StorageError) { queue = try await kept.queue(at: now()) } catch { throw Refusal(error) }
            let text = figures.text([
                ("likeness_photos_waiting", "Photos that wait to be worked on.", Double(queue.waiting)),
                ("likeness_photos_running", "Photos that are worked on.", Double(queue.running)),
                ("likeness_photos_parked", "Photos that failed.", Double(queue.parked)),
            ])
            return Reply(200, content: .bytes(Array(text.utf8), type: "text/plain; version=0.0.4"))
        }
    }

    /// Everything that can be asked for.
    package var routes: [Route] { table.map(\.route) }

    /// One table for the server, the document and the tests.
    var table: [Listed] {
        let all = endpoints + PasswordPage.table
        let document = OpenAPI(
            table: all + [Listed(ShowDocument(document: []))], definitions: Shapes.definitions)
        return all + [Listed(ShowDocument(document: document.json.bytes))]
    }

    private var endpoints: [Listed] {
        [
            Listed(
                "isUp", .get, "/healthz", .everybody,
                Says("Whether the server is up", gives: [200: .json(.members(["status": .text()]))])
            ) { _ throws(Refusal) in Reply(200, .object(("status", .text("up")))) },
            Listed(
                "isReady", .get, "/readyz", .everybody,
                Says(
                    "Whether what is kept can be reached",
                    gives: [200: .json(.members(["status": .text()]))])
            ) { _ throws(Refusal) in
                // Whoever cannot read the queue can do nothing for anybody.
                do throws(StorageError) { _ = try await kept.queue(at: now()) } catch { throw Refusal(error) }
                return Reply(200, .object(("status", .text("ready"))))
            },
            Listed(SetUpOrganisation(desk: self)), Listed(BeginSession(desk: self)),
            Listed(ShowSession(desk: self)), Listed(EndThisSession(desk: self)),
            Listed(ListSessions(desk: self)), Listed(EndSession(desk: self)),
            Listed(ChangePassword(desk: self)), Listed(ResetPassword(desk: self)),
            Listed(ListTokens(desk: self)), Listed(MakeToken(desk: self)), Listed(RevokeToken(desk: self)),
            Listed(ListUsers(desk: self)), Listed(InviteUser(desk: self)), Listed(EditUser(desk: self)),
            Listed(RemoveUser(desk: self)), Listed(ShowRecord(desk: self)),
            Listed(ListEvents(desk: self)), Listed(CreateEvent(desk: self)), Listed(ShowEvent(desk: self)),
            Listed(EditEvent(desk: self)), Listed(AskWhatIf(desk: self)), Listed(ArchiveEvent(desk: self)),
            Listed(RemoveEvent(desk: self)), Listed(ShowEventRecord(desk: self)),
            Listed(ListRoles(desk: self)), Listed(SetRole(desk: self)), Listed(TakeRole(desk: self)),
            Listed(ListAlbums(desk: self)), Listed(AddAlbum(desk: self)),
            Listed(ListPhotographers(desk: self)), Listed(AddPhotographer(desk: self)),
            Listed(ListUploadLinks(desk: self)), Listed(MakeUploadLink(desk: self)),
            Listed(RevokeUploadLink(desk: self)),
            Listed(ListGuests(desk: self)), Listed(AddGuests(desk: self)), Listed(ShowGuest(desk: self)),
            Listed(EditGuest(desk: self)), Listed(RemoveGuest(desk: self)),
            Listed(ListPhotos(desk: self)), Listed(ShowPhoto(desk: self)), Listed(EditPhotos(desk: self)),
            Listed(RetryPhotos(desk: self)), Listed(PurgePhotos(desk: self)),
            Listed(ShowRendition(desk: self)), Listed(DownloadOriginal(desk: self)),
            Listed(ListPeople(desk: self)), Listed(ShowPerson(desk: self)), Listed(EditPerson(desk: self)),
            Listed(ListLoneFaces(desk: self)), Listed(ShowFace(desk: self)),
            Listed(ListDecisions(desk: self)), Listed(Decide(desk: self)), Listed(ListQuestions(desk: self)),
            Listed(SearchByFace(desk: self)), Listed(ListSearches(desk: self)),
            Listed(FollowEvent(desk: self)), Listed(ListJobs(desk: self)), Listed(ShowWork(desk: self)),
            Listed(ListBackups(desk: self)), Listed(BeginBackup(desk: self)),
        ] + Uploads(desk: self).table
    }
}

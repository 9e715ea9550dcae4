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

    /// Everything that can be asked for: one table for the server and for the tests.
    package var routes: [Route] {
        [
            Route(.get, "/healthz") { _ throws(Refusal) in Reply(200, .object(("status", .text("up")))) },
            Route(.get, "/readyz") { _ throws(Refusal) in
                // Whoever cannot read the queue can do nothing for anybody.
                do throws(StorageError) { _ = try await kept.queue(at: now()) } catch { throw Refusal(error) }
                return Reply(200, .object(("status", .text("ready"))))
            },
            Route(SetUpOrganisation(desk: self)), Route(BeginSession(desk: self)),
            Route(ShowSession(desk: self)),
            Route(EndThisSession(desk: self)), Route(ListSessions(desk: self)), Route(EndSession(desk: self)),
            Route(ChangePassword(desk: self)), Route(ResetPassword(desk: self)),
            Route(ListEvents(desk: self)), Route(CreateEvent(desk: self)), Route(ShowEvent(desk: self)),
            Route(EditEvent(desk: self)), Route(ArchiveEvent(desk: self)), Route(RemoveEvent(desk: self)),
            Route(ListPhotographers(desk: self)), Route(AddPhotographer(desk: self)),
            Route(ListUploadLinks(desk: self)), Route(MakeUploadLink(desk: self)),
            Route(RevokeUploadLink(desk: self)),
            Route(ListPhotos(desk: self)), Route(ShowPhoto(desk: self)), Route(EditPhotos(desk: self)),
            Route(RetryPhotos(desk: self)), Route(ShowRendition(desk: self)),
            Route(DownloadOriginal(desk: self)),
            Route(ListPeople(desk: self)), Route(ShowPerson(desk: self)), Route(EditPerson(desk: self)),
            Route(ListLoneFaces(desk: self)), Route(ListDecisions(desk: self)), Route(Decide(desk: self)),
            Route(ListQuestions(desk: self)), Route(FollowEvent(desk: self)), Route(ShowWork(desk: self)),
        ] + Uploads(desk: self).routes
    }
}

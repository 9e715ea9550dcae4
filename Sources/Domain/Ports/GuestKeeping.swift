/// The guests of events.
package protocol GuestKeeping: Sendable {
    /// A page of guests in the order in which they came; those whose name or address holds the text, where one is given.
    func guests(of event: EventID, matching text: String?, after last: GuestID?, limit: Int)
        async throws(PoolError) -> [Guest]

    func guest(_ id: GuestID, of event: EventID) async throws(PoolError) -> Guest

    /// All of them, or none where an address is there already or comes twice.
    func add(_ guests: [Guest], to event: EventID, by act: Act) async throws(PoolError) -> [Guest]

    /// Refuses with `.changedMeanwhile` where somebody edited the guest since this version.
    func set(_ details: Guest.Details, of guest: Guest, in event: EventID, by act: Act)
        async throws(PoolError) -> Guest

    func remove(_ guest: GuestID, of event: EventID, by act: Act) async throws(PoolError)
}

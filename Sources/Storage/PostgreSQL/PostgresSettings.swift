/// How a PostgreSQL server is used.
package struct PostgresSettings: Sendable {
    /// Connections for units of work.
    package var connections = 4
    /// How long one statement may take.
    package var statementLimit = Duration.seconds(30)
    /// How long a server that is away is waited for.
    package var patience = Duration.seconds(30)
    /// How often a unit of work is run anew because others were in its way.
    package var mostRuns = 10

    package init() {}
}

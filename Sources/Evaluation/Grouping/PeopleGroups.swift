/// Which group of people each identity belongs to, as whoever labelled the photos says.
package struct PeopleGroups: Sendable, Equatable {
    package let groupOfIdentity: [String: String]

    package init(groupOfIdentity: [String: String]) { self.groupOfIdentity = groupOfIdentity }

    /// Reads a table with the columns `identity` and `group`; an empty group is none.
    package init(reading table: CSVTable) throws(CSVError) {
        let identity = try table.column("identity")
        let group = try table.column("group")
        var groups: [String: String] = [:]
        for (index, row) in table.rows.enumerated() {
            let name = CSVTable.field(group, of: row)
            guard !name.isEmpty else { continue }
            let earlier = groups.updateValue(name, forKey: CSVTable.field(identity, of: row))
            if let earlier, earlier != name { throw .contradiction(row: index + 1, column: "group") }
        }
        groupOfIdentity = groups
    }
}

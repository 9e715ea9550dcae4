internal import CSodium

/// Keys and open vectors must never lie on a disk in the clear, so a process that holds them leaves no core behind.
package enum CoreDumps {
    /// For the program's start. Tells whether the system agreed.
    package static func refuse() -> Bool { likeness_refuse_core_dumps() == 0 }
}

internal import CBarrier
internal import Domain
internal import Glibc
internal import Imaging
internal import Inference

/// Why a child cannot work, in a sentence for a person.
struct ChildRefusal: Error {
    let sentence: String

    init(_ sentence: String) { self.sentence = sentence }
}

/// All that a child does between its start and its first picture, in the order that the barrier needs.
struct ChildPreparation {
    let service: ChildService
    let parts: BarrierParts

    init(_ request: Frame, _ descriptors: [Int32], _ obeysDrills: Bool) throws(ChildRefusal) {
        let order = try Self.order(request, obeysDrills)
        try Self.settle(order)
        let landlockVersion = try Self.closeLandlock(order.barrier)
        if order.role == .testbench, order.barrier.mustKeepStrangersIn, landlockVersion == 0 {
            // This child keeps reading files by name, and only Landlock says which.
            throw ChildRefusal(
                "A model pack cannot be tried on this kernel: it lacks Landlock (Linux 5.13 or newer has it)."
            )
        }
        try Self.succeed(likeness_child_end_with(DarkroomChild.socket), "watch its parent")
        if order.role.isForStrangers { try Self.succeed(likeness_probe_prepare(), "start a thread") }

        let runtime = try Self.runtime()
        // A network is a program of somebody else's, and compiling it needs no more than reading.
        if !order.role.isForStrangers { try Self.closeSeccomp(order.barrier, LIKENESS_FILTER_FIRST) }
        let lab = try Self.lab(order, descriptors, runtime)
        for descriptor in descriptors { close(descriptor) }

        let last = order.role == .testbench ? LIKENESS_FILTER_READING : LIKENESS_FILTER_WHOLE
        parts = BarrierParts(
            landlockVersion: landlockVersion, seccomp: try Self.closeSeccomp(order.barrier, last))
        service = ChildService(runtime: runtime, lab: lab, limits: order.limits, obeysDrills: obeysDrills)
    }

    private static func order(_ request: Frame, _ obeysDrills: Bool) throws(ChildRefusal) -> StartOrder {
        do throws(WireFault) {
            guard request.kind == .start else { throw WireFault("another request first") }
            let order = try WireText.read(StartOrder.self, from: request.text)
            guard order.barrier == .whole || obeysDrills else {
                throw WireFault("less than the whole barrier")
            }
            return order
        } catch {
            throw ChildRefusal("The darkroom's child was given \(error.note).")
        }
    }

    /// Room beside what is resident: the compiler inside the runtime reserves far more than it touches, and
    /// the parent watches what is touched.
    private static let reserve = 4 << 30

    private static func settle(_ order: StartOrder) throws(ChildRefusal) {
        var limits = likeness_child_limits(
            niceness: Int32(clamping: order.niceness),
            address_space: UInt64(clamping: order.limits.memoryInBytes + reserve))
        try succeed(likeness_child_settle(&limits), "limit itself")
    }

    /// Where libraries and what they read of the system lie; the runtime's own folder comes besides.
    private static let readableFolders: [String] = ["/usr", "/lib", "/lib64", "/etc", "/proc", "/sys"]

    /// Landlock's version, 0 where the kernel lacks it.
    private static func closeLandlock(_ barrier: StartOrder.Barrier) throws(ChildRefusal) -> Int {
        guard barrier.closesLandlock else { return 0 }
        var folder = [CChar](repeating: 0, count: Int(PATH_MAX))
        guard likeness_library_folder("libopenvino_c", &folder, folder.count) == 0 else {
            throw ChildRefusal("The folder of the inference runtime cannot be found: run ./run again.")
        }
        let runtime = folder.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        let copies = (readableFolders + [runtime]).map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        let readable = copies.map { UnsafePointer<CChar>($0) }
        let version = likeness_landlock_close(readable, readable.count)
        guard version >= 0 else {
            throw ChildRefusal("Landlock cannot be closed (\(String(cString: strerror(-version)))).")
        }
        return Int(version)
    }

    /// Whether seccomp is in force; a kernel without it is told of, not refused.
    @discardableResult
    private static func closeSeccomp(
        _ barrier: StartOrder.Barrier, _ filter: likeness_filter
    ) throws(ChildRefusal) -> Bool {
        guard barrier.closesSeccomp else { return false }
        // This filter forbids further ones, as a container around the darkroom might.
        if barrier == .seccompForbidden { _ = likeness_seccomp_close(LIKENESS_FILTER_READING) }
        switch likeness_seccomp_close(filter) {
        case 0: return true
        case -ENOSYS: return false
        case let fault:
            throw ChildRefusal(
                "Seccomp cannot be closed (\(String(cString: strerror(-fault)))): let the darkroom set filters of its own."
            )
        }
    }

    private static func lab(
        _ order: StartOrder, _ descriptors: [Int32], _ runtime: InferenceRuntime
    ) throws(ChildRefusal) -> PhotoLab? {
        let purpose: DevelopOrder.Purpose
        switch order.role {
        case .workbench, .testbench: return nil
        case .photos(let policy): purpose = .photo(policy)
        case .selfies: purpose = .selfie
        }
        guard let pack = order.pack, descriptors.count == 2 else {
            throw ChildRefusal("The darkroom's child was given no model pack.")
        }
        do {
            let lab = try PhotoLab(
                runtime: runtime, pack: pack,
                detectorNetwork: try pack.bytes(of: pack.detector.file, from: descriptors[0]),
                embedderNetwork: try pack.bytes(of: pack.embedder.file, from: descriptors[1]))
            try lab.warmUp(for: purpose)
            return lab
        } catch {
            throw ChildRefusal("The model pack '\(pack.name)' cannot be used. \(error)")
        }
    }

    /// Everything that loads late is loaded now: codecs, the processor's plugin, the reader of networks.
    private static func runtime() throws(ChildRefusal) -> InferenceRuntime {
        do {
            try ImagingLibrary.start()
            try ImagingLibrary.warmUp()
            let runtime = try InferenceRuntime()
            try runtime.warmUp()
            return runtime
        } catch {
            throw ChildRefusal("The darkroom's libraries cannot start: run ./run again. (\(error))")
        }
    }

    private static func succeed(_ fault: Int32, _ deed: String) throws(ChildRefusal) {
        if fault != 0 {
            throw ChildRefusal(
                "The darkroom's child could not \(deed) (\(String(cString: strerror(fault)))).")
        }
    }
}

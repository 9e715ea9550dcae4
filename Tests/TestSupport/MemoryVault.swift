package import Domain

/// A vault that seals nothing but notes what belongs together, with the behaviour of the real one.
package actor MemoryVault: KeyRinging {
    private var known: Set<EventID> = []
    private var erased: [EventID: Int64] = [:]

    private let knowsEveryEvent: Bool

    package init(knowsEveryEvent: Bool = false) { self.knowsEveryEvent = knowsEveryEvent }

    package func prepare(_ event: EventID) throws(VaultError) {
        guard erased[event] == nil else { throw .erased }
        known.insert(event)
    }

    package func key(of event: EventID) throws(VaultError) -> any VectorKey {
        guard erased[event] == nil else { throw .erased }
        guard knowsEveryEvent || known.contains(event) else { throw .noSuchEvent }
        return MemoryKey(event: event)
    }

    package func destroy(_ event: EventID, at milliseconds: Int64) {
        known.remove(event)
        erased[event] = min(erased[event] ?? milliseconds, milliseconds)
    }

    package func erasures() -> [EventID: Int64] { erased }

    package func events() -> Set<EventID> { known }
}

private struct MemoryKey: VectorKey {
    let event: EventID

    func seal(_ vector: FaceVector, of face: FaceID, pack: String) -> [UInt8] {
        context(face, pack)
            + vector.values.flatMap { value in
                withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
            }
    }

    func open(_ sealed: [UInt8], of face: FaceID, pack: String) throws(VaultError) -> FaceVector {
        let context = context(face, pack)
        guard sealed.starts(with: context) else { throw .damaged }
        let bytes = Array(sealed.dropFirst(context.count))
        guard bytes.count.isMultiple(of: 4) else { throw .damaged }
        return FaceVector(
            stride(from: 0, to: bytes.count, by: 4).map { place in
                Float(
                    bitPattern: bytes[place..<place + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
                )
            })
    }

    func turned(_ vector: FaceVector) -> FaceVector { vector }

    func turnedBack(_ vector: FaceVector) -> FaceVector { vector }

    private func context(_ face: FaceID, _ pack: String) -> [UInt8] {
        event.bytes + face.bytes + [UInt8(pack.utf8.count)] + Array(pack.utf8)
    }
}

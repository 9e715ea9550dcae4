/// What decoding a file yields, before anything is derived from it.
struct Exposure: ~Copyable {
    /// As stored in the file.
    let planes: Planes
    let orientation: Orientation
    /// A smaller copy for the preview, upright.
    let print: Planes
    let colour: ColourPlan

    /// The long side of the smaller copy, from which most other things are derived.
    static let printSide = 2048
}

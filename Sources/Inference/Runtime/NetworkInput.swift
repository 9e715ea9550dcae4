/// How pictures enter a network: colour order and the arithmetic (value − mean) / scale.
package struct NetworkInput: Sendable, Hashable, Codable {
    package var colourOrder: ColourOrder
    /// Three numbers, in the network's own colour order.
    package var mean: [Double]
    package var scale: Double

    package init(colourOrder: ColourOrder, mean: [Double], scale: Double) {
        precondition(mean.count == 3, "a mean for each colour")
        self.colourOrder = colourOrder
        self.mean = mean
        self.scale = scale
    }

    package enum ColourOrder: String, Sendable, Codable { case rgb, bgr }
}

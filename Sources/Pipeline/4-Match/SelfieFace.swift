internal import Domain

/// Which face on a selfie is meant.
enum SelfieFace: Equatable {
    case none
    case one(Face)
    case several([Face])
    case noSuchNumber(count: Int)

    /// A face beside the largest counts when it can be compared, or is at least this much of its size.
    ///
    /// Passers-by who are small and blurred raise no question; a large face that is blurred does, or the
    /// sharp one behind it would be taken for the person who holds the phone.
    private static let shareOfLargest = 0.5

    /// `faces` are those of the development, largest first.
    init(on faces: [Face], choosing number: Int?) {
        guard let largest = faces.first else {
            self = .none
            return
        }
        let candidates = faces.filter {
            $0.vector != nil || $0.quality.size >= largest.quality.size * Self.shareOfLargest
        }
        if let number {
            let isThere = (1...candidates.count).contains(number)
            self = isThere ? .one(candidates[number - 1]) : .noSuchNumber(count: candidates.count)
        } else {
            self = candidates.count == 1 ? .one(largest) : .several(candidates)
        }
    }
}

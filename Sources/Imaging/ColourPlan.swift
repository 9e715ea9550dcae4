internal import Domain

/// What becomes of a file's colours.
struct ColourPlan {
    /// Whether the pixels are converted; otherwise they stay as they are.
    let convertsToSRGB: Bool
    /// Goes into the previews, so that a viewer shows unconverted pixels as it would show the original.
    let carried: ColourProfile?
    /// For people.
    let name: String

    enum Samples { case grey, rgb, other }

    /// The plan for a file with these samples and this profile (empty where there is none).
    init(samples: Samples, profile: [UInt8], tags: PhotoTags) {
        let profile = ColourProfile(profile)
        let name = profile?.name
        switch samples {
        case .rgb:
            if let profile, profile.describesRGB {
                let isSRGB = profile.isSRGB
                // Beyond this a profile would weigh more than a thumbnail.
                let isSmall = profile.bytes.count <= 32 << 10
                self.init(
                    !isSRGB && !isSmall, carried: isSRGB || !isSmall ? nil : profile,
                    name ?? "unnamed profile")
            } else if tags.isAdobeRGB {
                self.init(false, carried: .adobeRGB, "Adobe RGB (1998)")
            } else {
                self.init(false, carried: nil, "sRGB")
            }
        case .grey:
            // A grey picture with a profile for colours is taken for what it looks like everywhere else.
            let fits = profile?.describesGrey == true
            self.init(fits, carried: nil, fits ? name ?? "unnamed profile" : "sRGB")
        case .other:
            self.init(true, carried: nil, name ?? "CMYK")
        }
    }

    private init(_ convertsToSRGB: Bool, carried: ColourProfile?, _ name: String) {
        self.convertsToSRGB = convertsToSRGB
        self.carried = carried
        self.name = name
    }
}

/// A piece of a page whose text is escaped: what did not come through here cannot reach the page.
struct HTML {
    private(set) var markup: String

    private init(markup: String) { self.markup = markup }

    /// Text that means only itself.
    static func text(_ text: String) -> HTML { HTML(markup: escaped(text)) }

    /// An element with what is in it; attributes are escaped like text.
    static func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], _ content: [HTML]
    ) -> HTML {
        let inside = content.map(\.markup).joined()
        return HTML(markup: "<\(name)\(written(attributes))>\(inside)</\(name)>")
    }

    static func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], _ text: String
    ) -> HTML {
        element(name, attributes, [.text(text)])
    }

    /// An element that holds nothing and has no end.
    static func void(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String>) -> HTML {
        HTML(markup: "<\(name)\(written(attributes))>")
    }

    /// A style sheet of ours: no outside text may ever come into it.
    static func style(_ sheet: StaticString) -> HTML { HTML(markup: "<style>\(sheet)</style>") }

    /// A whole document in English.
    static func document(head: [HTML], body: [HTML]) -> String {
        let page = element("html", ["lang": "en"], [element("head", [:], head), element("body", [:], body)])
        return "<!doctype html>\n" + page.markup + "\n"
    }

    private static func written(_ attributes: KeyValuePairs<StaticString, String>) -> String {
        attributes.map { " \($0.key)=\"\(escaped($0.value))\"" }.joined()
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        // By scalar: a combining mark must not hide the character it follows.
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

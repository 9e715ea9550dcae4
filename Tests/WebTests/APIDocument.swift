import Domain

@testable import HTTP
@testable import Web

/// The document of the API as it is served, and what is wrong with an answer by it.
struct APIDocument {
    let json: JSONValue
    init(_ table: [Listed]) { json = OpenAPI(table: table, definitions: Shapes.definitions).json }

    /// Nil where the answer is as the document says.
    func fault(in answer: Answer, to method: HTTP.Method, _ path: String, _ router: Router) -> String? {
        guard let target = RequestTarget(Array(path.utf8)),
            case .route(let place, _) = router.find(method, target)
        else { return nil }
        let route = router.routes[place]
        guard
            let operation = json["paths"]?[OpenAPI.template(route.path)]?[route.method.rawValue.lowercased()]
        else { return "the document has no such operation" }
        guard let response = operation["responses"]?["\(answer.status)"] else {
            return "the document has no such status (\(answer.code ?? "no code"))"
        }
        guard let content = response["content"] else {
            return answer.bytes.isEmpty ? nil : "the document has no content"
        }
        guard let schema = content["application/json"]?["schema"] else { return nil }
        // What HEAD leaves out, and files, are not looked at here.
        if answer.bytes.isEmpty { return method == .head ? nil : "no content, where the document has some" }
        guard let value = try? JSONValue(reading: answer.bytes) else { return "no JSON" }
        return fault(in: value, by: schema, at: "")
    }

    /// What of JSON Schema the document uses.
    func fault(in value: JSONValue, by schema: JSONValue, at place: String) -> String? {
        if case .text(let reference) = schema["$ref"] {
            let name = reference.split(separator: "/").last.map(String.init) ?? ""
            guard let found = json["components"]?["schemas"]?[name] else {
                return "\(place): no \(reference)"
            }
            return fault(in: value, by: found, at: place)
        }
        for word in ["anyOf", "oneOf"] {
            guard case .list(let all) = schema[word] else { continue }
            let faults = all.map { fault(in: value, by: $0, at: place) }
            return faults.contains(nil)
                ? nil : "\(place): \(faults.compactMap(\.self).joined(separator: "; or "))"
        }
        if case .list(let words) = schema["enum"], !words.contains(value) { return "\(place): another word" }
        guard case .text(let type) = schema["type"] else { return nil }
        switch (type, value) {
        case ("null", .null), ("boolean", .truth), ("number", .number), ("number", .integer): return nil
        case ("integer", .integer(let number)):
            if case .integer(let least) = schema["minimum"], number < least { return "\(place): too small" }
            return nil
        case ("string", .text(let text)):
            if case .integer(let most) = schema["maxLength"], text.count > most {
                return "\(place): too long"
            }
            return nil
        case ("array", .list(let items)):
            guard let item = schema["items"] else { return nil }
            for (number, value) in items.enumerated() {
                if let fault = fault(in: value, by: item, at: "\(place)[\(number)]") { return fault }
            }
            return nil
        case ("object", .object(let members)):
            if case .list(let needed) = schema["required"] {
                for name in needed where !members.contains(where: { .text($0.name) == name }) {
                    return "\(place): lacks \(name)"
                }
            }
            for member in members {
                if let inner = schema["properties"]?[member.name] {
                    if let fault = fault(in: member.value, by: inner, at: "\(place).\(member.name)") {
                        return fault
                    }
                } else if schema["additionalProperties"] == .truth(false) {
                    return "\(place): has \(member.name) as well"
                } else if case .object? = schema["additionalProperties"],
                    let inner = schema["additionalProperties"],
                    let fault = fault(in: member.value, by: inner, at: "\(place).\(member.name)")
                {
                    return fault
                }
            }
            return nil
        default: return "\(place): no \(type)"
        }
    }
}

#ifndef PINMETRICS_TESTS_EXPORT_PINTEREST_RESPONSE_SCHEMA_H_
#define PINMETRICS_TESTS_EXPORT_PINTEREST_RESPONSE_SCHEMA_H_

#include <set>
#include <string>
#include <vector>

#include "tests/export/pinterest/description.h"
#include "valijson/adapters/nlohmann_json_adapter.hpp"
#include "valijson/schema.hpp"
#include "valijson/schema_parser.hpp"
#include "valijson/validation_results.hpp"
#include "valijson/validator.hpp"

namespace pinmetrics {

/// Every name of a metric in the description.
inline const std::set<std::string>& PinterestMetricNames() {
  static const std::set<std::string> names = [] {
    std::set<std::string> found;
    for (const Json& path : PinterestDescription().at("paths")) {
      for (const Json& node : path.at("get").at("parameters")) {
        const Json& parameter = Resolved(node);
        if (parameter.at("name") != "metric_types") continue;
        for (const std::string& value : EnumOf(parameter)) found.insert(value);
      }
    }
    return found;
  }();
  return names;
}

/// Narrows a schema of the description: objects have all members that it lists and no others, and
/// what it leaves open is a metric of its own or a date. As published, `{}` is a valid response.
inline void Narrow(Json& schema) {
  if (schema.is_array()) {
    for (Json& part : schema) Narrow(part);
  }
  if (!schema.is_object()) return;
  for (auto& [name, part] : schema.items()) {
    if (name != "example") Narrow(part);
  }
  if (schema.contains("properties") && schema.at("properties").is_object() &&
      schema.value("type", "") == "object") {
    schema["additionalProperties"] = false;
    schema["required"] = Json::array();
    for (const auto& [name, part] : schema.at("properties").items()) {
      schema["required"].push_back(name);
    }
    if (schema.at("properties").contains("date")) {
      schema["properties"]["date"]["pattern"] = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
    }
  }
  if (schema.value("additionalProperties", Json()) == Json{{"type", "number"}}) {
    for (const std::string& name : PinterestMetricNames()) {
      schema["properties"][name] = schema.at("additionalProperties");
    }
    schema["additionalProperties"] = false;
  }
}

/// A schema of the description as JSON Schema. The two forms differ in words that these schemas do
/// not use, which a test makes sure of, so it is taken as it is.
class ResponseSchema {
 public:
  /// Of the description's components. Narrowed if it is not to be as lenient as published.
  ResponseSchema(const std::string& name, bool narrowed) {
    Json components = PinterestDescription().at("components");
    components.erase("parameters");
    if (narrowed) Narrow(components.at("schemas"));
    document_ = {{"$ref", "#/components/schemas/" + name}, {"components", components}};
    const valijson::adapters::NlohmannJsonAdapter adapter(document_);
    valijson::SchemaParser(valijson::SchemaParser::kDraft7).populateSchema(adapter, schema_);
  }

  /// What is wrong with a document; empty if it is valid.
  std::string FaultsOf(const Json& document) const {
    valijson::Validator validator;
    valijson::ValidationResults results;
    const valijson::adapters::NlohmannJsonAdapter adapter(document);
    if (validator.validate(schema_, adapter, &results)) return "";
    std::string faults = "invalid\n";
    valijson::ValidationResults::Error error;
    while (results.popError(error)) {
      for (const std::string& part : error.context) faults += part;
      faults += ": " + error.description + "\n";
    }
    return faults;
  }

 private:
  Json document_;
  valijson::Schema schema_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_EXPORT_PINTEREST_RESPONSE_SCHEMA_H_

// The only file that compiles the validator: it takes half a minute.

#include "tests/export/pinterest/response_schema.h"

#include "valijson/adapters/nlohmann_json_adapter.hpp"
#include "valijson/schema.hpp"
#include "valijson/schema_parser.hpp"
#include "valijson/validation_results.hpp"
#include "valijson/validator.hpp"

namespace pinmetrics {
namespace {

void Narrow(Json& schema) {
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

}  // namespace

const std::set<std::string>& PinterestMetricNames() {
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

struct ResponseSchema::Parsed {
  Json document;
  valijson::Schema schema;
};

ResponseSchema::ResponseSchema(const std::string& name, bool narrowed) {
  auto parsed = std::make_unique<Parsed>();
  Json components = PinterestDescription().at("components");
  components.erase("parameters");
  if (narrowed) Narrow(components.at("schemas"));
  parsed->document = {{"$ref", "#/components/schemas/" + name}, {"components", components}};
  const valijson::adapters::NlohmannJsonAdapter adapter(parsed->document);
  valijson::SchemaParser(valijson::SchemaParser::kDraft7).populateSchema(adapter, parsed->schema);
  parsed_ = std::move(parsed);
}

ResponseSchema::~ResponseSchema() = default;

std::string ResponseSchema::FaultsOf(const Json& document) const {
  valijson::Validator validator;
  valijson::ValidationResults results;
  const valijson::adapters::NlohmannJsonAdapter adapter(document);
  if (validator.validate(parsed_->schema, adapter, &results)) return "";
  std::string faults = "invalid\n";
  valijson::ValidationResults::Error error;
  while (results.popError(error)) {
    for (const std::string& part : error.context) faults += part;
    faults += ": " + error.description + "\n";
  }
  return faults;
}

}  // namespace pinmetrics

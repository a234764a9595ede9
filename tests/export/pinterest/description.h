#ifndef PINMETRICS_TESTS_EXPORT_PINTEREST_DESCRIPTION_H_
#define PINMETRICS_TESTS_EXPORT_PINTEREST_DESCRIPTION_H_

#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "nlohmann/json.hpp"

namespace pinmetrics {

using Json = nlohmann::json;

/// Pinterest's own description of its analytics calls, see README.md beside it.
inline const Json& PinterestDescription() {
  static const Json description = [] {
    std::ifstream file(PINMETRICS_SOURCE_DIR "/tests/export/pinterest/openapi-analytics.json");
    return Json::parse(file);
  }();
  return description;
}

/// The node, or what it refers to.
inline const Json& Resolved(const Json& node) {
  const auto reference = node.find("$ref");
  if (reference == node.end()) return node;
  return PinterestDescription().at(
      Json::json_pointer(reference->get<std::string>().substr(std::string("#").size())));
}

/// The GET operation with that id.
inline const Json& Operation(const std::string& id) {
  for (const Json& path : PinterestDescription().at("paths")) {
    if (path.at("get").at("operationId") == id) return path.at("get");
  }
  static const Json none;
  return none;
}

/// Its parameters, all references followed.
inline std::vector<Json> ParametersOf(const std::string& operation) {
  std::vector<Json> parameters;
  for (const Json& node : Operation(operation).at("parameters")) {
    parameters.push_back(Resolved(node));
  }
  return parameters;
}

/// Every value that the parameter may have, or an item of it if it is a list; empty if it is open.
inline std::set<std::string> EnumOf(const Json& parameter) {
  std::vector<Json> schemas = {parameter.at("schema")};
  std::set<std::string> values;
  while (!schemas.empty()) {
    const Json schema = schemas.back();
    schemas.pop_back();
    for (const Json& value : schema.value("enum", Json::array())) {
      values.insert(value.is_string() ? value.get<std::string>() : value.dump());
    }
    if (schema.contains("items")) schemas.push_back(schema.at("items"));
    for (const Json& part : schema.value("anyOf", Json::array())) schemas.push_back(part);
  }
  return values;
}

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_EXPORT_PINTEREST_DESCRIPTION_H_

#ifndef PINMETRICS_TESTS_EXPORT_PINTEREST_RESPONSE_SCHEMA_H_
#define PINMETRICS_TESTS_EXPORT_PINTEREST_RESPONSE_SCHEMA_H_

#include <memory>
#include <set>
#include <string>

#include "tests/export/pinterest/description.h"

namespace pinmetrics {

/// Every name of a metric in the description.
const std::set<std::string>& PinterestMetricNames();

/// A schema of the description as JSON Schema. The two forms differ in words that these schemas do
/// not use, which a test makes sure of, so it is taken as it is.
class ResponseSchema {
 public:
  /// Of the description's components. As published, `{}` is a valid response. Narrowed, objects
  /// have all members that the schema lists and no others, and what it leaves open is a metric of
  /// its own or a date.
  ResponseSchema(const std::string& name, bool narrowed);
  ~ResponseSchema();

  /// What is wrong with a document; empty if it is valid.
  std::string FaultsOf(const Json& document) const;

 private:
  struct Parsed;
  std::unique_ptr<const Parsed> parsed_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_EXPORT_PINTEREST_RESPONSE_SCHEMA_H_

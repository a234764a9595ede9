#ifndef PINMETRICS_SRC_EXPORT_ARROW_SCHEMA_H_
#define PINMETRICS_SRC_EXPORT_ARROW_SCHEMA_H_

#include <string>
#include <utility>
#include <vector>

#include "export/arrow/owner.h"
#include "pinmetrics/export/arrow_abi.h"

namespace pinmetrics {

/// The types of exported columns, as the interface writes them.
inline constexpr const char* kArrowBoolean = "b";
inline constexpr const char* kArrowDate32 = "tdD";
inline constexpr const char* kArrowFloat64 = "g";
inline constexpr const char* kArrowInt32 = "i";
inline constexpr const char* kArrowInt64 = "l";
inline constexpr const char* kArrowLargeUtf8 = "U";
inline constexpr const char* kArrowStruct = "+s";
inline constexpr const char* kArrowUInt64 = "L";
inline constexpr const char* kArrowUtf8 = "u";

using ArrowMetadata = std::vector<std::pair<std::string, std::string>>;

/// A column, or with children a table. Text may be any bytes.
struct ArrowField {
  std::string name = {};
  std::string format = {};
  bool nullable = false;
  /// The values are indexes into a dictionary of utf8.
  bool has_dictionary = false;
  ArrowMetadata metadata = {};
  std::vector<ArrowField> children = {};
};

/// The field as a schema that stands by itself. Its children can be moved out.
ArrowOwner<ArrowSchema> MakeSchema(const ArrowField& field);

/// Text as Arrow's utf8 wants it: U+FFFD where it is broken.
std::string ArrowText(std::string_view text);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_ARROW_SCHEMA_H_

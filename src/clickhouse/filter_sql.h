#ifndef PINMETRICS_SRC_CLICKHOUSE_FILTER_SQL_H_
#define PINMETRICS_SRC_CLICKHOUSE_FILTER_SQL_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "pinmetrics/filter/filter.h"
#include "pinmetrics/model/dimension.h"

namespace pinmetrics {

/// What a row has in a dimension, as two expressions: its number, and whether it has none.
struct AttributeSql {
  std::string_view number;
  std::string_view none = "toUInt8(0)";
};
AttributeSql SqlOf(Dimension dimension);

/// The condition on rows that `filter` is, of integers and names of columns; empty for the filter
/// that passes everything. InvalidArgument where it is nested deeper than 64: an old server's
/// parser does not survive some hundreds.
absl::StatusOr<std::string> FilterSql(const Filter& filter);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_CLICKHOUSE_FILTER_SQL_H_

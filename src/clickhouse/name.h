#ifndef PINMETRICS_SRC_CLICKHOUSE_NAME_H_
#define PINMETRICS_SRC_CLICKHOUSE_NAME_H_

#include <string_view>

#include "absl/status/status.h"

namespace pinmetrics {

/// InvalidArgument, naming `what`, unless `name` is a letter or `_`, then up to 127 letters, digits
/// and `_`: what stands in SQL without quotes.
absl::Status CheckClickHouseName(std::string_view what, std::string_view name);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_CLICKHOUSE_NAME_H_

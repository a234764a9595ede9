#ifndef PINMETRICS_SRC_EXPORT_ARROW_EVENT_COLUMNS_H_
#define PINMETRICS_SRC_EXPORT_ARROW_EVENT_COLUMNS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "export/arrow/view.h"
#include "pinmetrics/export/arrow_abi.h"
#include "pinmetrics/model/event_columns.h"

namespace pinmetrics {

/// Where a stream has a column, and of which type.
struct EventColumn {
  std::int64_t child = 0;
  ArrowColumnType type = {};
};

/// The columns of events in a stream, by `event_column`; nothing where the stream has none.
struct EventColumns {
  std::array<std::optional<EventColumn>, event_column::kCount> columns = {};
  /// How many columns the stream has in all.
  std::int64_t children = 0;
};

/// Finds the columns of events in a schema. InvalidArgument, naming the column and what is
/// expected, if the schema is no table, or a column is missing, there twice, of a type it cannot
/// have or, unless it is to be ignored, unknown.
absl::StatusOr<EventColumns> FindEventColumns(const ArrowSchema& schema, bool ignore_unknown);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_ARROW_EVENT_COLUMNS_H_

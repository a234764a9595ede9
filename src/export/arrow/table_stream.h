#ifndef PINMETRICS_SRC_EXPORT_ARROW_TABLE_STREAM_H_
#define PINMETRICS_SRC_EXPORT_ARROW_TABLE_STREAM_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "export/arrow/owner.h"
#include "export/arrow/schema.h"
#include "pinmetrics/export/arrow_abi.h"

namespace pinmetrics {

/// A column whose values are made when they are asked for.
struct ArrowColumn {
  ArrowField field = {};
  /// The values of `count` rows from row `first` on.
  std::function<ArrowOwner<ArrowArray>(std::size_t first, std::size_t count)> rows = {};
};

/// A table whose columns have the same number of rows.
struct ArrowTable {
  ArrowMetadata metadata = {};
  std::vector<ArrowColumn> columns = {};
  std::size_t rows = 0;
  /// What the columns read from.
  std::shared_ptr<const void> source = {};
};

/// The table as a stream of batches of `batch_rows` rows, the last one shorter; no batch is empty.
ArrowArrayStream MakeStream(ArrowTable table, std::size_t batch_rows);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_ARROW_TABLE_STREAM_H_

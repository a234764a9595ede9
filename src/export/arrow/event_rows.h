#ifndef PINMETRICS_SRC_EXPORT_ARROW_EVENT_ROWS_H_
#define PINMETRICS_SRC_EXPORT_ARROW_EVENT_ROWS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "export/arrow/event_columns.h"
#include "export/arrow/view.h"
#include "pinmetrics/export/arrow_abi.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/fault.h"
#include "pinmetrics/model/id.h"

namespace pinmetrics {

/// The rows of one batch, as events. Points into the batch, which must outlive it.
class EventRows {
 public:
  /// Looks at all of the batch, but for columns that `before` has as well: the batch before it in
  /// the stream, which was opened and is not released yet, or null. InvalidArgument, naming the
  /// column, if it is none of this schema.
  static absl::StatusOr<EventRows> Open(const ArrowArray& batch, const EventColumns& columns,
                                        const ArrowArray* before);

  std::int64_t size() const { return size_; }

  /// Reads a row into `event`, which is as made by default. Or returns what is wrong with it: the
  /// first column, in the order of `event_column`, that cannot be read, else what `Check` refuses
  /// at any time.
  std::optional<Fault> Read(std::int64_t row, Event& event) const;

 private:
  /// The column's values; null where the stream lacks it or the row has a null.
  const ArrowView* Cell(std::size_t column, std::int64_t row) const;

  std::optional<Fault> ReadCell(std::size_t column, std::int64_t row, absl::Time& time) const;
  std::optional<Fault> ReadCell(std::size_t column, std::int64_t row, absl::Duration& time) const;
  template <NamedEnum E>
  std::optional<Fault> ReadCell(std::size_t column, std::int64_t row, E& value) const;
  template <typename Tag>
  std::optional<Fault> ReadCell(std::size_t column, std::int64_t row, Id<Tag>& id) const;
  std::optional<Fault> ReadPlayback(std::int64_t row, Event& event) const;

  std::array<std::optional<ArrowView>, event_column::kCount> views_;
  std::int64_t first_ = 0;
  std::int64_t size_ = 0;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_ARROW_EVENT_ROWS_H_

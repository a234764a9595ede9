#ifndef PINMETRICS_SRC_REPORT_LABEL_COLUMN_H_
#define PINMETRICS_SRC_REPORT_LABEL_COLUMN_H_

#include <array>
#include <cstdint>
#include <string_view>

#include "pinmetrics/model/dimension.h"

namespace pinmetrics {

/// The columns that a table of a report can have beside those of its metrics: what a row is about.
/// No metric may have the name of one, whichever table it ends in.
enum class LabelColumn : std::uint8_t {
  kDate,
  kEnd,
  kPartial,
  kSegment,
  kStatus,
  kRank,
  kPinId,
  kBoardId,
  kTitle,
};

template <>
struct EnumNames<LabelColumn> {
  static constexpr std::string_view kWhat = "a column";
  static constexpr std::array<std::string_view, 9> kNames = {
      "date", "end", "partial", "segment", "status", "rank", "pin_id", "board_id", "title"};
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_REPORT_LABEL_COLUMN_H_

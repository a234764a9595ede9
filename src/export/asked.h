#ifndef PINMETRICS_SRC_EXPORT_ASKED_H_
#define PINMETRICS_SRC_EXPORT_ASKED_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/report/report.h"

/// What was asked, for all forms that say it, under the names and in the order of export/json.h.

namespace pinmetrics {

struct AskedItem {
  std::string_view name = {};
  /// `std::monostate`: none.
  std::variant<std::monostate, bool, std::int64_t, std::uint64_t, std::string, DateRange> value =
      {};
};

/// What a report and a top list have in common.
std::vector<AskedItem> Asked(const ReportHead& head);

/// The same, then `by`, `limit` and `created_in_last`.
std::vector<AskedItem> Asked(const TopList& list);

/// A value where all are text: `true`, `2026-10-25..2026-11-23`; empty for none.
std::string ToText(const AskedItem& item);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_ASKED_H_

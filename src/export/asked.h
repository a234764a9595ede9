#ifndef PINMETRICS_SRC_EXPORT_ASKED_H_
#define PINMETRICS_SRC_EXPORT_ASKED_H_

#include <string>
#include <utility>
#include <vector>

#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/fault.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"

namespace pinmetrics {

/// What was asked, for forms whose metadata is text: keys as in export/json.h.
inline std::vector<std::pair<std::string, std::string>> Asked(const ReportHead& head) {
  const Query& query = head.query;
  const auto text = [](bool value) { return value ? "true" : "false"; };
  return {
      {"period", ToString(query.period)},
      {"time_zone", head.time_zone.name()},
      {"now", FormatInstant(head.now)},
      {"latest_complete_day", ToString(head.latest_complete_day)},
      {"filter", FilterText(query)},
      {"include_saved", text(query.include_saved)},
      {"real_time", text(query.real_time)},
      {"split", query.split ? std::string(NameOf(*query.split)) : ""},
      {"compared_with", head.compared_with ? ToString(*head.compared_with) : ""},
      {"month_compared_with", head.month_compared_with ? ToString(*head.month_compared_with) : ""}};
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_ASKED_H_

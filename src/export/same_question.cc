#include "export/same_question.h"

#include <string_view>

#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/fault.h"
#include "pinmetrics/report/query.h"

namespace pinmetrics {
namespace {

absl::Status Differs(const std::string& place, std::string_view field, const std::string& is,
                     const std::string& expected) {
  return absl::InvalidArgumentError(place + "." + std::string(field) + ": " + is +
                                    ", expected the overview's, " + expected);
}

std::string OnOrOff(bool value) { return value ? "on" : "off"; }

absl::Status CheckTopList(const ReportHead& whole, const TopList& list, Dimension item,
                          const std::string& place) {
  if (list.item != item) {
    return absl::InvalidArgumentError(place + ".item: is " + std::string(NameOf(list.item)) +
                                      ", expected " + std::string(NameOf(item)));
  }
  return CheckSameQuestion(whole, list, place);
}

}  // namespace

absl::Status CheckSameQuestion(const ReportHead& whole, const ReportHead& part,
                               const std::string& place) {
  const Query& asked = part.query;
  const Query& expected = whole.query;
  if (asked.period != expected.period) {
    return Differs(place, "period", ToString(asked.period), ToString(expected.period));
  }
  if (asked.filter != expected.filter) {
    return Differs(place, "filter", "'" + FilterText(asked) + "'",
                   "'" + FilterText(expected) + "'");
  }
  if (asked.include_saved != expected.include_saved) {
    return Differs(place, "include_saved", OnOrOff(asked.include_saved),
                   OnOrOff(expected.include_saved));
  }
  if (asked.real_time != expected.real_time) {
    return Differs(place, "real_time", OnOrOff(asked.real_time), OnOrOff(expected.real_time));
  }
  if (asked.interval != expected.interval) {
    return Differs(place, "interval", ToString(asked.interval), ToString(expected.interval));
  }
  if (part.time_zone != whole.time_zone) {
    return Differs(place, "time_zone", part.time_zone.name(), whole.time_zone.name());
  }
  if (part.now != whole.now) {
    return Differs(place, "now", FormatInstant(part.now), FormatInstant(whole.now));
  }
  return absl::OkStatus();
}

absl::Status CheckTopListsOf(const Overview& overview) {
  absl::Status status =
      CheckTopList(overview.report, overview.top_pins, Dimension::kPin, "top_pins");
  status.Update(
      CheckTopList(overview.report, overview.top_boards, Dimension::kBoard, "top_boards"));
  return status;
}

}  // namespace pinmetrics

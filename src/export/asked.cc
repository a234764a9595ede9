#include "export/asked.h"

#include <optional>

#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/fault.h"
#include "pinmetrics/report/query.h"

namespace pinmetrics {
namespace {

struct Text {
  std::string operator()(std::monostate) const { return ""; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(std::uint64_t value) const { return std::to_string(value); }
  std::string operator()(const std::string& value) const { return value; }
  std::string operator()(const DateRange& value) const { return ToString(value); }
};

}  // namespace

std::vector<AskedItem> Asked(const ReportHead& head) {
  const Query& query = head.query;
  std::vector<AskedItem> asked;
  asked.push_back({"period", query.period});
  asked.push_back({"time_zone", head.time_zone.name()});
  asked.push_back({"now", FormatInstant(head.now)});
  asked.push_back({"latest_complete_day", ToString(head.latest_complete_day)});
  asked.push_back({"filter", FilterText(query)});
  asked.push_back({"include_saved", query.include_saved});
  asked.push_back({"real_time", query.real_time});
  asked.push_back({"split"});
  if (query.split) asked.back().value = std::string(NameOf(*query.split));
  asked.push_back({"interval", ToString(query.interval)});
  asked.push_back({"compared_with"});
  if (head.compared_with) asked.back().value = *head.compared_with;
  if (head.month_compared_with) {
    asked.push_back({"month_compared_with", ToString(*head.month_compared_with)});
  }
  return asked;
}

std::vector<AskedItem> Asked(const TopList& list) {
  std::vector<AskedItem> asked = Asked(static_cast<const ReportHead&>(list));
  asked.push_back({"by", list.ranking.by.name()});
  asked.push_back({"limit", std::uint64_t{list.ranking.limit}});
  asked.push_back({"created_in_last"});
  if (list.ranking.created_in_last_days) asked.back().value = *list.ranking.created_in_last_days;
  return asked;
}

std::string ToText(const AskedItem& item) { return std::visit(Text(), item.value); }

}  // namespace pinmetrics

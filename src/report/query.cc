#include "pinmetrics/report/query.h"

namespace pinmetrics {

std::string ToString(const Query& query) {
  std::string text = "period " + ToString(query.period);
  text += query.filter.empty() ? ", no filter" : ", filter " + ToString(query.filter);
  if (query.include_saved) text += ", saved Pins too";
  if (query.real_time) text += ", in real time";
  text += query.metrics.empty() ? ", all metrics" : ", metrics";
  char before = ' ';
  for (const Metric& metric : query.metrics) {
    text += before + metric.name();
    before = '+';
  }
  if (query.split) text += ", split by " + ToString(*query.split);
  if (query.comparison == Comparison::kPreviousPeriod) text += ", against the previous period";
  if (!query.interval.is_day()) text += ", by " + ToString(query.interval);
  return text;
}

std::string ToString(const Ranking& ranking) {
  std::string text = "the highest " + std::to_string(ranking.limit) + " by " + ranking.by.name();
  if (ranking.created_in_last_days) {
    text += ", created in the last " + std::to_string(*ranking.created_in_last_days) + " days";
  }
  return text;
}

}  // namespace pinmetrics

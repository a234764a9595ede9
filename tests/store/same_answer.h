#ifndef PINMETRICS_TESTS_STORE_SAME_ANSWER_H_
#define PINMETRICS_TESTS_STORE_SAME_ANSWER_H_

#include <gtest/gtest.h>

#include <string>

#include "absl/status/statusor.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/export/csv.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"

/// A question in words, and whether two answers to it are the same.

namespace pinmetrics {

inline std::string Describe(const Query& query) {
  std::string text = ToString(query.period) + " filter [" + FilterText(query) + "]";
  if (query.include_saved) text += " include_saved";
  if (query.real_time) text += " real_time";
  if (query.split) text += " split " + std::string(NameOf(*query.split));
  if (query.comparison != Comparison::kNone) text += " compare";
  if (!query.interval.is_day()) text += " by " + ToString(query.interval);
  text += " metrics";
  for (const Metric& metric : query.metrics) text += " " + metric.name();
  return text;
}

inline std::string Describe(const Query& query, const Ranking& ranking) {
  std::string text =
      Describe(query) + " by " + ranking.by.name() + " limit " + std::to_string(ranking.limit);
  if (ranking.created_in_last_days) {
    text += " created in last " + std::to_string(*ranking.created_in_last_days);
  }
  return text;
}

/// The answer, or the error, has to be the very same.
template <typename T>
void ExpectSame(const absl::StatusOr<T>& actual, const absl::StatusOr<T>& expected,
                const std::string& question) {
  if (!actual.ok() || !expected.ok()) {
    EXPECT_EQ(actual.status(), expected.status()) << question;
    return;
  }
  if (*actual == *expected) return;
  ADD_FAILURE() << question << "\nanswered:\n"
                << ToCsv(*actual) << "\nexpected:\n"
                << ToCsv(*expected);
}

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_STORE_SAME_ANSWER_H_

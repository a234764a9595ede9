// docs/metrics.md is held against what it describes: the catalogue, the filter's text form and the
// day statuses. PINMETRICS_UPDATE_DOCS=1 in the environment rewrites it.

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "export/table.h"
#include "pinmetrics/filter/filter_text.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/model/attribute.h"
#include "pinmetrics/model/fault.h"
#include "pinmetrics/report/report.h"
#include "tests/docs/document.h"

namespace pinmetrics {
namespace {

std::string Code(std::string_view text) { return "`" + std::string(text) + "`"; }

std::string Row(const std::vector<std::string>& cells) {
  std::string row = "|";
  for (const std::string& cell : cells) row += " " + cell + " |";
  return row + "\n";
}

std::string Table(const std::vector<std::string>& header,
                  const std::vector<std::vector<std::string>>& rows) {
  std::string table = Row(header) + Row(std::vector<std::string>(header.size(), "---"));
  for (const std::vector<std::string>& row : rows) table += Row(row);
  return table;
}

/// The name of a metric's constant in metrics/catalogue.h: kSaveRate of save_rate.
std::string ConstantOf(const Metric& metric) {
  std::string constant = "k";
  bool begins_word = true;
  for (const char c : metric.name()) {
    if (c == '_') {
      begins_word = true;
      continue;
    }
    const bool is_lower = c >= 'a' && c <= 'z';
    constant += begins_word && is_lower ? static_cast<char>(c - 'a' + 'A') : c;
    begins_word = false;
  }
  return constant;
}

Facts FactsWith(const std::vector<std::pair<Tally::Counter, std::int64_t>>& counters) {
  std::array<std::int64_t, Tally::kCounters> counts{};
  for (const auto& [counter, count] : counters) counts[counter] = count;
  return {.tally = Tally(counts), .month = MonthlyFacts()};
}

/// When the metric has no value, found out by asking it.
std::string AbsentWhere(const Metric& metric) {
  Facts facts = FactsWith({});
  if (metric.Value(facts)) {
    facts.month.reset();
    return metric.Value(facts) ? "never" : "where not all of the 30 days are known";
  }
  if (metric.Value(FactsWith({{Tally::kImpressions, 1}}))) return "without impressions";
  if (metric.Value(FactsWith({{Tally::kPlaybacks, 1}}))) return "without playbacks";
  ADD_FAILURE() << metric.name() << " is absent for a reason that the page does not know";
  return "?";
}

std::string MetricsTable() {
  std::vector<std::vector<std::string>> rows;
  for (const Metric& metric : Catalogue()) {
    const std::string& api = metric.description().pinterest_name;
    rows.push_back({Code(metric.name()), metric.title(), std::string(NameOfUnit(metric.unit())),
                    Code(metric.NameWithUnit()), api.empty() ? "–" : Code(api),
                    Code(ConstantOf(metric))});
  }
  return Table({"Name", "Title", "Unit", "Column or key in exports", "Pinterest API", "C++"}, rows);
}

std::string DefinitionsTable() {
  std::vector<std::vector<std::string>> rows;
  for (const Metric& metric : Catalogue()) {
    rows.push_back({Code(metric.name()), metric.description().definition, AbsentWhere(metric),
                    metric.description().source});
  }
  return Table({"Name", "Definition", "Absent", "Source"}, rows);
}

/// A day or a week as the product showed it, and what its metrics must come to.
struct Example {
  std::string facts;
  Metric metric;
  Facts of;
  double value;
};

std::vector<Example> Examples() {
  const Facts day = FactsWith({{Tally::kImpressions, 1368},
                               {Tally::kPinClicks, 58},
                               {Tally::kOutboundClicks, 1},
                               {Tally::kSaves, 6},
                               {Tally::kPlaybacks, 652},
                               {Tally::kPlayTimeMs, 3'462'385}});
  const Facts week = FactsWith({{Tally::kImpressions, 382}, {Tally::kPinClicks, 7}});
  return {
      {"(6 + 58 + 1) / 1368", kEngagementRate, day, 0.04751461988304093},
      {"58 / 1368", kPinClickRate, day, 0.04239766081871345},
      {"1 / 1368", kOutboundClickRate, day, 0.0007309941520467836},
      {"6 / 1368", kSaveRate, day, 0.0043859649122807015},
      {"3 462 385 ms / 652", kAveragePlayTime, day, 5.3104064417177915},
      {"3 462 385 ms / 60 000", kTotalPlayTime, day, 3'462'385.0 / 60'000},
      {"7 / 382", kPinClickRate, week, 0.01832460732984293},
  };
}

std::string ExamplesTable() {
  std::vector<std::vector<std::string>> rows;
  for (const Example& example : Examples()) {
    rows.push_back({Code(example.metric.name()), example.facts,
                    model_internal::FormatShortest(example.metric.Value(example.of).value_or(-1))});
  }
  return Table({"Metric", "From", "Value"}, rows);
}

std::string DimensionsTable() {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < kCountOf<Dimension>; ++i) {
    const auto dimension = static_cast<Dimension>(i);
    std::string values = CanBeNone(dimension) ? "ids in decimals, `none`" : "ids in decimals";
    if (HasNames(dimension)) {
      values = VisitNames(
          dimension, []<typename E>(EnumNames<E>) { return Code(model_internal::ListNames<E>()); });
    }
    rows.push_back({Code(NameOf(dimension)), values, CanSplit(dimension) ? "yes" : "no"});
  }
  return Table({"Dimension", "Values", "Splits a report"}, rows);
}

std::string FilterTextsTable() {
  std::vector<std::vector<std::string>> rows;
  for (const std::string_view text :
       {"device:mobile,tablet -age:18-24 (source:your_pins or format:video)",
        "not (gender:male or gender:unspecified)", "content_type:paid_and_earned",
        "promotion:paid_and_earned claimed:no", "account:none and board:3,1",
        "device:mobile or device:tablet format:video", "not -format:idea", "()"}) {
    const absl::StatusOr<Filter> filter = ParseFilter(text);
    if (!filter.ok()) {
      ADD_FAILURE() << text << ": " << filter.status();
      continue;
    }
    EXPECT_EQ(*ParseFilter(ToString(*filter)), *filter);
    const std::string printed = ToString(*filter);
    rows.push_back({Code(text), printed.empty() ? "the empty text" : Code(printed)});
  }
  return Table({"Text", "The filter, printed"}, rows);
}

std::string FilterRefusals() {
  std::string refusals;
  for (const std::string_view text :
       {"device:mobile,phone", "colour:red", "(device:mobile", "board:none", "device: mobile"}) {
    const absl::StatusOr<Filter> filter = ParseFilter(text);
    EXPECT_FALSE(filter.ok()) << text;
    refusals += std::string(text) + "\n  " + std::string(filter.status().message()) + "\n";
  }
  return CodeBlock("text", refusals);
}

std::string StatusesTable() {
  constexpr std::array<std::string_view, kCountOf<DayStatus>> kMeaning = {
      "The day is final.",
      "The day is live and was asked for with the real-time switch.",
      "The day is live and the switch is off.",
      "The day is before `business_created`.",
  };
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < kMeaning.size(); ++i) {
    const auto status = static_cast<DayStatus>(i);
    rows.push_back(
        {Code(NameOf(status)), std::string(kMeaning[i]), HasValues(status) ? "yes" : "no"});
  }
  return Table({"Status", "When", "Has figures"}, rows);
}

TEST(MetricsPage, SaysWhatTheCodeDoes) {
  ExpectParts("docs/metrics.md", {{"metrics", MetricsTable()},
                                  {"definitions", DefinitionsTable()},
                                  {"examples", ExamplesTable()},
                                  {"dimensions", DimensionsTable()},
                                  {"filter texts", FilterTextsTable()},
                                  {"filter refusals", FilterRefusals()},
                                  {"statuses", StatusesTable()}});
}

TEST(MetricsPage, ExamplesComeToTheFiguresOfTheProduct) {
  for (const Example& example : Examples()) {
    EXPECT_EQ(example.metric.Value(example.of), example.value) << example.facts;
  }
}

TEST(MetricsPage, NamesConstantsThatExist) {
  const std::string catalogue = ReadProjectFile("include/pinmetrics/metrics/catalogue.h");
  for (const Metric& metric : Catalogue()) {
    EXPECT_NE(catalogue.find("Metric " + ConstantOf(metric)), std::string::npos) << metric.name();
  }
}

}  // namespace
}  // namespace pinmetrics

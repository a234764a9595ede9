#include "export/html/weekdays.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "pinmetrics/export/html.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/model/event.h"
#include "tests/export/html/xml_reader.h"
#include "tests/export/sample_reports.h"

namespace pinmetrics {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// Days of November 2026, the 2nd is a Monday, with impressions and saves.
struct Counted {
  int day = 0;
  int impressions = 0;
  int saves = 0;
  DayStatus status = DayStatus::kReady;
};

Overview OverviewOf(const std::vector<Counted>& days, std::vector<Metric> metrics) {
  Overview overview;
  Report& report = overview.report;
  report.query.metrics = std::move(metrics);
  report.query.period = DateRange::Inclusive(absl::CivilDay(2026, 11, days.front().day),
                                             absl::CivilDay(2026, 11, days.back().day));
  for (const Counted& day : days) {
    Facts facts;
    for (int i = 0; i < day.impressions; ++i) facts.tally.Add(Event{});
    for (int i = 0; i < day.saves; ++i) facts.tally.Add(Event{.action = Action::kSave});
    DayRow row{.day = absl::CivilDay(2026, 11, day.day), .status = day.status};
    for (const Metric& metric : report.query.metrics) row.figures.push_back(metric.Value(facts));
    report.days.push_back(row);
  }
  overview.top_pins.item = Dimension::kPin;
  overview.top_boards.item = Dimension::kBoard;
  static_cast<ReportHead&>(overview.top_pins) = report;
  static_cast<ReportHead&>(overview.top_boards) = report;
  return overview;
}

TEST(Weekdays, CountsAreMeansOfFinalDays) {
  const Overview overview = OverviewOf({{2, 10, 1},
                                        {3, 7, 0},
                                        {9, 20, 2},
                                        {10, 9, 0, DayStatus::kEstimate},
                                        {16, 1000, 500, DayStatus::kEstimate}},
                                       {kImpressions, kSaves});
  const std::optional<WeekdayFigures> means = MeansByWeekday(overview.report, 0);
  ASSERT_TRUE(means.has_value());
  EXPECT_THAT(*means, ElementsAre(15, 7, std::nullopt, std::nullopt, std::nullopt, std::nullopt,
                                  std::nullopt));
  // A segment is a part of its day.
  Report split = overview.report;
  split.days.push_back(split.days.front());
  split.days.back().segment = Attribute(1);
  EXPECT_EQ(MeansByWeekday(split, 0), means);
}

TEST(Weekdays, RateIsThatOfTheDaysTogether) {
  const std::vector<Counted> days = {{2, 10, 1}, {9, 990, 9}, {10, 0, 0}};
  const Overview overview = OverviewOf(days, {kSaveRate, kImpressions});
  const std::optional<WeekdayFigures> means = MeansByWeekday(overview.report, 0);
  ASSERT_TRUE(means.has_value());
  EXPECT_THAT((*means)[0].value_or(0), DoubleEq(10.0 / 1000));
  // A day without impressions has no rate.
  EXPECT_EQ((*means)[1], std::nullopt);
  // Without impressions nobody knows how much each day weighs.
  EXPECT_EQ(MeansByWeekday(OverviewOf(days, {kSaveRate}).report, 0), std::nullopt);
}

TEST(Weekdays, RateOfAHostIsThatOfTheDaysTogether) {
  const Metric rate = Ratio("views_per_save", kImpressions, kSaves);
  const Metric average = Average("views_per_two_saves", Unit::kCount, kImpressions, 1,
                                 Sum("two_saves", kSaves, kSaves));
  // By another name it counts the same.
  const CountMetric counted = Count("kept", Tally::kSaves);
  const std::vector<Counted> days = {{2, 10, 1}, {9, 990, 9}};
  const Overview overview =
      OverviewOf(days, {rate, average, counted, Sum("twice", counted, counted)});
  const std::optional<WeekdayFigures> rates = MeansByWeekday(overview.report, 0);
  ASSERT_TRUE(rates.has_value());
  EXPECT_THAT((*rates)[0].value_or(0), DoubleEq(1000.0 / 10));
  const std::optional<WeekdayFigures> averages = MeansByWeekday(overview.report, 1);
  ASSERT_TRUE(averages.has_value());
  EXPECT_THAT((*averages)[0].value_or(0), DoubleEq(1000.0 / 20));
  EXPECT_EQ(MeansByWeekday(OverviewOf(days, {rate, kImpressions}).report, 0), std::nullopt);
}

TEST(Weekdays, FiguresOfTheMonthAndFormulasOfRatesHaveNone) {
  const Metric formula =
      Formula("half", Unit::kRatio, {}, [](const Facts&) -> std::optional<double> { return 0.5; });
  const Metric seconds = Formula("wait", Unit::kSeconds, {},
                                 [](const Facts&) -> std::optional<double> { return 0.5; });
  const Overview overview =
      OverviewOf({{2, 10, 1}, {9, 20, 2}}, {kMonthlyViews, formula, seconds, kImpressions});
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(MeansByWeekday(overview.report, i), std::nullopt);
}

TEST(Weekdays, TableSaysOfHowManyDays) {
  Overview overview = OverviewOf({{2, 1001, 1}, {3, 7, 0}, {9, 2000, 2}, {10, 5, 0}, {11, 3, 3}},
                                 {kImpressions, kSaves});
  const std::optional<XmlNode> page = XmlReader::Read(ToHtml(overview));
  ASSERT_TRUE(page.has_value());
  ASSERT_THAT(page->All("div", "weekdays"), SizeIs(1));
  const XmlNode& table = *page->All("div", "weekdays")[0];
  EXPECT_EQ(table.All("caption")[0]->Text(),
            "Mean by weekday, of 5 days that are final, 2 Nov \u2013 11 Nov 2026: 0 to 2 of each "
            "weekday");
  EXPECT_EQ(page->WithId("w0")->Text(), "Impressions1,50163\u2013\u2013\u2013\u2013");
  EXPECT_THAT(page->All("style")[0]->Text(),
              HasSubstr(".charts:has(:is(#m1,#n1):checked) :is(#c1,#w1){display:revert}"));
}

TEST(Weekdays, OfLessThanTwoOfAnyAreNotShown) {
  const auto tables = [](const Overview& overview) {
    const std::optional<XmlNode> page = XmlReader::Read(ToHtml(overview));
    return page ? page->All("div", "weekdays").size() : 99;
  };
  EXPECT_EQ(tables(OverviewOf({{2, 1, 1}, {3, 7, 0}}, {kImpressions})), 0U);
  EXPECT_EQ(tables(OverviewOf({{2, 1, 1}, {9, 7, 0, DayStatus::kEstimate}}, {kImpressions})), 0U);
  EXPECT_EQ(tables(OverviewOf({{2, 1, 1}, {9, 7, 0}}, {kImpressions})), 1U);
}

}  // namespace
}  // namespace pinmetrics

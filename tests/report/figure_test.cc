#include "pinmetrics/report/figure.h"

#include <gtest/gtest.h>

#include <limits>
#include <optional>

#include "absl/time/civil_time.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/report/report.h"
#include "tests/report/small_account.h"

namespace pinmetrics {
namespace {

TEST(FigureTest, ReadsLikeTheOptionalThatItHolds) {
  const Figure twelve = 12;
  EXPECT_TRUE(twelve);
  EXPECT_EQ(*twelve, 12);
  EXPECT_EQ(twelve.value(), std::optional<double>(12));
  EXPECT_EQ(twelve, 12);
  EXPECT_NE(twelve, 11);
  EXPECT_EQ(Figure(std::nullopt).value_or(3), 3);
  EXPECT_FALSE(Figure(std::nullopt));
}

TEST(FigureTest, NoDataIsNotNothingAsked) {
  EXPECT_TRUE(Figure(std::nullopt).was_asked());
  EXPECT_FALSE(Figure().was_asked());
  EXPECT_NE(Figure(), Figure(std::nullopt));
  EXPECT_FALSE(Figure());
  EXPECT_EQ(Figure().value(), std::nullopt);
  EXPECT_NE(Figure(0), std::nullopt);
}

TEST(FigureTest, SaysWhatItIs) {
  EXPECT_EQ(Figure(0.5).ToString(), "0.5");
  EXPECT_EQ(Figure(std::nullopt).ToString(), "no data");
  EXPECT_EQ(Figure().ToString(), "not asked for");
}

/// Two impressions and a save on the 9th, one impression on the 10th, all from mobiles.
SmallAccount Sample() {
  SmallAccount account;
  account.events = {EventAt("2026-11-09T12:00:00Z"), EventAt("2026-11-09T12:00:00Z"),
                    EventAt("2026-11-09T12:00:00Z", Action::kSave),
                    EventAt("2026-11-10T12:00:00Z")};
  for (Event& event : account.events) event.device = Device::kMobile;
  return account;
}

Query SampleQuery() {
  return {.period = Days("2026-11-10..2026-11-22"), .metrics = {kImpressions, kSaves, kSaveRate}};
}

TEST(ReportFiguresTest, TotalsAreReadByMetric) {
  const Report report = Sample().Run(SampleQuery()).value();
  EXPECT_EQ(report.Total(kImpressions), 1);
  EXPECT_EQ(report.Total(kSaves), 0);
  EXPECT_FALSE(report.Total(kPinClicks).was_asked());
}

TEST(ReportFiguresTest, APeriodWithoutValuesHasNoData) {
  const Report report =
      Sample().Run({.period = Days("2026-11-22..2026-11-23"), .metrics = {kSaves}}).value();
  EXPECT_EQ(report.Total(kSaves), std::nullopt);
}

TEST(ReportFiguresTest, ChangeIsAskedForByAComparison) {
  Query query = SampleQuery();
  query.period = Days("2026-11-10..2026-11-10");
  EXPECT_FALSE(Sample().Run(query)->Change(kImpressions).was_asked());
  query.comparison = Comparison::kPreviousPeriod;
  const Report report = Sample().Run(query).value();
  EXPECT_EQ(report.Change(kImpressions), -0.5);
  EXPECT_EQ(report.Change(kSaves), -1);
  EXPECT_EQ(report.ChangeOf(report.totals[0], kImpressions), -0.5);
  EXPECT_FALSE(report.Change(kPinClicks).was_asked());
  query.period = Days("2026-11-09..2026-11-09");
  EXPECT_EQ(Sample().Run(query)->Change(kSaves), std::nullopt);  // From zero.
}

TEST(ReportFiguresTest, DaysOutsideThePeriodWereNotAskedFor) {
  const Report report = Sample().Run(SampleQuery()).value();
  EXPECT_EQ(report.On(absl::CivilDay(2026, 11, 10), kImpressions), 1);
  EXPECT_EQ(report.On(absl::CivilDay(2026, 11, 11), kImpressions), 0);
  EXPECT_EQ(report.On(absl::CivilDay(2026, 11, 11), kSaveRate), std::nullopt);
  EXPECT_EQ(report.On(absl::CivilDay(2026, 11, 22), kImpressions), std::nullopt);  // Processing.
  EXPECT_FALSE(report.On(absl::CivilDay(2026, 11, 9), kImpressions).was_asked());
  EXPECT_FALSE(report.On(absl::CivilDay(2026, 11, 10), kPinClicks).was_asked());
  EXPECT_EQ(report.FigureOf(report.days[0], kImpressions), 1);
}

TEST(ReportFiguresTest, DayOfAWeekIsReadFromItsWeek) {
  Query query = SampleQuery();
  query.interval = Interval::Week();
  const Report report = Sample().Run(query).value();
  EXPECT_EQ(report.On(absl::CivilDay(2026, 11, 10), kImpressions), 1);
  EXPECT_EQ(report.On(absl::CivilDay(2026, 11, 11), kImpressions), 1);
  EXPECT_FALSE(report.On(absl::CivilDay(2026, 11, 9), kImpressions).was_asked());
}

TEST(ReportFiguresTest, SegmentsAreThoseOfTheSplit) {
  Query query = SampleQuery();
  query.split = Dimension::kDevice;
  const Report report = Sample().Run(query).value();
  EXPECT_EQ(report.Total(kImpressions, Device::kMobile), 1);
  EXPECT_EQ(report.On(absl::CivilDay(2026, 11, 10), kImpressions, Device::kMobile), 1);
  // What occurs nowhere has no row.
  EXPECT_EQ(report.Total(kImpressions, Device::kTablet), std::nullopt);
  EXPECT_EQ(report.On(absl::CivilDay(2026, 11, 10), kImpressions, Device::kTablet), std::nullopt);
  // The whole and other dimensions were not asked for.
  EXPECT_FALSE(report.Total(kImpressions).was_asked());
  EXPECT_FALSE(report.On(absl::CivilDay(2026, 11, 22), kImpressions).was_asked());
  EXPECT_FALSE(report.Total(kImpressions, Gender::kFemale).was_asked());
  EXPECT_FALSE(Sample().Run(SampleQuery())->Total(kImpressions, Device::kMobile).was_asked());
}

TEST(ReportFiguresTest, TopListsAreReadByMetricAndKeepTheirIds) {
  const TopList pins = Sample().Evaluated().TopPins(SampleQuery()).value();
  ASSERT_EQ(pins.rows.size(), 1u);
  EXPECT_EQ(pins.FigureOf(pins.rows[0], kImpressions), 1);
  EXPECT_FALSE(pins.FigureOf(pins.rows[0], kPinClicks).was_asked());
  EXPECT_EQ(pins.rows[0].pin(), PinId(1));
  EXPECT_EQ(pins.rows[0].board(), std::nullopt);
  const TopList boards = Sample().Evaluated().TopBoards(SampleQuery()).value();
  EXPECT_EQ(boards.rows.at(0).board(), BoardId(1));
  EXPECT_EQ(boards.rows.at(0).pin(), std::nullopt);
  EXPECT_EQ(boards.rows.at(0).number(), 1u);
}

TEST(ReportFiguresTest, FewerFiguresThanMetricsAreNoData) {
  Report report;
  report.query.metrics = {kImpressions, kSaves};
  report.totals = {{.figures = {3}}};
  EXPECT_EQ(report.Total(kImpressions), 3);
  EXPECT_EQ(report.Total(kSaves), std::nullopt);
}

}  // namespace
}  // namespace pinmetrics

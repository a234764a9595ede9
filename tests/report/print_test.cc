// Queries and answers in words, as a failed assertion shows them.

#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "pinmetrics/filter/filter.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/report/figure.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"
#include "tests/report/small_account.h"

namespace pinmetrics {
namespace {

using ::testing::PrintToString;

TEST(Print, OfAQuery) {
  EXPECT_EQ(PrintToString(Query{.period = Days("2026-11-01..2026-11-30")}),
            "period 2026-11-01..2026-11-30, no filter, all metrics");
  EXPECT_EQ(PrintToString(Query{.period = Days("2026-11-01..2026-11-30"),
                                .filter = Is(Device::kMobile) && !Is(PinId(7)),
                                .include_saved = true,
                                .real_time = true,
                                .metrics = {kSaves, kSaveRate},
                                .split = Dimension::kDevice,
                                .comparison = Comparison::kPreviousPeriod}),
            "period 2026-11-01..2026-11-30, filter device:mobile -pin:7, saved Pins too, in real "
            "time, metrics saves+save_rate, split by device, against the previous period");
  EXPECT_EQ(PrintToString(Ranking{.by = kSaves, .limit = 5, .created_in_last_days = 30}),
            "the highest 5 by saves, created in the last 30 days");
}

TEST(Print, OfAFilterAndAMetric) {
  EXPECT_EQ(PrintToString(Is(Device::kMobile)), "device:mobile");
  EXPECT_EQ(PrintToString(Filter()), "(empty)");
  EXPECT_EQ(PrintToString(kSaves), "saves");
}

TEST(Print, OfFiguresAndRows) {
  EXPECT_EQ(PrintToString(Figure(0.5)), "0.5");
  EXPECT_EQ(PrintToString(TotalRow{.segment = Attribute(2), .figures = {3}, .change = {0.5}}),
            "total of segment 2: 3; change: 0.5");
  EXPECT_EQ(PrintToString(DayRow{.day = Day("2026-11-10"), .figures = {3, std::nullopt}}),
            "2026-11-10 of all, ready: 3, no data");
  EXPECT_EQ(PrintToString(DayRow{.day = Day("2026-11-23"), .status = DayStatus::kProcessing}),
            "2026-11-23 of all, processing: no values");
  EXPECT_EQ(PrintToString(TopRow{PinId(7), "Mugs", {3}}), "Pin 7 'Mugs': 3");
  EXPECT_EQ(PrintToString(TopRow{BoardId(7), "", {3}}), "board 7 '': 3");
}

TEST(Print, OfAReportWithMoreFiguresThanMetrics) {
  Report report;
  report.query.metrics = {kSaves};
  report.totals = {{.figures = {1, 2}}};
  EXPECT_THAT(PrintToString(report), ::testing::EndsWith("\ntotal of all: saves 1, 2"));
}

TEST(Print, OfReportsAndTopLists) {
  SmallAccount account;
  account.events = {EventAt("2026-11-20T12:00:00Z"),
                    EventAt("2026-11-20T12:00:00Z", Action::kSave)};
  for (Event& event : account.events) event.device = Device::kMobile;
  const Query query = {.period = Days("2026-11-20..2026-11-21"),
                       .metrics = {kSaves, kSaveRate},
                       .split = Dimension::kDevice,
                       .comparison = Comparison::kPreviousPeriod};
  const std::string head = "\nmade at 2026-11-23T12:00:00Z in UTC, complete to 2026-11-20";
  EXPECT_EQ(PrintToString(account.Run(query).value()),
            ToString(query) + head +
                ", compared with 2026-11-19..2026-11-19\n"
                "total of mobile: saves 1, save_rate 1; change: saves no data, save_rate no data\n"
                "2026-11-20 of mobile, ready: saves 1, save_rate 1\n"
                "2026-11-21 of all, processing: no values");
  const Query whole = {.period = query.period, .metrics = {kSaves}};
  EXPECT_EQ(
      PrintToString(account.Evaluated().TopPins(whole).value()),
      ToString(whole) + head + "\nthe highest 10 by impressions, each a pin\nPin 1 '': saves 1");
}

TEST(Print, IsWhatAFailedAssertionShows) {
  const DayRow row = {.day = Day("2026-11-10"), .figures = {3}};
  EXPECT_NONFATAL_FAILURE(EXPECT_EQ(row, DayRow{.day = Day("2026-11-11")}), "2026-11-10 of all");
  const Report report = SmallAccount().Run({.period = Days("2026-11-10..2026-11-10")}).value();
  EXPECT_NONFATAL_FAILURE(EXPECT_EQ(report, Report()), "period 2026-11-10..2026-11-10, no filter");
  EXPECT_NONFATAL_FAILURE(EXPECT_EQ(report.Total(kSaves), 1), "Which is: 0");
}

}  // namespace
}  // namespace pinmetrics

#include "examples/cli/report_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "examples/cli/terminal_text.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/report/evaluate.h"
#include "tests/report/dated_evaluation.h"

namespace pinmetrics::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const absl::Time kNoon = absl::FromUnixSeconds(1'795'435'200);  // 2026-11-23T12:00:00Z
constexpr absl::CivilDay kToday(2026, 11, 23);

/// Two Pins, the second with a title that would clear the screen, over ten days.
class ReportTableTest : public ::testing::Test {
 protected:
  ReportTableTest() {
    pins_ = {Pin{.id = PinId(1), .title = "Cr\u00E8me br\u00FBl\u00E9e without a torch, at last"},
             Pin{.id = PinId(18'000'000'000'000'000'000U), .title = "\x1b[2J\u30D1\u30F3"}};
    for (int day = 0; day < 10; ++day) {
      for (int i = 0; i <= 200 * day; ++i) {
        events_.push_back({.time = kNoon - absl::Hours(24 * day),
                           .pin = pins_[i % 3 == 0 ? 1 : 0].id,
                           .viewer = ViewerId(static_cast<std::uint64_t>(i)),
                           .action = i % 10 == 0 ? Action::kSave : Action::kImpression,
                           .device = i % 2 == 0 ? Device::kMobile : Device::kDesktop});
      }
    }
  }

  DatedEvaluation Asked() const { return {Evaluation(events_, pins_, kNoon), kNoon}; }

  std::vector<Pin> pins_;
  std::vector<Event> events_;
};

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> LinesWiderThan(std::size_t width, const std::string& text) {
  std::vector<std::string> wide = Lines(text);
  std::erase_if(wide, [width](const std::string& line) { return DisplayWidth(line) <= width; });
  return wide;
}

TEST_F(ReportTableTest, WeeksShowTheirDays) {
  const auto report = Asked().Run(
      {.period = LastDays(10, kToday), .metrics = {kImpressions}, .interval = Interval::Week()});
  ASSERT_TRUE(report.ok()) << report.status();
  const std::string table = ToTable(*report, 100);
  EXPECT_THAT(table, HasSubstr("Impressions per week"));
  EXPECT_THAT(table, HasSubstr("First day   Last day             Status      Impressions"));
  // Of the period, 14 to 23 November, the 20th is the last final day.
  EXPECT_THAT(table, HasSubstr("2026-11-09  2026-11-15, in part  ready "));
  EXPECT_THAT(table, HasSubstr("2026-11-16  2026-11-22           processing "));
  EXPECT_THAT(table, HasSubstr("2026-11-23  2026-11-29, in part  processing\n"));
}

TEST_F(ReportTableTest, SaysWhatChangesAreAgainst) {
  Query query = {
      .period = DateRange::Inclusive(absl::CivilDay(2025, 5, 23), absl::CivilDay(2025, 6, 10)),
      .metrics = {kImpressions},
      .comparison = Comparison::kPreviousPeriod};
  const auto text = [&query, this] { return ToTable(Asked().Run(query).value(), 80); };
  // Those days are past retention.
  EXPECT_THAT(text(), HasSubstr("\nNo change: not all days to compare with are known\nTotal"));
  query.period = DateRange::Inclusive(kToday - 5, kToday - 3);
  EXPECT_THAT(text(), HasSubstr("\nChange is against 2026-11-15..2026-11-17\nTotal"));
  query.comparison = Comparison::kNone;
  EXPECT_THAT(text(), Not(HasSubstr("hange")));

  query.comparison = Comparison::kPreviousPeriod;
  Report report = Asked().Run(query).value();
  report.query.metrics = {kSaves, kMonthlyViews};
  report.totals[0].figures = report.totals[0].change = {0.5, 0.5};
  for (DayRow& day : report.days) day.figures.resize(day.figures.empty() ? 0 : 2);
  report.month_compared_with = absl::CivilDay(2026, 11, 17);
  EXPECT_THAT(ToTable(report, 80),
              HasSubstr("\nChange is against 2026-11-15..2026-11-17, of monthly figures against "
                        "2026-11-17\n"));
  report.query.metrics = {kMonthlyTotalAudience, kMonthlyViews};
  EXPECT_THAT(ToTable(report, 80),
              HasSubstr("\nChange of monthly figures is against 2026-11-17\n"));
}

TEST_F(ReportTableTest, AFigureThatIsNotZeroDoesNotReadAsZero) {
  Report report = Asked().Run({.period = LastDays(10, kToday), .metrics = {kSaveRate}}).value();
  report.totals[0].figures = {0.00001};
  EXPECT_THAT(ToTable(report, 80), HasSubstr("\nSave rate  < 0.01%\n"));
}

TEST_F(ReportTableTest, ShowsAShortReportWhole) {
  const auto report = Asked().Run({.period = DateRange::Inclusive(kToday - 5, kToday - 2),
                                   .metrics = {kImpressions, kSaveRate, kAveragePlayTime},
                                   .comparison = Comparison::kPreviousPeriod});
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(ToTable(*report, 80), R"(Report  2026-11-18..2026-11-21  (4 days, UTC)
Made at 2026-11-23T12:00:00Z, the last day does not count yet

Impressions per day
900 ┤██
    │██ ██
    │██ ██ ██
    │██ ██ ██
  0 ┤██ ██ ██ ··
     2026-11-18

Change is against 2026-11-15..2026-11-17
Total                   Value  Change
─────────────────────  ──────  ──────
Impressions             2,160  −42.9%
Save rate              11.25%   +0.5%
Average play time (s)       –       –

                                                  Average
                                                play time
Date        Status      Impressions  Save rate        (s)
──────────  ──────────  ───────────  ─────────  ─────────
2026-11-18  ready               900     11.22%          –
2026-11-19  ready               720     11.25%          –
2026-11-20  ready               540     11.30%          –
2026-11-21  processing
)");
}

TEST_F(ReportTableTest, StaysWithinTheWidth) {
  const auto overview = Asked().RunOverview();
  ASSERT_TRUE(overview.ok()) << overview.status();
  const auto split = Asked().Run({.period = LastDays(10, kToday),
                                  .split = Dimension::kDevice,
                                  .comparison = Comparison::kPreviousPeriod});
  ASSERT_TRUE(split.ok()) << split.status();
  const auto year = Asked().Run({.period = LastDays(400, kToday)});
  ASSERT_TRUE(year.ok()) << year.status();
  const auto top = Asked().TopPins({.period = LastDays(10, kToday)});
  ASSERT_TRUE(top.ok()) << top.status();
  for (const std::size_t width : {80U, 100U, 140U, 250U}) {
    EXPECT_THAT(LinesWiderThan(width, ToTable(*overview, width)), IsEmpty());
    EXPECT_THAT(LinesWiderThan(width, ToTable(*split, width)), IsEmpty());
    EXPECT_THAT(LinesWiderThan(width, ToTable(*year, width)), IsEmpty());
    EXPECT_THAT(LinesWiderThan(width, ToTable(*top, width)), IsEmpty());
  }
}

TEST_F(ReportTableTest, SaysWhichPinsATopListLooksAt) {
  TopList list = Asked().TopPins({.period = LastDays(10, kToday)}, {.by = kSaves}).value();
  list.ranking.created_in_last_days = 30;
  EXPECT_THAT(ToTable(list, 80),
              HasSubstr("\nTop Pins by saves, Pins created in the last 30 days\n"));
}

TEST_F(ReportTableTest, ShowsEveryMetricOfATopList) {
  const auto top = Asked().TopPins({.period = LastDays(10, kToday)}, {.by = kSaves});
  ASSERT_TRUE(top.ok()) << top.status();
  const std::string text = ToTable(*top, 80);
  EXPECT_THAT(text, HasSubstr("Top Pins by saves\n"));
  EXPECT_THAT(text, HasSubstr("Impressions"));
  for (const Metric& metric : Catalogue()) {
    // Headings are broken over lines, the last word stays whole.
    const std::string title = metric.title();
    EXPECT_THAT(text, HasSubstr(title.substr(title.rfind(' ') + 1))) << title;
  }
  EXPECT_THAT(text, HasSubstr("\uFFFD[2J\u30D1\u30F3"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST_F(ReportTableTest, ShowsAnAccountWithoutEvents) {
  const DatedEvaluation nothing(Evaluation(std::vector<Observation>()), kNoon);
  const auto overview = nothing.RunOverview();
  ASSERT_TRUE(overview.ok()) << overview.status();
  const std::string text = ToTable(*overview, 80);
  EXPECT_THAT(text, HasSubstr("Top Pins by impressions\nnone\n"));
  EXPECT_THAT(text, Not(HasSubstr("per day")));
}

}  // namespace
}  // namespace pinmetrics::cli

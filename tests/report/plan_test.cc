#include "report/plan.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinmetrics/metrics/catalogue.h"
#include "tests/report/small_account.h"

namespace pinmetrics {
namespace {

const absl::Time kNow = Instant("2026-11-23T12:00:00Z");

std::string Message(const absl::Status& status) { return std::string(status.message()); }

Plan PlanOf(const Query& query, const ReportingOptions& options = {}) {
  return PlanReport(query, kNow, options).value();
}

absl::Status RefusalOf(const Query& query, absl::Time now = kNow,
                       const ReportingOptions& options = {}) {
  return PlanReport(query, now, options).status();
}

void ExpectInvalid(const absl::Status& status, std::string_view message) {
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  EXPECT_EQ(Message(status), message);
}

/// What is said of a column that two of a table's have the name of.
std::string ColumnTwice(const std::string& column, const std::string& is,
                        const std::string& already) {
  return "metrics: the column " + column + " is of " + is + ", and already of " + already +
         ", expected names that differ, with _change too";
}

// ---- periods ----

TEST(PlanTest, RefusesAnEmptyAndAnInvertedPeriod) {
  ExpectInvalid(
      RefusalOf({}),
      "period: 1970-01-01..1969-12-31 is empty, expected the first day not after the last");
  ExpectInvalid(
      RefusalOf({.period = DateRange(Day("2026-11-10"), Day("2026-11-10"))}),
      "period: 2026-11-10..2026-11-09 is empty, expected the first day not after the last");
  ExpectInvalid(
      RefusalOf({.period = DateRange(Day("2026-11-10"), Day("2026-11-01"))}),
      "period: 2026-11-10..2026-10-31 is empty, expected the first day not after the last");
}

TEST(PlanTest, RefusesAPeriodThatEndsAfterToday) {
  EXPECT_TRUE(RefusalOf({.period = Days("2026-11-23..2026-11-23")}).ok());
  ExpectInvalid(RefusalOf({.period = Days("2026-11-23..2026-11-24")}),
                "period: 2026-11-23..2026-11-24 ends after today, 2026-11-23");
  ExpectInvalid(RefusalOf({.period = Days("9998-01-01..9999-12-31")}),
                "period: 9998-01-01..9999-12-31 ends after today, 2026-11-23");
}

TEST(PlanTest, TodayIsThatOfTheReportingZone) {
  const Query query = {.period = Days("2026-11-24..2026-11-24")};
  EXPECT_FALSE(RefusalOf(query).ok());
  EXPECT_TRUE(RefusalOf(query, kNow, {.time_zone = Zone("Pacific/Kiritimati")}).ok());
}

TEST(PlanTest, TakesTheFirstRetainedDayAndRefusesTheDayBeforeNamingIt) {
  EXPECT_TRUE(RefusalOf({.period = Days("2025-05-23..2025-05-23")}).ok());
  const absl::Status status = RefusalOf({.period = Days("2025-05-22..2026-11-01")});
  EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(
      Message(status),
      "period: 2025-05-22..2026-11-01 starts before the first day that is retained, 2025-05-23");
}

TEST(PlanTest, RetentionSnapsToTheEndOfAShorterMonth) {
  struct Case {
    std::string_view now;
    std::string_view first;
  };
  for (const Case& c :
       {Case{"2026-08-31T00:00:00Z", "2025-02-28"}, Case{"2025-08-31T23:59:59Z", "2024-02-29"},
        Case{"2025-08-29T12:00:00Z", "2024-02-29"}, Case{"2026-02-28T12:00:00Z", "2024-08-28"}}) {
    const absl::CivilDay first = Day(c.first);
    EXPECT_TRUE(RefusalOf({.period = DateRange(first, first + 1)}, Instant(c.now)).ok()) << c.now;
    const DateRange before(first - 1, first);
    EXPECT_EQ(Message(RefusalOf({.period = before}, Instant(c.now))),
              "period: " + ToString(before) + " starts before the first day that is retained, " +
                  std::string(c.first));
  }
}

TEST(PlanTest, RefusesPeriodsFarOutsideTheCalendar) {
  EXPECT_FALSE(
      RefusalOf({.period = DateRange(absl::CivilDay(-200'000'000, 1, 1), Day("2026-11-01"))}).ok());
  EXPECT_FALSE(
      RefusalOf({.period = DateRange(Day("2026-11-01"), absl::CivilDay(200'000'000, 1, 1))}).ok());
}

TEST(PlanTest, RefusesANowOutsideTheModelsTimes) {
  const Query query = {.period = Days("2026-11-01..2026-11-02")};
  for (const absl::Time now :
       {absl::InfiniteFuture(), absl::InfinitePast(), absl::UnixEpoch() - absl::Nanoseconds(1),
        absl::FromCivil(absl::CivilDay(10000, 1, 1), absl::UTCTimeZone())}) {
    ExpectInvalid(RefusalOf(query, now),
                  "now: " + FormatInstant(now) + " is outside 1970-01-01..9999-12-31");
  }
}

TEST(PlanTest, WorksInTheLastHourOfTheYear9999) {
  const absl::Time now = Instant("9999-12-31T23:30:00Z");
  EXPECT_TRUE(RefusalOf({.period = Days("9999-12-01..9999-12-31")}, now).ok());
  const absl::CivilDay today(10000, 1, 1);
  EXPECT_TRUE(
      RefusalOf({.period = LastDays(30, today)}, now, {.time_zone = Zone("Pacific/Kiritimati")})
          .ok());
}

// ---- status of days ----

TEST(PlanTest, ADayIsFinalFromFortyEightHoursAfterItsEndToTheNanosecond) {
  const Query query = {.period = Days("2026-11-20..2026-11-20")};
  const absl::Time edge = Instant("2026-11-23T00:00:00Z");
  const Plan ready = PlanReport(query, edge, {}).value();
  EXPECT_EQ(ready.StatusOf(Day("2026-11-20")), DayStatus::kReady);
  EXPECT_EQ(ready.head.latest_complete_day, Day("2026-11-20"));
  const Plan live = PlanReport(query, edge - absl::Nanoseconds(1), {}).value();
  EXPECT_EQ(live.StatusOf(Day("2026-11-20")), DayStatus::kProcessing);
  EXPECT_EQ(live.head.latest_complete_day, Day("2026-11-19"));
}

TEST(PlanTest, LiveDaysAreProcessingOrInRealTimeEstimates) {
  Query query = {.period = Days("2026-11-20..2026-11-23")};
  EXPECT_EQ(PlanOf(query).valued, Days("2026-11-20..2026-11-20"));
  EXPECT_EQ(PlanOf(query).StatusOf(Day("2026-11-21")), DayStatus::kProcessing);
  query.real_time = true;
  EXPECT_EQ(PlanOf(query).valued, query.period);
  EXPECT_EQ(PlanOf(query).StatusOf(Day("2026-11-20")), DayStatus::kReady);
  EXPECT_EQ(PlanOf(query).StatusOf(Day("2026-11-21")), DayStatus::kEstimate);
  EXPECT_EQ(PlanOf(query).StatusOf(Day("2026-11-23")), DayStatus::kEstimate);
}

TEST(PlanTest, FortyEightHoursAreHoursWhereTheClockChanges) {
  // Oslo's 28 March 2026 ends at 23:00 UTC. The next day has 23 hours, so two days are not enough.
  const ReportingOptions oslo = {.time_zone = Zone("Europe/Oslo")};
  const Query query = {.period = Days("2026-03-28..2026-03-28")};
  const absl::Time edge = Instant("2026-03-28T23:00:00Z") + absl::Hours(48);
  EXPECT_EQ(PlanReport(query, edge, oslo)->StatusOf(Day("2026-03-28")), DayStatus::kReady);
  EXPECT_EQ(PlanReport(query, edge - absl::Nanoseconds(1), oslo)->StatusOf(Day("2026-03-28")),
            DayStatus::kProcessing);
}

TEST(PlanTest, DaysBeforeTheBusinessWasCreatedHaveThatStatusAlsoWhenLive) {
  const ReportingOptions options = {.business_created = Day("2026-11-22")};
  for (const bool real_time : {false, true}) {
    const Plan plan =
        PlanOf({.period = Days("2026-11-19..2026-11-23"), .real_time = real_time}, options);
    EXPECT_EQ(plan.StatusOf(Day("2026-11-20")), DayStatus::kBeforeBusinessCreated);
    EXPECT_EQ(plan.StatusOf(Day("2026-11-21")), DayStatus::kBeforeBusinessCreated);
    EXPECT_EQ(plan.StatusOf(Day("2026-11-22")),
              real_time ? DayStatus::kEstimate : DayStatus::kProcessing);
    EXPECT_EQ(plan.valued.empty(), !real_time);
  }
}

TEST(PlanTest, AnAccountCreatedTomorrowHasNoValues) {
  const Plan plan = PlanOf({.period = Days("2026-10-25..2026-11-23"),
                            .real_time = true,
                            .comparison = Comparison::kPreviousPeriod},
                           {.business_created = Day("2026-11-24")});
  EXPECT_TRUE(plan.valued.empty());
  EXPECT_EQ(plan.before, std::nullopt);
  EXPECT_EQ(plan.StatusOf(Day("2026-11-23")), DayStatus::kBeforeBusinessCreated);
}

// ---- the days to compare with ----

TEST(PlanTest, ComparesWithAsManyDaysAsHaveValuesDirectlyBeforeThePeriod) {
  const Plan plan =
      PlanOf({.period = Days("2026-11-14..2026-11-23"), .comparison = Comparison::kPreviousPeriod});
  EXPECT_EQ(plan.valued, Days("2026-11-14..2026-11-20"));
  EXPECT_EQ(plan.before, Days("2026-11-07..2026-11-13"));
}

TEST(PlanTest, ComparesWithNothingUnlessAsked) {
  EXPECT_EQ(PlanOf({.period = Days("2026-11-14..2026-11-20")}).before, std::nullopt);
}

TEST(PlanTest, ComparesWithNothingPastRetention) {
  Query query = {.period = Days("2025-05-25..2025-05-26"),
                 .comparison = Comparison::kPreviousPeriod};
  EXPECT_EQ(PlanOf(query).before, Days("2025-05-23..2025-05-24"));
  query.period = Days("2025-05-25..2025-05-27");
  EXPECT_EQ(PlanOf(query).before, std::nullopt);
}

TEST(PlanTest, ComparesWithNothingBeforeTheAccountExisted) {
  const Query query = {.period = Days("2026-11-03..2026-11-04"),
                       .comparison = Comparison::kPreviousPeriod};
  EXPECT_EQ(PlanOf(query, {.business_created = Day("2026-11-01")}).before,
            Days("2026-11-01..2026-11-02"));
  EXPECT_EQ(PlanOf(query, {.business_created = Day("2026-11-02")}).before, std::nullopt);
  EXPECT_EQ(PlanOf(query, {.business_created = Day("2026-11-04")}).before, std::nullopt);
}

TEST(PlanTest, SaysWhatItComparesWith) {
  Query query = {.period = Days("2026-11-14..2026-11-23")};
  EXPECT_EQ(PlanOf(query).head.compared_with, std::nullopt);
  query.comparison = Comparison::kPreviousPeriod;
  EXPECT_EQ(PlanOf(query).head.compared_with, Days("2026-11-07..2026-11-13"));
  EXPECT_EQ(PlanOf(query, {.business_created = Day("2026-11-08")}).head.compared_with,
            std::nullopt);
  query.period = Days("2025-05-23..2025-06-10");
  EXPECT_EQ(PlanOf(query).head.compared_with, std::nullopt);
  query.period = Days("2026-11-22..2026-11-23");
  EXPECT_EQ(PlanOf(query).head.compared_with, std::nullopt);
}

// ---- metrics, splits, real time ----

TEST(PlanTest, NoMetricsMeanAllOfTheCatalogue) {
  EXPECT_EQ(PlanOf({.period = Days("2026-11-01..2026-11-01")}).head.query.metrics, Catalogue());
}

TEST(PlanTest, RefusesTwoMetricsOfOneNameAndOneWithoutAName) {
  const DateRange period = Days("2026-11-01..2026-11-01");
  const std::string saves_twice = ColumnTwice("saves", "the metric saves", "the metric saves");
  ExpectInvalid(RefusalOf({.period = period, .metrics = {kSaves, kPinClicks, kSaves}}),
                saves_twice);
  const Metric other = Ratio("saves", kSaves, kPinClicks);
  ExpectInvalid(RefusalOf({.period = period, .metrics = {kSaves, other}}), saves_twice);
  ExpectInvalid(RefusalOf({.period = period, .metrics = {Sum("", kSaves)}}),
                "metrics: one has no name");
}

TEST(PlanTest, RefusesNamesThatWouldBeTwoColumnsOfATable) {
  const DateRange period = Days("2026-11-01..2026-11-01");
  const auto count = [](std::string name) { return Count(std::move(name), Tally::kSaves); };
  const auto minutes = [&](std::string name) {
    return Measure(std::move(name), Unit::kMinutes, kSaves, 60);
  };
  struct Case {
    std::vector<Metric> metrics;
    std::string message;
  };
  for (const Case& c :
       {Case{{kSaves, count("saves_change")},
             ColumnTwice("saves_change", "the metric saves_change", "the change of saves")},
        Case{{count("saves_change"), kSaves},
             ColumnTwice("saves_change", "the change of saves", "the metric saves_change")},
        Case{{count("x"), minutes("x")},
             ColumnTwice("x_change", "the change of x", "the change of x")},
        Case{{minutes("x"), count("x_minutes")},
             ColumnTwice("x_minutes", "the metric x_minutes", "the metric x")},
        Case{{count("x_seconds"), Average("x", Unit::kSeconds, kSaves, 1, kSaves)},
             ColumnTwice("x_seconds", "the metric x", "the metric x_seconds")},
        // CSV has these two as one.
        Case{{count("=x"), count("'=x")}, ColumnTwice("'=x", "the metric '=x", "the metric =x")}}) {
    ExpectInvalid(RefusalOf({.period = period, .metrics = c.metrics}), c.message);
    ExpectInvalid(
        RefusalOf(
            {.period = period, .metrics = c.metrics, .comparison = Comparison::kPreviousPeriod}),
        c.message);
  }
  for (const char* reserved :
       {"date", "end", "partial", "segment", "status", "rank", "pin_id", "board_id", "title"}) {
    ExpectInvalid(RefusalOf({.period = period, .metrics = {count(reserved)}}),
                  ColumnTwice(reserved, "the metric " + std::string(reserved), "the table itself"));
  }
  EXPECT_TRUE(RefusalOf({.period = period,
                         .metrics = {minutes("date"), count("x"), count("x_2"), count("dates")}})
                  .ok());
}

TEST(PlanTest, RefusesNamesThatExportsCannotWriteAsTheyAre) {
  const DateRange period = Days("2026-11-01..2026-11-01");
  using Case = std::pair<std::string, std::string>;
  for (const auto& [name, quoted] : {Case("a\xFF", R"("a\xff")"), Case("\xC3", R"("\xc3")"),
                                     Case(std::string("a\0b", 3), R"("a\x00\x62")"),
                                     Case("a\nb", R"("a\nb")"), Case("\x7F", R"("\x7f")")}) {
    ExpectInvalid(
        RefusalOf({.period = period, .metrics = {Count(name, Tally::kSaves)}}),
        "metrics: the name " + quoted + " is broken, expected UTF-8 without control characters");
  }
  EXPECT_TRUE(RefusalOf({.period = period, .metrics = {Count("\u00E9lan", Tally::kSaves)}}).ok());
}

TEST(PlanTest, RefusesAMetricWithAFault) {
  CountMetric doubled = kSaves;
  for (int i = 0; i < 32; ++i) doubled = Sum("doubled", doubled, doubled);
  const Query query = {.period = Days("2026-11-01..2026-11-01"), .metrics = {doubled}};
  ExpectInvalid(
      RefusalOf(query),
      "metrics: doubled: it counts an event 4294967296 times, expected at most 4294967295 times");
  ExpectInvalid(
      PlanTopList({.period = query.period}, {.by = doubled}, kNow, {}).status(),
      "by: doubled: it counts an event 4294967296 times, expected at most 4294967295 times");
}

TEST(PlanTest, SplitsByTheTenDimensionsOfTheSpecAndNoOther) {
  const DateRange period = Days("2026-11-01..2026-11-01");
  for (const Dimension dimension :
       {Dimension::kContentType, Dimension::kDevice, Dimension::kAge, Dimension::kGender,
        Dimension::kSource, Dimension::kFormat, Dimension::kAccount, Dimension::kProductGroup,
        Dimension::kClaimed, Dimension::kPromotion}) {
    EXPECT_TRUE(RefusalOf({.period = period, .split = dimension}).ok()) << NameOf(dimension);
  }
  const std::string expected =
      " cannot split a report, expected one of content_type, device, age, gender, source, format, "
      "account, product_group, claimed, promotion";
  ExpectInvalid(RefusalOf({.period = period, .split = Dimension::kBoard}),
                "split: board" + expected);
  ExpectInvalid(RefusalOf({.period = period, .split = Dimension::kPin}), "split: pin" + expected);
  ExpectInvalid(RefusalOf({.period = period, .split = static_cast<Dimension>(77)}),
                "split: ?" + expected);
}

/// What is said of a filter on that dimension.
std::string UnknownInRealTime(std::string_view dimension) {
  return "filter: " + std::string(dimension) +
         " is not known in real time, expected conditions on other dimensions";
}

Query RealTime() { return {.period = Days("2026-11-22..2026-11-23"), .real_time = true}; }

TEST(PlanTest, RealTimeRefusesEverySplitWithTheReason) {
  for (std::size_t i = 0; i < kCountOf<Dimension>; ++i) {
    Query query = RealTime();
    query.split = static_cast<Dimension>(i);
    if (!CanSplit(*query.split)) continue;
    ExpectInvalid(RefusalOf(query), "split: " + std::string(NameOf(*query.split)) +
                                        " is not known in real time, expected no split");
  }
}

TEST(PlanTest, RealTimeRefusesAudiencesByNameAlsoInsideAHostsOwnMetrics) {
  for (const Metric& metric :
       {kTotalAudience, kEngagedAudience, kMonthlyTotalAudience, kMonthlyEngagedAudience,
        Ratio("engaged_share", kEngagedAudience, kTotalAudience)}) {
    Query query = RealTime();
    query.metrics = {kSaves, metric};
    ExpectInvalid(RefusalOf(query),
                  "metrics: " + metric.name() +
                      " counts people, which are not known in real time, expected other metrics");
  }
}

TEST(PlanTest, RealTimeRefusesContentTypePromotionAgeAndGenderAnywhereInTheFilter) {
  struct Case {
    Filter filter;
    std::string_view dimension;
  };
  for (const Case& c :
       {Case{Is(ContentType::kPaid), "content_type"}, Case{!Is(Promotion::kOrganic), "promotion"},
        Case{Is(Device::kMobile) && !Is(Age::k18To24), "age"},
        Case{Is(BoardId(1)) || (Is(PinId(2)) && !(Is(Gender::kMale) || Is(Device::kTablet))),
             "gender"}}) {
    Query query = RealTime();
    query.filter = c.filter;
    ExpectInvalid(RefusalOf(query), UnknownInRealTime(c.dimension));
  }
}

TEST(PlanTest, RealTimeTakesAllOtherConditionsMonthlyViewsAndAComparison) {
  Query query = RealTime();
  query.filter = Is(Device::kMobile) && Is(PinSource::kYourPins) && Is(PinFormat::kVideo) &&
                 Is(AccountId(1)) && Is(ProductGroupId(1)) && Is(BoardId(1)) && Is(PinId(1)) &&
                 Is(Claimed::kYes);
  query.metrics = {kMonthlyViews, kSaveRate};
  query.comparison = Comparison::kPreviousPeriod;
  EXPECT_EQ(PlanOf(query).before, Days("2026-11-20..2026-11-21"));
}

TEST(PlanTest, AllMetricsInRealTimeAreAllButTheAudiences) {
  const Plan plan = PlanOf(RealTime());
  EXPECT_EQ(plan.head.query.metrics.size(), Catalogue().size() - 4);
  for (const Metric& metric : plan.head.query.metrics) {
    EXPECT_FALSE(metric.name().ends_with("_audience")) << metric.name();
  }
}

// ---- months and retention ----

TEST(PlanTest, AMonthIsThirtyDaysWithBothEnds) {
  EXPECT_EQ(Plan::MonthOf(Day("2026-11-30")), Days("2026-11-01..2026-11-30"));
}

TEST(PlanTest, AMonthIsKnownIfAllItsDaysAreRetained) {
  const Plan plan = PlanOf({.period = Days("2025-05-23..2025-07-01")});
  EXPECT_FALSE(plan.MonthIsKnown(Day("2025-06-20")));
  EXPECT_TRUE(plan.MonthIsKnown(Day("2025-06-21")));
}

TEST(PlanTest, AMonthIsKnownIfTheAccountIsYoungerThanWhatIsMissing) {
  const Query query = {.period = Days("2025-05-23..2025-07-01")};
  EXPECT_TRUE(
      PlanOf(query, {.business_created = Day("2025-05-23")}).MonthIsKnown(Day("2025-05-23")));
  EXPECT_FALSE(
      PlanOf(query, {.business_created = Day("2025-05-22")}).MonthIsKnown(Day("2025-05-23")));
}

TEST(PlanTest, CountsTheDaysThatSomeFigureIsAbout) {
  Query query = {.period = Days("2026-11-01..2026-11-23"), .metrics = {kSaves}};
  EXPECT_EQ(PlanOf(query).CountedDays(), Days("2026-11-01..2026-11-20"));
  query.comparison = Comparison::kPreviousPeriod;
  EXPECT_EQ(PlanOf(query).CountedDays(), Days("2026-10-12..2026-11-20"));
  query.metrics = {kMonthlyViews};
  EXPECT_LE(PlanOf(query).CountedDays().first(), Day("2026-10-02"));
  query.comparison = Comparison::kNone;
  EXPECT_EQ(PlanOf(query).CountedDays(), Days("2026-10-03..2026-11-20"));
  EXPECT_EQ(PlanOf(query, {.business_created = Day("2026-10-20")}).CountedDays(),
            Days("2026-10-20..2026-11-20"));
}

// ---- top lists ----

TEST(PlanTopListTest, RefusesASplitAComparisonAndAudiencesToRankBy) {
  const DateRange period = Days("2026-11-01..2026-11-01");
  const auto refusal = [](const Query& query, const Ranking& ranking) {
    return PlanTopList(query, ranking, kNow, {}).status();
  };
  ExpectInvalid(refusal({.period = period, .split = Dimension::kDevice}, {}),
                "split: device cannot split a top list, expected no split");
  ExpectInvalid(refusal({.period = period, .comparison = Comparison::kPreviousPeriod}, {}),
                "comparison: a top list cannot be compared, expected none");
  for (const Metric& metric :
       {kTotalAudience, kEngagedAudience, kMonthlyTotalAudience, kMonthlyEngagedAudience,
        Ratio("engaged_share", kEngagedAudience, kTotalAudience)}) {
    ExpectInvalid(refusal({.period = period}, {.by = metric}),
                  "by: " + metric.name() + " counts people, expected any other metric");
  }
  EXPECT_TRUE(refusal({.period = period}, {.by = kMonthlyViews}).ok());
}

TEST(PlanTopListTest, RefusesCreatedWithinLessThanADay) {
  for (const std::int64_t days :
       {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::min()}) {
    ExpectInvalid(
        PlanTopList({.period = Days("2026-11-01..2026-11-01")}, {.created_in_last_days = days},
                    kNow, {})
            .status(),
        "created_in_last_days: " + std::to_string(days) + " is below 1, the day of today");
  }
}

TEST(PlanTopListTest, RefusesWhatAReportRefuses) {
  EXPECT_EQ(PlanTopList({.period = Days("2025-05-22..2025-05-23")}, {}, kNow, {}).status().code(),
            absl::StatusCode::kOutOfRange);
  Query query = RealTime();
  query.filter = Is(Gender::kMale);
  ExpectInvalid(PlanTopList(query, {}, kNow, {}).status(), UnknownInRealTime("gender"));
}

TEST(PlanTopListTest, NeedsWhatItRanksBy) {
  const Query query = {.period = Days("2026-11-20..2026-11-20"), .metrics = {kSaves}};
  const Plan plan = PlanTopList(query, {.by = kMonthlyViews}, kNow, {}).value();
  EXPECT_TRUE(plan.needs.month());
  EXPECT_FALSE(plan.needs.people());
  EXPECT_EQ(plan.CountedDays(), Days("2026-10-22..2026-11-20"));
}

}  // namespace
}  // namespace pinmetrics

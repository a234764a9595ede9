#include "pinmetrics/report/evaluate.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinmetrics/filter/filter_text.h"
#include "pinmetrics/metrics/catalogue.h"
#include "tests/report/dated_evaluation.h"
#include "tests/report/small_account.h"

namespace pinmetrics {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// ---- totals and days ----

TEST(EvaluateTest, EveryMetricOfADayIsItsDefinition) {
  SmallAccount account;
  for (int i = 0; i < 8; ++i) account.events.push_back(EventBy(1, "2026-11-20T10:00:00Z"));
  for (const Action action :
       {Action::kPinClick, Action::kPinClick, Action::kOutboundClick, Action::kSave,
        Action::kCarouselSwipe, Action::kCollectionClick, Action::kIdeaSwipe}) {
    account.events.push_back(EventBy(2, "2026-11-20T11:00:00Z", action));
  }
  account.events.push_back(PlaybackAt(
      "2026-11-20T12:00:00Z",
      {.play_time = absl::Seconds(12), .half_visible = absl::Seconds(2), .progress = 0.95}));
  account.events.push_back(
      PlaybackAt("2026-11-20T12:00:00Z",
                 {.play_time = absl::Seconds(3), .half_visible = absl::Seconds(1), .progress = 1}));
  const absl::StatusOr<Report> report = account.Run({.period = Days("2026-11-20..2026-11-20")});
  ASSERT_TRUE(report.ok()) << report.status();
  const Figures figures = {8, 7,         2,   1, 1, 4.0 / 8, 2.0 / 8, 1.0 / 8, 1.0 / 8, 1,      1,
                           2, 15.0 / 60, 7.5, 2, 1, 2,       1,       8,       2,       7.0 / 8};
  ASSERT_EQ(report->totals.size(), 1u);
  EXPECT_EQ(report->totals[0].figures, figures);
  EXPECT_EQ(report->totals[0].segment, std::nullopt);
  EXPECT_THAT(report->totals[0].change, IsEmpty());
  ASSERT_EQ(report->days.size(), 1u);
  EXPECT_EQ(report->days[0].figures, figures);
}

TEST(EvaluateTest, HoldsWhatWasAskedWhereAndWhen) {
  SmallAccount account;
  account.options.time_zone = Zone("Europe/Oslo");
  const Query query = {.period = Days("2026-11-01..2026-11-03"),
                       .filter = Is(Device::kTablet),
                       .include_saved = true,
                       .metrics = {kSaves},
                       .comparison = Comparison::kPreviousPeriod};
  const Report report = account.Run(query).value();
  EXPECT_EQ(report.query, query);
  EXPECT_EQ(report.time_zone, account.options.time_zone);
  EXPECT_EQ(report.now, account.now);
  EXPECT_EQ(report.latest_complete_day, Day("2026-11-20"));
}

TEST(EvaluateTest, DaysStandWithoutGapsAndAreZerosWhereNothingHappened) {
  SmallAccount account;
  account.events = {EventAt("2026-11-01T00:00:00Z"), EventAt("2026-11-03T23:59:59.999999999Z"),
                    EventAt("2026-11-04T00:00:00Z")};
  const Report report =
      account.Run({.period = Days("2026-10-31..2026-11-03"), .metrics = {kImpressions, kSaveRate}})
          .value();
  ASSERT_EQ(report.days.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(report.days[i].day, Day("2026-10-31") + static_cast<int>(i));
    EXPECT_EQ(report.days[i].status, DayStatus::kReady);
  }
  EXPECT_EQ(report.days[0].figures, (Figures{0, std::nullopt}));
  EXPECT_EQ(report.days[1].figures, (Figures{1, 0}));
  EXPECT_EQ(report.days[2].figures, (Figures{0, std::nullopt}));
  EXPECT_EQ(report.days[3].figures, (Figures{1, 0}));
  EXPECT_EQ(report.totals[0].figures, (Figures{2, 0}));
}

TEST(EvaluateTest, LiveDaysAreListedWithoutFiguresAndLeftOutOfTotals) {
  SmallAccount account;
  account.events = {EventAt("2026-11-20T12:00:00Z"), EventAt("2026-11-21T12:00:00Z"),
                    EventAt("2026-11-23T12:00:00Z")};
  Query query = {.period = Days("2026-11-20..2026-11-23"), .metrics = {kImpressions}};
  const Report report = account.Run(query).value();
  EXPECT_EQ(report.totals[0].figures, (Figures{1}));
  ASSERT_EQ(report.days.size(), 4u);
  EXPECT_EQ(report.days[1], (DayRow{Day("2026-11-21"), DayStatus::kProcessing}));
  EXPECT_EQ(report.days[3], (DayRow{Day("2026-11-23"), DayStatus::kProcessing}));

  query.real_time = true;
  const Report live = account.Run(query).value();
  EXPECT_EQ(live.totals[0].figures, (Figures{3}));
  EXPECT_EQ(live.days[0].status, DayStatus::kReady);
  EXPECT_EQ(live.days[1], (DayRow{Day("2026-11-21"), DayStatus::kEstimate, {}, {1}}));
  EXPECT_EQ(live.days[2].figures, (Figures{0}));
}

TEST(EvaluateTest, TotalsOfAPeriodWithoutValuesAreAbsent) {
  SmallAccount account;
  account.events = {EventAt("2026-11-23T11:00:00Z")};
  const Report report = account
                            .Run({.period = Days("2026-11-22..2026-11-23"),
                                  .metrics = {kImpressions, kMonthlyViews},
                                  .comparison = Comparison::kPreviousPeriod})
                            .value();
  ASSERT_EQ(report.totals.size(), 1u);
  EXPECT_THAT(report.totals[0].figures, ElementsAre(std::nullopt, std::nullopt));
  EXPECT_THAT(report.totals[0].change, ElementsAre(std::nullopt, std::nullopt));
}

TEST(EvaluateTest, RateOfAPeriodIsTheRatioOfItsSums) {
  SmallAccount account;
  account.events = {
      EventAt("2026-11-01T12:00:00Z"), EventAt("2026-11-01T12:00:00Z", Action::kSave),
      EventAt("2026-11-02T12:00:00Z"), EventAt("2026-11-02T12:00:00Z"),
      EventAt("2026-11-02T12:00:00Z"), EventAt("2026-11-03T12:00:00Z", Action::kSave)};
  const Report report =
      account.Run({.period = Days("2026-11-01..2026-11-03"), .metrics = {kSaveRate}}).value();
  EXPECT_THAT(Column(report, report.days, kSaveRate), ElementsAre(1.0, 0.0, std::nullopt));
  EXPECT_THAT(Column(report, report.totals, kSaveRate), ElementsAre(0.5));
}

TEST(EvaluateTest, AudienceOfAPeriodCountsEachPersonOnce) {
  SmallAccount account;
  account.events = {EventBy(7, "2026-11-01T12:00:00Z"), EventBy(7, "2026-11-02T12:00:00Z"),
                    EventBy(8, "2026-11-02T12:00:00Z", Action::kIdeaSwipe),
                    EventBy(8, "2026-11-03T12:00:00Z", Action::kSave)};
  const Report report = account
                            .Run({.period = Days("2026-11-01..2026-11-03"),
                                  .metrics = {kTotalAudience, kEngagedAudience}})
                            .value();
  EXPECT_THAT(Column(report, report.days, kTotalAudience), ElementsAre(1, 2, 1));
  EXPECT_THAT(Column(report, report.days, kEngagedAudience), ElementsAre(0, 1, 1));
  EXPECT_EQ(report.totals[0].figures, (Figures{2, 1}));
}

TEST(EvaluateTest, UnknownViewersCountInEverythingButTheAudiences) {
  SmallAccount account;
  account.events = {EventBy(0, "2026-11-01T12:00:00Z"),
                    EventBy(0, "2026-11-01T12:00:00Z", Action::kSave),
                    EventBy(std::numeric_limits<std::uint64_t>::max(), "2026-11-01T12:00:00Z")};
  const Report report =
      account
          .Run({.period = Days("2026-11-01..2026-11-01"),
                .metrics = {kImpressions, kSaves, kTotalAudience, kEngagedAudience,
                            kMonthlyTotalAudience, kMonthlyEngagedAudience, kMonthlyViews}})
          .value();
  EXPECT_EQ(report.totals[0].figures, (Figures{2, 1, 1, 0, 1, 0, 2}));
}

// ---- months ----

TEST(EvaluateTest, AMonthReachesTwentyNineDaysBackAndNoFurther) {
  SmallAccount account;
  account.events = {EventBy(1, "2026-10-01T23:59:59.999999999Z"),
                    EventBy(2, "2026-10-02T00:00:00Z"),
                    EventBy(3, "2026-10-31T23:59:59Z", Action::kSave)};
  const Report report =
      account
          .Run({.period = Days("2026-10-30..2026-11-01"),
                .metrics = {kMonthlyViews, kMonthlyTotalAudience, kMonthlyEngagedAudience}})
          .value();
  EXPECT_EQ(report.days[0].figures, (Figures{2, 2, 0}));
  EXPECT_EQ(report.days[1].figures, (Figures{1, 2, 1}));
  EXPECT_EQ(report.days[2].figures, (Figures{0, 1, 1}));
  EXPECT_EQ(report.totals[0].figures, (Figures{0, 1, 1}));
}

TEST(EvaluateTest, MonthlyTotalsAreThoseOfTheLastDayWithValues) {
  SmallAccount account;
  account.events = {EventAt("2026-11-10T12:00:00Z"), EventAt("2026-11-21T12:00:00Z")};
  const Report report =
      account.Run({.period = Days("2026-11-19..2026-11-23"), .metrics = {kMonthlyViews}}).value();
  EXPECT_EQ(report.totals[0].figures, (Figures{1}));
}

TEST(EvaluateTest, MonthlyViewsLeaveSavedPinsOutWhateverTheSwitchSays) {
  SmallAccount account;
  account.pins[1].saved = true;
  account.events = {EventOn(1, "2026-11-10T12:00:00Z"), EventOn(2, "2026-11-10T12:00:00Z"),
                    EventOn(2, "2026-11-10T12:00:00Z")};
  account.events[1].viewer = ViewerId(5);
  Query query = {.period = Days("2026-11-10..2026-11-10"),
                 .metrics = {kImpressions, kTotalAudience, kMonthlyTotalAudience, kMonthlyViews}};
  EXPECT_EQ(account.Run(query)->totals[0].figures, (Figures{1, 0, 0, 1}));
  query.include_saved = true;
  EXPECT_EQ(account.Run(query)->totals[0].figures, (Figures{3, 1, 1, 1}));
}

TEST(EvaluateTest, MonthsThatReachPastRetentionAreAbsent) {
  SmallAccount account;
  account.events = {EventAt("2025-05-22T12:00:00Z"), EventAt("2025-05-23T12:00:00Z")};
  const Query query = {.period = Days("2025-06-20..2025-06-21"), .metrics = {kMonthlyViews}};
  const Report report = account.Run(query).value();
  EXPECT_THAT(Column(report, report.days, kMonthlyViews), ElementsAre(std::nullopt, 1));

  account.options.business_created = Day("2025-05-23");
  const Report young = account.Run(query).value();
  EXPECT_THAT(Column(young, young.days, kMonthlyViews), ElementsAre(1, 1));
}

// ---- retention and the account's beginning ----

TEST(EvaluateTest, EventsBeforeRetentionNeverCount) {
  SmallAccount account;
  account.events = {EventAt("2025-05-22T23:59:59.999999999Z"), EventAt("2025-05-23T00:00:00Z")};
  const Report report = account
                            .Run({.period = Days("2025-05-23..2025-05-24"),
                                  .metrics = {kImpressions},
                                  .comparison = Comparison::kPreviousPeriod})
                            .value();
  EXPECT_EQ(report.totals[0].figures, (Figures{1}));
  EXPECT_THAT(report.totals[0].change, ElementsAre(std::nullopt));
}

TEST(EvaluateTest, DaysBeforeTheAccountExistedHaveNoFiguresAndTheirEventsDoNotCount) {
  SmallAccount account;
  account.options.business_created = Day("2026-11-02");
  account.events = {EventAt("2026-11-01T23:59:59Z"), EventAt("2026-11-02T00:00:00Z")};
  const Report report =
      account
          .Run({.period = Days("2026-11-01..2026-11-03"), .metrics = {kImpressions, kMonthlyViews}})
          .value();
  EXPECT_EQ(report.days[0], (DayRow{Day("2026-11-01"), DayStatus::kBeforeBusinessCreated}));
  EXPECT_EQ(report.days[1].figures, (Figures{1, 1}));
  EXPECT_EQ(report.totals[0].figures, (Figures{1, 1}));
}

// ---- weeks and months ----

TEST(EvaluateTest, WeekCountsItsDaysInThePeriodThatHaveValues) {
  SmallAccount account;
  // 2 and 9 November are Mondays; at noon of the 23rd days up to the 20th are final.
  account.events = {EventAt("2026-11-07T12:00:00Z"), EventAt("2026-11-08T12:00:00Z"),
                    EventAt("2026-11-09T00:00:00Z"), EventAt("2026-11-15T23:59:59Z"),
                    EventAt("2026-11-20T12:00:00Z"), EventAt("2026-11-21T12:00:00Z")};
  Query query = {.period = Days("2026-11-08..2026-11-22"),
                 .metrics = {kImpressions},
                 .interval = Interval::Week()};
  const auto week = [](std::string_view first, std::string_view last, double impressions) {
    return DayRow{.day = Day(first), .figures = {impressions}, .last_day = Day(last)};
  };
  std::vector<DayRow> rows = {week("2026-11-02", "2026-11-08", 1),
                              week("2026-11-09", "2026-11-15", 2),
                              week("2026-11-16", "2026-11-22", 1)};
  rows[0].partial = true;
  rows[2].status = DayStatus::kProcessing;
  EXPECT_EQ(account.Run(query)->days, rows);
  query.real_time = true;
  rows[2].status = DayStatus::kEstimate;
  rows[2].figures = {2};
  EXPECT_EQ(account.Run(query)->days, rows);
}

TEST(EvaluateTest, PeopleOfAWeekCountOnceAndMonthlyFiguresAreOfItsLastDayWithValues) {
  SmallAccount account;
  account.events = {EventAt("2026-10-22T12:00:00Z"), EventAt("2026-11-17T12:00:00Z"),
                    EventAt("2026-11-18T12:00:00Z"), EventAt("2026-11-18T12:00:00Z")};
  for (Event& event : account.events) event.viewer = ViewerId(7);
  account.events.back().viewer = ViewerId(8);
  const Report report = account
                            .Run({.period = Days("2026-11-16..2026-11-23"),
                                  .metrics = {kTotalAudience, kMonthlyViews},
                                  .interval = Interval::Week()})
                            .value();
  ASSERT_EQ(report.days.size(), 2u);
  // The 30 days that end with 20 November begin with 22 October.
  EXPECT_EQ(report.days[0].figures, (Figures{2, 4}));
  EXPECT_EQ(report.days[1].figures, Figures());
  EXPECT_EQ(report.days[1].status, DayStatus::kProcessing);
}

TEST(EvaluateTest, StatusOfAMonthIsThatOfItsLeastCertainDay) {
  SmallAccount account;
  account.options.business_created = Day("2026-10-30");
  account.events = {EventAt("2026-10-31T12:00:00Z")};
  const Report report = account
                            .Run({.period = Days("2026-09-20..2026-11-23"),
                                  .metrics = {kImpressions},
                                  .interval = Interval::Month()})
                            .value();
  ASSERT_EQ(report.days.size(), 3u);
  EXPECT_EQ(report.days[0].status, DayStatus::kBeforeBusinessCreated);
  EXPECT_EQ(report.days[0].figures, Figures());
  // Nothing is uncertain of days on which there was no account.
  EXPECT_EQ(report.days[1].status, DayStatus::kReady);
  EXPECT_EQ(report.days[1].figures, Figures{1});
  EXPECT_FALSE(report.days[1].partial);
  EXPECT_EQ(report.days[2].status, DayStatus::kProcessing);
  EXPECT_EQ(report.days[2].figures, Figures{0});
  EXPECT_TRUE(report.days[2].partial);
}

// ---- change ----

TEST(EvaluateTest, ChangeIsAgainstTheDaysDirectlyBefore) {
  SmallAccount account;
  account.events = {
      EventAt("2026-11-16T12:00:00Z"), EventAt("2026-11-17T00:00:00Z"),
      EventAt("2026-11-18T23:59:59Z"), EventAt("2026-11-18T12:00:00Z", Action::kSave),
      EventAt("2026-11-19T00:00:00Z"), EventAt("2026-11-20T12:00:00Z"),
      EventAt("2026-11-20T12:00:00Z"), EventAt("2026-11-20T12:00:00Z", Action::kPinClick)};
  const Report report =
      account
          .Run({.period = Days("2026-11-19..2026-11-23"),
                .metrics = {kImpressions, kSaves, kPinClicks, kPinClickRate, kAveragePlayTime},
                .comparison = Comparison::kPreviousPeriod})
          .value();
  EXPECT_EQ(report.totals[0].figures, (Figures{3, 0, 1, 1.0 / 3, std::nullopt}));
  // Two days have values, so the two days before count: 2 impressions, 1 save.
  EXPECT_EQ(report.totals[0].change, (Figures{0.5, -1, std::nullopt, std::nullopt, std::nullopt}));
}

TEST(EvaluateTest, MonthlyChangeIsAgainstTheDayBeforeThePeriod) {
  SmallAccount account;
  // The month of 15 November begins on 17 October, that of 20 November on 22 October.
  account.events = {EventAt("2026-10-16T12:00:00Z"), EventAt("2026-10-17T12:00:00Z"),
                    EventAt("2026-11-15T12:00:00Z"), EventAt("2026-11-16T12:00:00Z"),
                    EventAt("2026-11-16T12:00:00Z")};
  const Report report = account
                            .Run({.period = Days("2026-11-16..2026-11-20"),
                                  .metrics = {kMonthlyViews},
                                  .comparison = Comparison::kPreviousPeriod})
                            .value();
  EXPECT_EQ(report.totals[0].figures, (Figures{3}));
  EXPECT_EQ(report.totals[0].change, (Figures{0.5}));
}

TEST(EvaluateTest, MonthlyChangeIsAbsentWhereTheMonthBeforeIsNotRetained) {
  SmallAccount account;
  account.events = {EventAt("2025-06-20T12:00:00Z"), EventAt("2025-06-21T12:00:00Z")};
  const Report report = account
                            .Run({.period = Days("2025-06-21..2025-06-21"),
                                  .metrics = {kImpressions, kMonthlyViews},
                                  .comparison = Comparison::kPreviousPeriod})
                            .value();
  EXPECT_EQ(report.totals[0].figures, (Figures{1, 2}));
  EXPECT_EQ(report.totals[0].change, (Figures{0, std::nullopt}));
}

// ---- filters ----

TEST(EvaluateTest, FilterLooksAtTheEventAndAtItsPin) {
  SmallAccount account;
  account.pins[1].format = PinFormat::kVideo;
  account.events = {EventOn(1, "2026-11-10T12:00:00Z"), EventOn(2, "2026-11-10T12:00:00Z"),
                    EventOn(2, "2026-11-10T12:00:00Z")};
  account.events[0].device = Device::kMobile;
  account.events[1].device = Device::kMobile;
  const auto impressions = [&account](const Filter& filter) {
    return account
        .Run(
            {.period = Days("2026-11-10..2026-11-10"), .filter = filter, .metrics = {kImpressions}})
        ->totals[0]
        .figures[0];
  };
  EXPECT_EQ(impressions(Is(Device::kMobile)), 2);
  EXPECT_EQ(impressions(Is(PinFormat::kVideo)), 2);
  EXPECT_EQ(impressions(Is(PinFormat::kVideo) && Is(Device::kMobile)), 1);
  EXPECT_EQ(impressions(Is(BoardId(1)) || Is(Device::kUnspecified)), 2);
  EXPECT_EQ(impressions(Is(kNoAccount)), 3);
  EXPECT_EQ(impressions(Is(AccountId(0))), 0);
}

TEST(EvaluateTest, FiltersThatNothingPassesGiveZerosNotAbsence) {
  SmallAccount account;
  account.events = {EventBy(1, "2026-11-10T12:00:00Z")};
  for (const Filter& filter :
       {Is(Device::kMobile) && Is(Device::kTablet), ParseFilter("-()").value(),
        ParseFilter("device:unspecified -device:unspecified").value()}) {
    const Report report = account
                              .Run({.period = Days("2026-11-10..2026-11-10"),
                                    .filter = filter,
                                    .metrics = {kImpressions, kTotalAudience, kSaveRate}})
                              .value();
    EXPECT_EQ(report.totals[0].figures, (Figures{0, 0, std::nullopt}));
    EXPECT_EQ(report.days[0].figures, (Figures{0, 0, std::nullopt}));
  }
}

// ---- splits ----

TEST(EvaluateTest, SplitsByEveryDimensionInItsOrder) {
  constexpr std::string_view kNoon = "2026-11-10T12:00:00Z";
  const auto segments = [](SmallAccount account, Dimension dimension) {
    return SegmentsOf(account
                          .Run({.period = Days("2026-11-10..2026-11-10"),
                                .metrics = {kImpressions},
                                .split = dimension})
                          .value());
  };
  SmallAccount account;
  for (int i = 7; i >= 0; --i) {
    Event event = EventAt(kNoon);
    event.age = static_cast<Age>(i);
    event.device = static_cast<Device>(i % 4);
    event.content_type = static_cast<ContentType>(i % 3);
    event.gender = static_cast<Gender>(i % 3);
    event.pin = PinId(static_cast<std::uint64_t>(i));
    account.events.push_back(event);
  }
  account.pins.clear();
  for (std::uint64_t i = 0; i < 8; ++i) {
    Pin pin = MakePin(i);
    pin.source = static_cast<PinSource>(i % 2);
    pin.format = static_cast<PinFormat>(i % 4);
    if (i > 1) pin.account = AccountId(i % 2 == 0 ? 100 : std::uint64_t{0} - 1);
    if (i > 1) pin.product_group = ProductGroupId(i % 3);
    account.pins.push_back(pin);
  }
  EXPECT_THAT(segments(account, Dimension::kContentType), ElementsAre("organic", "paid", "earned"));
  EXPECT_THAT(segments(account, Dimension::kDevice),
              ElementsAre("mobile", "tablet", "desktop", "unspecified"));
  EXPECT_THAT(
      segments(account, Dimension::kAge),
      ElementsAre("18-24", "25-34", "35-44", "45-49", "50-54", "55-64", "65+", "unspecified"));
  EXPECT_THAT(segments(account, Dimension::kGender), ElementsAre("female", "male", "unspecified"));
  EXPECT_THAT(segments(account, Dimension::kSource), ElementsAre("your_pins", "other_pins"));
  EXPECT_THAT(segments(account, Dimension::kFormat),
              ElementsAre("standard", "product", "idea", "video"));
  EXPECT_THAT(segments(account, Dimension::kAccount),
              ElementsAre("100", "18446744073709551615", "none"));
  EXPECT_THAT(segments(account, Dimension::kProductGroup), ElementsAre("0", "1", "2", "none"));
  EXPECT_THAT(segments(account, Dimension::kClaimed), ElementsAre("yes", "no"));
  EXPECT_THAT(segments(account, Dimension::kPromotion), ElementsAre("organic", "paid_and_earned"));
}

// Three content types cannot say how many people saw what is paid or earned.
TEST(EvaluateTest, PeopleOfPaidAndEarnedAreCountedTogether) {
  SmallAccount account;
  for (const ContentType type : {ContentType::kOrganic, ContentType::kPaid, ContentType::kEarned}) {
    account.events.push_back(EventBy(5, "2026-11-10T12:00:00Z"));
    account.events.back().content_type = type;
  }
  const Report report = account
                            .Run({.period = Days("2026-11-10..2026-11-10"),
                                  .metrics = {kTotalAudience, kImpressions},
                                  .split = Dimension::kPromotion})
                            .value();
  EXPECT_THAT(SegmentsOf(report), ElementsAre("organic", "paid_and_earned"));
  EXPECT_THAT(Column(report, report.totals, kTotalAudience), ElementsAre(1, 1));
  EXPECT_THAT(Column(report, report.totals, kImpressions), ElementsAre(1, 2));
}

TEST(EvaluateTest, SplitHasEveryOccurringValueOnEveryDayWithValues) {
  SmallAccount account;
  account.events = {EventAt("2026-11-19T12:00:00Z"), EventAt("2026-11-20T12:00:00Z"),
                    EventAt("2026-11-21T12:00:00Z"), EventAt("2026-11-18T12:00:00Z")};
  account.events[0].device = Device::kTablet;
  account.events[1].device = Device::kMobile;
  account.events[2].device = Device::kDesktop;  // On a live day.
  const Report report = account
                            .Run({.period = Days("2026-11-19..2026-11-21"),
                                  .metrics = {kImpressions},
                                  .split = Dimension::kDevice})
                            .value();
  EXPECT_THAT(SegmentsOf(report), ElementsAre("mobile", "tablet"));
  const std::vector<DayRow> days = {
      {Day("2026-11-19"), DayStatus::kReady, Attribute(Device::kMobile), {0}},
      {Day("2026-11-19"), DayStatus::kReady, Attribute(Device::kTablet), {1}},
      {Day("2026-11-20"), DayStatus::kReady, Attribute(Device::kMobile), {1}},
      {Day("2026-11-20"), DayStatus::kReady, Attribute(Device::kTablet), {0}},
      {Day("2026-11-21"), DayStatus::kProcessing, std::nullopt, {}}};
  EXPECT_EQ(report.days, days);
}

TEST(EvaluateTest, SplitOfNothingKeepsItsDays) {
  SmallAccount account;
  const Report report = account
                            .Run({.period = Days("2026-11-20..2026-11-21"),
                                  .metrics = {kImpressions, kSaveRate},
                                  .split = Dimension::kAccount,
                                  .comparison = Comparison::kPreviousPeriod})
                            .value();
  EXPECT_THAT(report.totals, IsEmpty());
  ASSERT_EQ(report.days.size(), 2u);
  EXPECT_EQ(report.days[0].segment, std::nullopt);
  EXPECT_EQ(report.days[0].figures, (Figures{0, std::nullopt}));
  EXPECT_EQ(report.days[1].status, DayStatus::kProcessing);
}

TEST(EvaluateTest, SplitShowsMonthlyFiguresOfAValueThatIsSeenEarlierInTheMonthOnly) {
  SmallAccount account;
  account.events = {EventAt("2026-11-01T12:00:00Z")};
  const Query query = {.period = Days("2026-11-20..2026-11-20"),
                       .metrics = {kImpressions, kMonthlyViews},
                       .split = Dimension::kDevice};
  const Report report = account.Run(query).value();
  EXPECT_THAT(Column(report, report.totals, kMonthlyViews), ElementsAre(1));
  EXPECT_THAT(Column(report, report.days, kMonthlyViews), ElementsAre(1));
}

TEST(EvaluateTest, ChangeOfASegmentIsAgainstTheSameSegment) {
  SmallAccount account;
  account.events = {EventAt("2026-11-19T12:00:00Z"), EventAt("2026-11-20T12:00:00Z"),
                    EventAt("2026-11-20T12:00:00Z"), EventAt("2026-11-20T12:00:00Z")};
  account.events[3].device = Device::kMobile;
  const Report report = account
                            .Run({.period = Days("2026-11-20..2026-11-20"),
                                  .metrics = {kImpressions},
                                  .split = Dimension::kDevice,
                                  .comparison = Comparison::kPreviousPeriod})
                            .value();
  EXPECT_THAT(SegmentsOf(report), ElementsAre("mobile", "unspecified"));
  EXPECT_THAT(report.totals[0].change, ElementsAre(std::nullopt));
  EXPECT_THAT(report.totals[1].change, ElementsAre(1));
}

TEST(EvaluateTest, SegmentThatFellToNothingHasDaysOfZerosAndItsChange) {
  SmallAccount account;
  account.events = {EventAt("2026-11-17T12:00:00Z"), EventAt("2026-11-18T12:00:00Z"),
                    EventAt("2026-11-19T12:00:00Z"), EventAt("2026-11-16T12:00:00Z")};
  account.events[0].device = Device::kTablet;
  account.events[1].device = Device::kTablet;
  account.events[2].device = Device::kMobile;
  account.events[3].device = Device::kDesktop;  // Before the days to compare with.
  Query query = {.period = Days("2026-11-19..2026-11-20"),
                 .metrics = {kImpressions, kSaveRate},
                 .split = Dimension::kDevice,
                 .comparison = Comparison::kPreviousPeriod};
  const Report report = account.Run(query).value();
  const Figures nothing = {0, std::nullopt};
  const std::vector<TotalRow> totals = {
      {Attribute(Device::kMobile), {1, 0}, {std::nullopt, std::nullopt}},
      {Attribute(Device::kTablet), nothing, {-1, std::nullopt}}};
  EXPECT_EQ(report.totals, totals);
  const std::vector<DayRow> days = {
      {Day("2026-11-19"), DayStatus::kReady, Attribute(Device::kMobile), {1, 0}},
      {Day("2026-11-19"), DayStatus::kReady, Attribute(Device::kTablet), nothing},
      {Day("2026-11-20"), DayStatus::kReady, Attribute(Device::kMobile), nothing},
      {Day("2026-11-20"), DayStatus::kReady, Attribute(Device::kTablet), nothing}};
  EXPECT_EQ(report.days, days);
  query.comparison = Comparison::kNone;
  EXPECT_THAT(SegmentsOf(account.Run(query).value()), ElementsAre("mobile"));
}

TEST(EvaluateTest, SegmentWhoseMonthEndedTheDayBeforeThePeriodHasItsChange) {
  SmallAccount account;
  // The first of the 30 days that end with the 19th, and the day before these.
  account.events = {EventAt("2026-10-21T12:00:00Z"), EventAt("2026-10-20T12:00:00Z")};
  account.events[0].device = Device::kTablet;
  Query query = {.period = Days("2026-11-20..2026-11-20"),
                 .metrics = {kMonthlyViews},
                 .split = Dimension::kDevice,
                 .comparison = Comparison::kPreviousPeriod};
  const Report report = account.Run(query).value();
  EXPECT_THAT(SegmentsOf(report), ElementsAre("tablet"));
  EXPECT_EQ(report.totals[0].figures, Figures{0});
  EXPECT_EQ(report.totals[0].change, Figures{-1});
  query.metrics = {kImpressions};
  EXPECT_THAT(account.Run(query)->totals, IsEmpty());
}

TEST(EvaluateTest, SegmentBeforeTheAccountWasCreatedHasNoRow) {
  SmallAccount account;
  account.options.business_created = Day("2026-11-20");
  account.events = {EventAt("2026-11-19T12:00:00Z")};
  const Query query = {.period = Days("2026-11-20..2026-11-20"),
                       .metrics = {kImpressions, kMonthlyViews},
                       .split = Dimension::kDevice,
                       .comparison = Comparison::kPreviousPeriod};
  EXPECT_THAT(account.Run(query)->totals, IsEmpty());
}

// ---- zones ----

TEST(EvaluateTest, DaysOfTwentyThreeAndTwentyFiveHoursHoldTheirHours) {
  SmallAccount account;
  account.options.time_zone = Zone("Europe/Oslo");
  account.now = Instant("2026-11-23T12:00:00Z");
  const auto by_hour = [&account](std::string_view begin, std::string_view days) {
    account.events.clear();
    for (int hour = 0; hour < 72; ++hour) {
      account.events.push_back(EventAt(begin));
      account.events.back().time += absl::Hours(hour);
    }
    const Report report = account.Run({.period = Days(days), .metrics = {kImpressions}}).value();
    return Column(report, report.days, kImpressions);
  };
  EXPECT_THAT(by_hour("2026-03-28T00:00:00+01:00", "2026-03-28..2026-03-31"),
              ElementsAre(24, 23, 24, 1));
  EXPECT_THAT(by_hour("2026-10-24T00:00:00+02:00", "2026-10-24..2026-10-27"),
              ElementsAre(24, 25, 23, 0));
}

TEST(EvaluateTest, ADayThatTheZoneSkippedIsARowOfZeros) {
  SmallAccount account;
  account.options.time_zone = Zone("Pacific/Apia");
  account.now = Instant("2012-01-15T12:00:00Z");
  account.events = {EventAt("2011-12-30T09:59:59.999999999Z"), EventAt("2011-12-30T10:00:00Z")};
  const Report report =
      account.Run({.period = Days("2011-12-29..2011-12-31"), .metrics = {kImpressions}}).value();
  EXPECT_THAT(Column(report, report.days, kImpressions), ElementsAre(1, 0, 1));
  EXPECT_THAT(Column(report, report.totals, kImpressions), ElementsAre(2));
}

TEST(EvaluateTest, TheHourThatIsShownAgainBelongsToTheDayThatHasBegun) {
  SmallAccount account;
  account.options.time_zone = Zone("America/St_Johns");
  account.now = Instant("2010-11-20T12:00:00Z");
  // At 00:01 on 7 November the clock went back to 23:01 on the 6th.
  account.events = {EventAt("2010-11-07T02:29:59Z"), EventAt("2010-11-07T02:30:00Z"),
                    EventAt("2010-11-07T02:31:00Z"), EventAt("2010-11-07T03:30:00Z")};
  const Report report =
      account.Run({.period = Days("2010-11-06..2010-11-07"), .metrics = {kImpressions}}).value();
  EXPECT_THAT(Column(report, report.days, kImpressions), ElementsAre(1, 3));
}

TEST(EvaluateTest, AnotherZoneOnlyMovesDays) {
  SmallAccount account;
  account.events = {EventBy(1, "2026-11-10T23:30:00Z"), EventBy(2, "2026-11-11T00:30:00Z")};
  const Query query = {.period = Days("2026-11-08..2026-11-13"), .metrics = {kImpressions}};
  const Report utc = account.Run(query).value();
  account.options.time_zone = Zone("Europe/Oslo");
  const Report oslo = account.Run(query).value();
  EXPECT_EQ(utc.totals, oslo.totals);
  EXPECT_THAT(Column(utc, utc.days, kImpressions), ElementsAre(0, 0, 1, 1, 0, 0));
  EXPECT_THAT(Column(oslo, oslo.days, kImpressions), ElementsAre(0, 0, 0, 2, 0, 0));
}

// ---- real time ----

TEST(EvaluateTest, AllMetricsInRealTimeHaveNoAudiences) {
  SmallAccount account;
  account.events = {EventBy(1, "2026-11-23T12:00:00Z")};
  const Report report =
      account.Run({.period = Days("2026-11-23..2026-11-23"), .real_time = true}).value();
  EXPECT_EQ(report.query.metrics.size(), Catalogue().size() - 4);
  EXPECT_EQ(report.totals[0].figures.size(), report.query.metrics.size());
  EXPECT_EQ(report.days[0].figures.size(), report.query.metrics.size());
}

TEST(EvaluateTest, EventsOfTheNextFiveMinutesCountInRealTimeIfTheyAreToday) {
  SmallAccount account;
  account.now = Instant("2026-11-23T23:58:00Z");
  account.events = {EventAt("2026-11-23T23:59:00Z"), EventAt("2026-11-24T00:03:00Z"),
                    EventAt("2026-11-24T00:03:00.000000001Z")};
  const DatedEvaluation evaluation = account.Evaluated();
  ASSERT_EQ(evaluation.refused_events().size(), 1u);
  EXPECT_EQ(evaluation.refused_events()[0].index, 2u);
  const Report report = evaluation
                            .Run({.period = Days("2026-11-23..2026-11-23"),
                                  .real_time = true,
                                  .metrics = {kImpressions}})
                            .value();
  EXPECT_EQ(report.totals[0].figures, (Figures{1}));
}

// ---- what is refused and what is repeated ----

TEST(EvaluateTest, RefusedEventsAreNamedByIndexAndTheGoodOnesCount) {
  SmallAccount account;
  const Event good = EventAt("2026-11-10T12:00:00Z");
  account.events.assign(6, good);
  account.events[0].pin = PinId(99);
  account.events[2].gender = static_cast<Gender>(9);
  account.events[3].playback.emplace();
  account.events[5].time = absl::InfiniteFuture();
  const DatedEvaluation evaluation = account.Evaluated();
  std::vector<std::string> refused;
  for (const Refusal& refusal : evaluation.refused_events()) {
    refused.push_back(std::to_string(refusal.index) + " " + std::string(refusal.fault.field));
  }
  EXPECT_THAT(refused, ElementsAre("0 pin", "2 gender", "3 playback", "5 time"));
  EXPECT_EQ(evaluation.refused_events()[0].fault.reason, "99 is not a known Pin");
  EXPECT_EQ(evaluation.refused_events()[0].kind(), FaultKind::kUnknownPin);
  EXPECT_EQ(evaluation.refused_events()[1].kind(), FaultKind::kNotAValue);
  EXPECT_EQ(evaluation.refused_events()[3].kind(), FaultKind::kOutOfRange);
  const Query query = {.period = Days("2026-11-10..2026-11-10"), .metrics = {kImpressions}};
  EXPECT_EQ(evaluation.Run(query)->totals[0].figures, (Figures{2}));
}

TEST(EvaluateTest, OfEventsWithOneIdTheFirstGoodOneCounts) {
  SmallAccount account;
  account.events = {EventAt("2026-11-09T12:00:00Z"), EventAt("2026-11-10T12:00:00Z"),
                    EventAt("2026-11-11T12:00:00Z"), EventAt("2026-11-11T12:00:00Z"),
                    EventAt("2026-11-11T12:00:00Z")};
  for (std::size_t i = 0; i < 3; ++i) account.events[i].id = EventId(7);
  account.events[0].device = static_cast<Device>(9);
  const DatedEvaluation evaluation = account.Evaluated();
  EXPECT_EQ(evaluation.refused_events().size(), 1u);
  const Report report =
      evaluation.Run({.period = Days("2026-11-09..2026-11-11"), .metrics = {kImpressions}}).value();
  EXPECT_THAT(Column(report, report.days, kImpressions), ElementsAre(0, 1, 2));
}

TEST(EvaluateTest, OfPinsWithOneIdTheFirstGoodOneIsTaken) {
  SmallAccount account;
  account.pins = {MakePin(1), MakePin(1), MakePin(1), MakePin(2)};
  account.pins[0].format = static_cast<PinFormat>(9);
  account.pins[1].format = PinFormat::kIdea;
  account.pins[2].format = PinFormat::kVideo;
  account.events = {EventAt("2026-11-10T12:00:00Z")};
  const DatedEvaluation evaluation = account.Evaluated();
  ASSERT_EQ(evaluation.refused_pins().size(), 2u);
  EXPECT_EQ(evaluation.refused_pins()[0].index, 0u);
  EXPECT_EQ(evaluation.refused_pins()[0].fault.field, "format");
  EXPECT_EQ(evaluation.refused_pins()[1].index, 2u);
  EXPECT_EQ(evaluation.refused_pins()[1].fault.field, "id");
  EXPECT_EQ(evaluation.refused_pins()[1].kind(), FaultKind::kNotAValue);
  EXPECT_THAT(
      SegmentsOf(
          evaluation.Run({.period = Days("2026-11-10..2026-11-10"), .split = Dimension::kFormat})
              .value()),
      ElementsAre("idea"));
}

TEST(EvaluateTest, TheFreeFunctionFailsWithTheFirstRefusal) {
  SmallAccount account;
  const Query query = {.period = Days("2026-11-10..2026-11-10"), .metrics = {kImpressions}};
  account.events.assign(4, EventAt("2026-11-10T12:00:00Z"));
  EXPECT_EQ(Evaluate(account.events, account.pins, query, account.now)->totals[0].figures,
            (Figures{4}));
  account.events[2].pin = PinId(99);
  account.events[3].pin = PinId(98);
  const absl::Status status = Evaluate(account.events, account.pins, query, account.now).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(std::string(status.message()),
            "event 2: pin: 99 is not a known Pin (2 events are refused)");
  account.pins[1].created_at = absl::InfinitePast();
  EXPECT_EQ(
      std::string(Evaluate(account.events, account.pins, query, account.now).status().message()),
      "pin 1: created_at: infinite-past is outside 1970-01-01..9999-12-31 (1 pin is refused)");
}

TEST(EvaluateTest, TheFreeFunctionTakesAHostsOwnEvents) {
  struct Hit {
    std::int64_t second;
    bool saved;
  };
  const SmallAccount account;
  const std::int64_t noon = absl::ToUnixSeconds(Instant("2026-11-10T12:00:00Z"));
  const std::list<Hit> hits = {{noon, false}, {noon + 1, true}, {noon + 2, true}};
  const absl::StatusOr<Report> report = Evaluate(
      hits,
      [](const Hit& hit) {
        return Event{.time = absl::FromUnixSeconds(hit.second),
                     .pin = PinId(1),
                     .action = hit.saved ? Action::kSave : Action::kImpression};
      },
      account.pins, {.period = Days("2026-11-10..2026-11-10"), .metrics = {kSaveRate}},
      account.now);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->totals[0].figures, (Figures{2}));
}

TEST(EvaluateTest, AnInfiniteNowIsRefusedByEveryQuestion) {
  SmallAccount account;
  account.events = {EventAt("2026-11-10T12:00:00Z")};
  for (const absl::Time now : {absl::InfiniteFuture(), absl::InfinitePast()}) {
    account.now = now;
    const DatedEvaluation evaluation = account.Evaluated();
    const Query query = {.period = Days("2026-11-10..2026-11-10")};
    EXPECT_THAT(std::string(evaluation.Run(query).status().message()), HasSubstr("now: "));
    EXPECT_FALSE(evaluation.TopPins(query).ok());
    EXPECT_FALSE(evaluation.TopBoards(query).ok());
    EXPECT_FALSE(evaluation.RunOverview().ok());
  }
}

// ---- metrics of a host's own ----

TEST(EvaluateTest, WhatReadsTheMonthAndThePeriodHasAChangeOnlyIfBothWereKnownBefore) {
  SmallAccount account;
  for (absl::CivilDay day = Day("2026-10-20"); day <= Day("2026-11-20"); ++day) {
    const std::string noon = absl::FormatCivilTime(day) + "T12:00:00Z";
    account.events.insert(account.events.end(), 10, EventAt(noon));
    account.events.push_back(EventBy(1, noon, Action::kSave));
  }
  const Query query = {
      .period = Days("2026-11-01..2026-11-20"),
      .metrics = {Ratio("saves_per_monthly_view", kSaves, kMonthlyViews), kMonthlyViews, kSaves},
      .comparison = Comparison::kPreviousPeriod};
  const auto run = [&](absl::CivilDay created) {
    account.options.business_created = created;
    return account.Evaluated().Run(query).value();
  };
  // Of the 20 days before, 12 are of the account.
  Report report = run(Day("2026-10-20"));
  EXPECT_EQ(report.totals[0].figures, (Figures{20.0 / 300, 300, 20}));
  EXPECT_EQ(report.totals[0].change, (Figures{std::nullopt, 180.0 / 120, std::nullopt}));
  EXPECT_EQ(report.compared_with, std::nullopt);
  EXPECT_EQ(report.month_compared_with, Day("2026-10-31"));
  // With days before, it is 12 saves to 120 views then.
  report = run(Day("2026-10-12"));
  EXPECT_EQ(report.totals[0].change,
            (Figures{(20.0 / 300 - 12.0 / 120) / (12.0 / 120), 180.0 / 120, (20.0 - 12) / 12}));
  EXPECT_EQ(report.compared_with, Days("2026-10-12..2026-10-31"));
}

TEST(EvaluateTest, AHeavyWeightDoesNotWrap) {
  SmallAccount account;
  for (int i = 0; i < 4'000; ++i) {
    Event event = EventAt("2026-11-10T12:00:00Z");
    event.action = Action::kPlayback;
    event.playback = Playback{.play_time = kMaxPlayTime};
    account.events.push_back(event);
  }
  CounterWeights weights{};
  weights[Tally::kPlayTimeMs] = 1'000'000;
  const CountMetric millionfold({.name = "millionfold"}, weights);
  const Query query = {.period = Days("2026-11-10..2026-11-10"), .metrics = {millionfold}};
  EXPECT_EQ(account.Evaluated().Run(query)->totals[0].figures, (Figures{1.0368e19}));
  EXPECT_EQ(account.Evaluated().TopPins(query, {.by = millionfold})->rows[0].figures,
            (Figures{1.0368e19}));
}

TEST(EvaluateTest, AHostsOwnMetricsStandBesideOurs) {
  SmallAccount account;
  account.events = {EventBy(1, "2026-11-10T12:00:00Z", Action::kPinClick),
                    EventBy(2, "2026-11-10T12:00:00Z", Action::kSave),
                    EventBy(2, "2026-11-10T12:00:00Z", Action::kSave)};
  const Metric saves_per_click = Ratio("saves_per_click", kSaves, kPinClicks);
  const Metric clicks_and_saves = Sum("clicks_and_saves", kPinClicks, kSaves);
  const Metric engaged_share = Ratio("engaged_share", kEngagedAudience, kMonthlyTotalAudience);
  const Metric never = Formula("never", Unit::kCount, {}, [](const Facts&) {
    return std::optional<double>(std::numeric_limits<double>::infinity());
  });
  const Report report =
      account
          .Run({.period = Days("2026-11-10..2026-11-11"),
                .metrics = {saves_per_click, kSaves, clicks_and_saves, engaged_share, never}})
          .value();
  EXPECT_EQ(report.totals[0].figures, (Figures{2, 2, 3, 1, std::nullopt}));
  EXPECT_EQ(report.days[1].figures, (Figures{std::nullopt, 0, 0, 0, std::nullopt}));
}

TEST(EvaluateTest, AChangeTooLargeForANumberIsAbsent) {
  SmallAccount account;
  account.events = {EventAt("2026-11-09T12:00:00Z"), EventAt("2026-11-10T12:00:00Z"),
                    EventAt("2026-11-10T12:00:00Z")};
  const Metric leaps =
      Formula("leaps", Unit::kCount, {}, [](const Facts& facts) -> std::optional<double> {
        return facts.tally[Tally::kImpressions] == 1 ? 1e-300 : 1e300;
      });
  const Report report = account
                            .Run({.period = Days("2026-11-10..2026-11-10"),
                                  .metrics = {leaps},
                                  .comparison = Comparison::kPreviousPeriod})
                            .value();
  EXPECT_THAT(report.totals[0].change, ElementsAre(std::nullopt));
}

// ---- Pins that change ----

TEST(EvaluateTest, AnObservationCountsWithThePinAsItWas) {
  Pin before = MakePin(1);
  before.title = "Before";
  before.saved = true;
  Pin after = before;
  after.board = BoardId(9);
  after.saved = false;
  after.title = "After";
  const Event first = EventAt("2026-11-09T12:00:00Z");
  const Event second = EventAt("2026-11-10T12:00:00Z");
  const SmallAccount account;
  const DatedEvaluation evaluation(
      Evaluation({{&first, &before}, {&second, &after}, {&second, &after}}), account.now);
  Query query = {.period = Days("2026-11-09..2026-11-10"),
                 .metrics = {kImpressions, kMonthlyViews}};
  EXPECT_EQ(evaluation.Run(query)->totals[0].figures, (Figures{2, 2}));
  query.include_saved = true;
  EXPECT_EQ(evaluation.Run(query)->totals[0].figures, (Figures{3, 2}));
  EXPECT_THAT(IdsOf(evaluation.TopBoards(query).value()), ElementsAre(9, 1));
  const TopList pins = evaluation.TopPins(query).value();
  ASSERT_EQ(pins.rows.size(), 1u);
  EXPECT_EQ(pins.rows[0], (TopRow{PinId(1), "After", {3, 2}}));
}

// ---- top lists ----

/// Pin 1 has three impressions, Pins 2 and 3 two each, Pin 3 two saves, Pin 4 a save alone.
SmallAccount Ranked() {
  SmallAccount account;
  account.pins = {MakePin(4), MakePin(3), MakePin(2), MakePin(1)};
  for (const std::uint64_t pin : std::vector<std::uint64_t>{3, 3, 2, 1, 1, 2, 1}) {
    account.events.push_back(EventOn(pin, "2026-11-10T12:00:00Z"));
  }
  for (const std::uint64_t pin : std::vector<std::uint64_t>{3, 3, 4}) {
    account.events.push_back(EventOn(pin, "2026-11-10T12:00:00Z", Action::kSave));
  }
  return account;
}

Query RankedQuery() {
  return {.period = Days("2026-11-10..2026-11-10"), .metrics = {kImpressions, kSaveRate}};
}

TEST(TopListTest, ListsHighestFirstTiesByLowerIdAndNeverZeroOrAbsent) {
  const SmallAccount account = Ranked();
  const TopList list = account.Evaluated().TopPins(RankedQuery()).value();
  EXPECT_EQ(list.item, Dimension::kPin);
  EXPECT_EQ(list.query, RankedQuery());
  const std::vector<TopRow> rows = {
      {PinId(1), "", {3, 0}}, {PinId(2), "", {2, 0}}, {PinId(3), "", {2, 1}}};
  EXPECT_EQ(list.rows, rows);
  const Ranking by_rate = {.by = kSaveRate};
  EXPECT_THAT(IdsOf(account.Evaluated().TopPins(RankedQuery(), by_rate).value()), ElementsAre(3));
}

TEST(TopListTest, ListsAsManyAsAskedAndNoMoreThanThereAre) {
  const SmallAccount account = Ranked();
  const auto ids = [&account](std::size_t limit) {
    return IdsOf(account.Evaluated().TopPins(RankedQuery(), {.limit = limit}).value());
  };
  EXPECT_THAT(ids(0), IsEmpty());
  EXPECT_THAT(ids(2), ElementsAre(1, 2));
  EXPECT_THAT(ids(std::numeric_limits<std::size_t>::max()), ElementsAre(1, 2, 3));
}

TEST(TopListTest, RanksByEveryMetricButTheAudiences) {
  SmallAccount account = Ranked();
  Event playback = PlaybackAt(
      "2026-11-10T12:00:00Z",
      {.play_time = absl::Seconds(20), .half_visible = absl::Seconds(20), .progress = 1});
  for (std::size_t i = 0; i < kCountOf<Action>; ++i) {
    account.events.push_back(EventOn(2, "2026-11-10T12:00:00Z", static_cast<Action>(i)));
  }
  account.events.back() = playback;
  account.events.back().pin = PinId(2);
  const DatedEvaluation evaluation = account.Evaluated();
  for (const Metric& metric : Catalogue()) {
    const absl::StatusOr<TopList> list = evaluation.TopPins(RankedQuery(), {.by = metric});
    if (metric.name().ends_with("_audience")) {
      EXPECT_EQ(list.status().code(), absl::StatusCode::kInvalidArgument) << metric.name();
      continue;
    }
    ASSERT_TRUE(list.ok()) << list.status();
    EXPECT_THAT(IdsOf(*list), testing::Contains(2)) << metric.name();
  }
}

TEST(TopListTest, RanksByAMetricThatTheQueryDoesNotAskFor) {
  SmallAccount account = Ranked();
  account.events.push_back(EventOn(4, "2026-10-20T12:00:00Z"));
  const TopList list = account.Evaluated().TopPins(RankedQuery(), {.by = kMonthlyViews}).value();
  // Pin 4 was seen earlier in the month only.
  EXPECT_THAT(IdsOf(list), ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(list.rows[3].figures, (Figures{0, std::nullopt}));
}

TEST(TopListTest, RanksByAHostsOwnMetric) {
  const SmallAccount account = Ranked();
  const Metric balance =
      Formula("balance", Unit::kCount, {}, [](const Facts& facts) -> std::optional<double> {
        return static_cast<double>(facts.tally[Tally::kImpressions]) -
               2.0 * static_cast<double>(facts.tally[Tally::kSaves]);
      });
  // 3, 2, -2 and -2: below zero is not zero.
  EXPECT_THAT(IdsOf(account.Evaluated().TopPins(RankedQuery(), {.by = balance}).value()),
              ElementsAre(1, 2, 3, 4));
}

TEST(TopListTest, BoardsGatherTheirPins) {
  SmallAccount account = Ranked();
  account.pins[1].board = BoardId(2);
  account.pins[1].title = "Not a board's title";
  const TopList list = account.Evaluated().TopBoards(RankedQuery()).value();
  EXPECT_EQ(list.item, Dimension::kBoard);
  const std::vector<TopRow> rows = {{BoardId(2), "", {4, 0.5}}, {BoardId(1), "", {3, 0}}};
  EXPECT_EQ(list.rows, rows);
}

TEST(TopListTest, AudiencesOfAnItemCountEachPersonOnce) {
  SmallAccount account;
  account.events = {EventBy(1, "2026-11-09T12:00:00Z"), EventBy(1, "2026-11-10T12:00:00Z"),
                    EventBy(2, "2026-11-10T12:00:00Z"), EventBy(0, "2026-11-10T12:00:00Z")};
  const TopList list =
      account.Evaluated()
          .TopPins({.period = Days("2026-11-09..2026-11-10"),
                    .metrics = {kImpressions, kTotalAudience, kMonthlyTotalAudience}})
          .value();
  ASSERT_EQ(list.rows.size(), 1u);
  EXPECT_EQ(list.rows[0].figures, (Figures{4, 2, 2}));
}

TEST(TopListTest, HonoursFilterSavedSwitchAndLiveDays) {
  SmallAccount account = Ranked();
  account.pins[3].saved = true;
  account.events.push_back(EventOn(4, "2026-11-21T12:00:00Z"));
  Query query = RankedQuery();
  query.period = Days("2026-11-10..2026-11-23");
  EXPECT_THAT(IdsOf(account.Evaluated().TopPins(query).value()), ElementsAre(2, 3));
  query.real_time = true;
  EXPECT_THAT(IdsOf(account.Evaluated().TopPins(query).value()), ElementsAre(2, 3, 4));
  query.include_saved = true;
  EXPECT_THAT(IdsOf(account.Evaluated().TopPins(query).value()), ElementsAre(1, 2, 3, 4));
  query.filter = Is(PinId(4));
  EXPECT_THAT(IdsOf(account.Evaluated().TopPins(query).value()), ElementsAre(4));
  query = {.period = Days("2026-11-21..2026-11-23")};
  EXPECT_THAT(account.Evaluated().TopPins(query)->rows, IsEmpty());
}

TEST(TopListTest, CreatedInTheLastDaysCountsTodayInTheReportingZone) {
  SmallAccount account;
  account.options.time_zone = Zone("Europe/Oslo");
  account.now = Instant("2026-11-23T12:00:00Z");
  account.pins[0].created_at = Instant("2026-11-22T23:00:00Z");  // The first instant of today.
  account.pins[1].created_at = Instant("2026-11-22T22:59:59.999999999Z");
  account.pins[2].created_at = Instant("2026-11-24T12:00:00Z");  // Tomorrow: not of the last days.
  account.events = {EventOn(1, "2026-11-20T12:00:00Z"), EventOn(2, "2026-11-20T12:00:00Z"),
                    EventOn(3, "2026-11-20T12:00:00Z")};
  const auto ids = [&account](std::optional<std::int64_t> days) {
    return IdsOf(
        account.Evaluated()
            .TopPins({.period = Days("2026-11-20..2026-11-20")}, {.created_in_last_days = days})
            .value());
  };
  EXPECT_THAT(ids(1), ElementsAre(1));
  EXPECT_THAT(ids(2), ElementsAre(1, 2));
  EXPECT_THAT(ids(std::nullopt), ElementsAre(1, 2, 3));
  account.pins[1].created_at = absl::UnixEpoch();
  EXPECT_THAT(ids(30), ElementsAre(1));
  for (const std::int64_t days :
       {std::int64_t{1'000'000}, std::int64_t{1} << 62, std::numeric_limits<std::int64_t>::max()}) {
    EXPECT_THAT(ids(days), ElementsAre(1, 2)) << days;
  }
}

// ---- the overview ----

TEST(OverviewTest, IsThreeAnswersOfTheLastThirtyDays) {
  SmallAccount account = Ranked();
  account.events.push_back(EventOn(2, "2026-10-01T12:00:00Z"));
  const DatedEvaluation evaluation = account.Evaluated();
  const absl::StatusOr<Overview> overview = evaluation.RunOverview();
  ASSERT_TRUE(overview.ok()) << overview.status();
  Query query = OverviewQuery(Day("2026-11-23"));
  EXPECT_EQ(overview->report, evaluation.Run(query).value());
  EXPECT_EQ(overview->report.days.size(), 30u);
  EXPECT_EQ(overview->report.query.metrics, Catalogue());
  EXPECT_EQ(overview->report.totals[0].change[0], 6.0);
  query.comparison = Comparison::kNone;
  EXPECT_EQ(overview->top_pins, evaluation.TopPins(query).value());
  EXPECT_EQ(overview->top_boards, evaluation.TopBoards(query).value());
  EXPECT_EQ(overview->top_pins.ranking, Ranking());
}

TEST(OverviewTest, ComparesWhateverTheQuerySaysAndRefusesASplit) {
  const SmallAccount account = Ranked();
  Query query = RankedQuery();
  const Overview overview = account.Evaluated().RunOverview(query).value();
  EXPECT_EQ(overview.report.query.comparison, Comparison::kPreviousPeriod);
  EXPECT_EQ(overview.report.totals[0].change.size(), 2u);
  EXPECT_THAT(IdsOf(overview.top_pins), ElementsAre(1, 2, 3));
  query.split = Dimension::kDevice;
  EXPECT_EQ(account.Evaluated().RunOverview(query).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(OverviewTest, OfAnAccountWithoutEventsIsZerosAndEmptyLists) {
  const SmallAccount account;
  const Overview overview = account.Evaluated().RunOverview().value();
  EXPECT_EQ(overview.report.totals[0].figures[0], 0);
  EXPECT_THAT(overview.report.totals[0].change, Each(std::optional<double>()));
  EXPECT_THAT(overview.top_pins.rows, IsEmpty());
  EXPECT_THAT(overview.top_boards.rows, IsEmpty());
}

TEST(OverviewTest, InRealTimeHasNoAudiences) {
  const SmallAccount account = Ranked();
  Query query = OverviewQuery(Day("2026-11-23"));
  query.real_time = true;
  const Overview overview = account.Evaluated().RunOverview(query).value();
  EXPECT_EQ(overview.report.query.metrics.size(), Catalogue().size() - 4);
  EXPECT_EQ(overview.top_pins.query.metrics, overview.report.query.metrics);
}

}  // namespace
}  // namespace pinmetrics

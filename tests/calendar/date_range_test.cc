#include "pinmetrics/calendar/date_range.h"

#include <cstdint>
#include <iterator>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pinmetrics {
namespace {

using absl::CivilDay;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

static_assert(std::forward_iterator<DateRange::const_iterator>);

TEST(DateRange, IsEmptyAtTheEpochByDefault) {
  const DateRange range;
  EXPECT_TRUE(range.empty());
  EXPECT_EQ(range.days(), 0);
  EXPECT_EQ(range.first(), CivilDay(1970, 1, 1));
  EXPECT_EQ(range, DateRange(CivilDay(1970, 1, 1), CivilDay(1970, 1, 1)));
}

TEST(DateRange, InclusiveTakesBothEnds) {
  const DateRange range = DateRange::Inclusive(CivilDay(2026, 10, 1), CivilDay(2026, 10, 30));
  EXPECT_EQ(range, DateRange(CivilDay(2026, 10, 1), CivilDay(2026, 10, 31)));
  EXPECT_EQ(range.first(), CivilDay(2026, 10, 1));
  EXPECT_EQ(range.last(), CivilDay(2026, 10, 30));
  EXPECT_EQ(range.days(), 30);
}

TEST(DateRange, ContainsItsEndsAndNoMore) {
  const DateRange range = DateRange::Inclusive(CivilDay(2026, 10, 1), CivilDay(2026, 10, 30));
  EXPECT_FALSE(range.Contains(CivilDay(2026, 9, 30)));
  EXPECT_TRUE(range.Contains(CivilDay(2026, 10, 1)));
  EXPECT_TRUE(range.Contains(CivilDay(2026, 10, 30)));
  EXPECT_FALSE(range.Contains(CivilDay(2026, 10, 31)));
}

TEST(DateRange, IteratesOverItsDaysInOrder) {
  std::vector<CivilDay> days;
  for (CivilDay day : DateRange::Inclusive(CivilDay(2028, 2, 28), CivilDay(2028, 3, 1))) {
    days.push_back(day);
  }
  EXPECT_THAT(days,
              ElementsAre(CivilDay(2028, 2, 28), CivilDay(2028, 2, 29), CivilDay(2028, 3, 1)));
}

TEST(DateRange, IteratesOverAsManyDaysAsItCounts) {
  const DateRange range = DateRange::Inclusive(CivilDay(1970, 1, 1), CivilDay(2037, 12, 31));
  EXPECT_EQ(std::distance(range.begin(), range.end()), 24837);
  EXPECT_EQ(range.days(), 24837);
}

TEST(DateRange, InvertedIsEmptyAndKeepsItsEnds) {
  const DateRange range = DateRange::Inclusive(CivilDay(2026, 10, 9), CivilDay(2026, 10, 1));
  EXPECT_TRUE(range.empty());
  EXPECT_EQ(range.days(), 0);
  EXPECT_TRUE(range.begin() == range.end());
  EXPECT_FALSE(range.Contains(CivilDay(2026, 10, 5)));
  EXPECT_EQ(range.first(), CivilDay(2026, 10, 9));
  EXPECT_EQ(range.last(), CivilDay(2026, 10, 1));
  EXPECT_NE(range, DateRange());
}

TEST(LastDays, EndsTodayWithBothEndsIncluded) {
  const DateRange range = LastDays(30, CivilDay(2026, 11, 23));
  EXPECT_EQ(range.first(), CivilDay(2026, 10, 25));
  EXPECT_EQ(range.last(), CivilDay(2026, 11, 23));
  EXPECT_EQ(range.days(), 30);
  EXPECT_THAT(LastDays(1, CivilDay(2026, 11, 23)), ElementsAre(CivilDay(2026, 11, 23)));
}

TEST(LastDays, IsEmptyForNoDaysAndFewer) {
  constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
  for (const int64_t count : {int64_t{0}, int64_t{-1}, kLeast}) {
    EXPECT_TRUE(LastDays(count, CivilDay(2026, 11, 23)).empty()) << count;
  }
}

TEST(LastDays, CountsAnyNumberOfDays) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(LastDays(kMost, CivilDay(2026, 11, 23)).days(), kMost);
}

TEST(PreviousRange, HasAsManyDaysDirectlyBefore) {
  const DateRange range = DateRange::Inclusive(CivilDay(2028, 3, 1), CivilDay(2028, 3, 7));
  const DateRange previous = PreviousRange(range);
  EXPECT_EQ(previous, DateRange::Inclusive(CivilDay(2028, 2, 23), CivilDay(2028, 2, 29)));
  EXPECT_EQ(previous.last() + 1, range.first());
}

TEST(PreviousRange, IsEmptyForEmptyAndInvertedRanges) {
  EXPECT_TRUE(PreviousRange(DateRange()).empty());
  EXPECT_TRUE(PreviousRange(DateRange(CivilDay(2026, 2, 1), CivilDay(2026, 1, 1))).empty());
}

TEST(AddMonths, SnapsToTheEndOfShorterMonths) {
  EXPECT_EQ(AddMonths(CivilDay(2026, 8, 31), -18), CivilDay(2025, 2, 28));
  EXPECT_EQ(AddMonths(CivilDay(2025, 8, 31), -18), CivilDay(2024, 2, 29));
  EXPECT_EQ(AddMonths(CivilDay(2026, 8, 30), -18), CivilDay(2025, 2, 28));
  EXPECT_EQ(AddMonths(CivilDay(2026, 10, 31), 1), CivilDay(2026, 11, 30));
}

TEST(AddMonths, KeepsADayThatExistsEvenFromTheEndOfAMonth) {
  EXPECT_EQ(AddMonths(CivilDay(2027, 2, 28), -18), CivilDay(2025, 8, 28));
  EXPECT_EQ(AddMonths(CivilDay(2028, 2, 29), -18), CivilDay(2026, 8, 29));
  EXPECT_EQ(AddMonths(CivilDay(2026, 11, 30), 1), CivilDay(2026, 12, 30));
}

// Counts months one by one and looks for the day from the 31st down, with nothing but dates that
// normalise.
CivilDay AddMonthsByCounting(CivilDay day, int months) {
  absl::civil_year_t year = day.year();
  int month = day.month();
  for (; months > 0; --months) {
    if (++month == 13) month = 1, ++year;
  }
  for (; months < 0; ++months) {
    if (--month == 0) month = 12, --year;
  }
  for (int d = day.day();; --d) {
    const CivilDay candidate(year, month, d);
    if (candidate.month() == month) return candidate;
  }
}

TEST(AddMonths, AgreesWithCountingOverALeapCycle) {
  // Every day of eight years around a century that is no leap year and one that is, and every
  // distance up to four years.
  for (const absl::civil_year_t start : {1996, 2096}) {
    for (CivilDay day(start, 1, 1); day < CivilDay(start + 8, 1, 1); ++day) {
      for (int months = -48; months <= 48; ++months) {
        ASSERT_EQ(AddMonths(day, months), AddMonthsByCounting(day, months))
            << ToString(day) << " " << months;
      }
    }
  }
}

TEST(AddMonths, WorksInEveryYearAlsoThoseBoostDoesNotKnow) {
  for (absl::civil_year_t year = -1200; year <= 11200; year += 1) {
    for (const CivilDay day :
         {CivilDay(year, 1, 31), CivilDay(year, 8, 31), CivilDay(year, 12, 1)}) {
      for (const int months : {-18, -1, 0, 1, 18}) {
        ASSERT_EQ(AddMonths(day, months), AddMonthsByCounting(day, months))
            << ToString(day) << " " << months;
      }
    }
  }
}

TEST(AddMonths, TakesAnyNumberOfMonths) {
  const CivilDay day(2026, 8, 31);
  EXPECT_EQ(AddMonths(day, 4801), CivilDay(2426, 9, 30));
  EXPECT_EQ(AddMonths(day, std::numeric_limits<int>::max()),
            CivilDay(2026 + 178956970 + 1, 3, 31));  // 2^31 - 1 = 12 * 178956970 + 7 months
  EXPECT_EQ(AddMonths(day, std::numeric_limits<int>::min()),
            CivilDay(2026 - 178956970 - 1, 12, 31));
}

TEST(ToString, WritesIsoDays) {
  EXPECT_EQ(ToString(CivilDay(2026, 10, 1)), "2026-10-01");
  EXPECT_EQ(ToString(CivilDay(1970, 1, 1)), "1970-01-01");
  EXPECT_EQ(ToString(CivilDay(9999, 12, 31)), "9999-12-31");
}

TEST(ToString, WritesEveryDayAsAbseilDoes) {
  for (CivilDay day(2023, 12, 25); day < CivilDay(2025, 1, 5); ++day) {
    ASSERT_EQ(ToString(day), absl::FormatCivilTime(day));
  }
  for (const int year : {-1, 0, 1, 999, 1000, 9999, 10000, 123456}) {
    for (const CivilDay day : {CivilDay(year, 1, 1), CivilDay(year, 12, 31)}) {
      EXPECT_EQ(ToString(day), absl::FormatCivilTime(day));
    }
  }
}

TEST(ToString, WritesBothEndsOfARangeIncluded) {
  EXPECT_EQ(ToString(DateRange(CivilDay(2026, 10, 1), CivilDay(2026, 10, 31))),
            "2026-10-01..2026-10-30");
}

TEST(ParseDay, ReadsEveryDayItPrints) {
  std::string last;
  for (CivilDay day(1970, 1, 1); day < CivilDay(10000, 1, 1); ++day) {
    const std::string text = ToString(day);
    ASSERT_LT(last, text) << "days sort as their texts";
    const absl::StatusOr<CivilDay> parsed = ParseDay(text);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    ASSERT_EQ(*parsed, day);
    last = text;
  }
}

TEST(ParseDay, TakesNoOtherTextOfThatShape) {
  // Every year, month and day of two digits each: as many as the calendar has, and no more.
  for (const int year : {1970, 1999, 2000, 2024, 2026, 2100, 9999}) {
    std::set<CivilDay> days;
    for (int month = 0; month <= 99; ++month) {
      for (int day = 0; day <= 99; ++day) {
        char text[11] = "0000-00-00";
        const int digits[] = {year / 1000, year / 100 % 10, year / 10 % 10, year % 10,
                              month / 10,  month % 10,      day / 10,       day % 10};
        constexpr int kPlaces[] = {0, 1, 2, 3, 5, 6, 8, 9};
        for (int i = 0; i < 8; ++i) text[kPlaces[i]] = static_cast<char>('0' + digits[i]);
        const absl::StatusOr<CivilDay> parsed = ParseDay(text);
        if (parsed.ok()) {
          EXPECT_EQ(ToString(*parsed), text);
          days.insert(*parsed);
        }
      }
    }
    EXPECT_EQ(static_cast<absl::civil_diff_t>(days.size()),
              CivilDay(year + 1, 1, 1) - CivilDay(year, 1, 1));
  }
}

using namespace std::string_view_literals;

constexpr std::string_view kBadDays[] = {
    ""sv,
    "2026"sv,
    "2026-10"sv,
    "2026-2-1"sv,
    "26-10-01"sv,
    "2026-1-001"sv,
    "2026/10/01"sv,
    "2026.10.01"sv,
    "2026 10 01"sv,
    "20261001"sv,
    "2026-1001-"sv,
    "2026-Oct-01"sv,
    "2026-10-01 "sv,
    " 2026-10-01"sv,
    " 2026-10-1"sv,
    "2026-10- 1"sv,
    "2026-10-01T00:00:00Z"sv,
    "+026-10-01"sv,
    "-026-10-01"sv,
    "2026--1-01"sv,
    "2026-+1-01"sv,
    "2026-10-0x"sv,
    "0x26-10-01"sv,
    "2026-00-01"sv,
    "2026-13-01"sv,
    "2026-10-00"sv,
    "2026-10-32"sv,
    "2026-02-29"sv,
    "2026-02-30"sv,
    "2100-02-29"sv,
    "2026-04-31"sv,
    "0000-01-01"sv,
    "1400-01-01"sv,
    "1969-12-31"sv,
    "10000-01-01"sv,
    "today"sv,
    "not-a-date-time"sv,
    "+infinity"sv,
    "2026-10-0\0"sv,
    "2026-10-01\0"sv,
    "\0\0\0\0-\0\0-\0\0"sv,
    "2026\xe2\x80\x93"
    "10-1"sv,                          // en dash
    "\xd9\xa2\xd9\xa0-\xd9\xa1-01"sv,  // Arabic-Indic digits, 10 bytes
    "\xff\xff\xff\xff-\xff\xff-\xff\xff"sv,
};

TEST(ParseDay, RefusesEverythingElse) {
  for (const std::string_view text : kBadDays) {
    const absl::StatusOr<CivilDay> parsed = ParseDay(text);
    EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

std::string MessageOf(const absl::Status& status) { return std::string(status.message()); }

TEST(ParseDay, SaysTheTextAndWhatIsExpected) {
  EXPECT_EQ(MessageOf(ParseDay("2026-2-1").status()),
            R"("2026-2-1" is not a day, expected YYYY-MM-DD such as 2026-10-01)");
  EXPECT_EQ(MessageOf(ParseDay("2026-02-30").status()),
            R"("2026-02-30" is not a day, expected a day of 01..28 in that month)");
  EXPECT_EQ(MessageOf(ParseDay("2026-13-01").status()),
            R"("2026-13-01" is not a day, expected a month of 01..12)");
  EXPECT_EQ(MessageOf(ParseDay("1969-12-31").status()),
            R"("1969-12-31" is not a day, expected a year of 1970..9999)");
}

TEST(ParseDay, KeepsItsMessageShortAndPrintable) {
  const std::string message = MessageOf(ParseDay(std::string(1'000'000, '\n')).status());
  EXPECT_LT(message.size(), 400u);
  EXPECT_THAT(message, HasSubstr(R"(\n"...)"));
  for (const char c : message) EXPECT_TRUE(c >= ' ' && c <= '~');
}

TEST(ParseDateRange, ReadsWhatItPrints) {
  for (const DateRange& range :
       {DateRange::Inclusive(CivilDay(2026, 10, 1), CivilDay(2026, 10, 30)),
        DateRange::Inclusive(CivilDay(2028, 2, 29), CivilDay(2028, 2, 29)),
        DateRange::Inclusive(CivilDay(1970, 1, 1), CivilDay(9999, 12, 31))}) {
    const absl::StatusOr<DateRange> parsed = ParseDateRange(ToString(range));
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(*parsed, range);
  }
}

TEST(ParseDateRange, RefusesABadDayOnEitherSide) {
  for (const std::string_view text : kBadDays) {
    const std::string day(text);
    for (const std::string& range : {day + "..2026-10-30", "2026-10-01.." + day}) {
      EXPECT_EQ(ParseDateRange(range).status().code(), absl::StatusCode::kInvalidArgument) << range;
    }
  }
}

TEST(ParseDateRange, RefusesEverythingElse) {
  for (const std::string_view text :
       {""sv, ".."sv, "..."sv, "2026-10-01"sv, "2026-10-01.."sv, "..2026-10-01"sv,
        "2026-10-01.2026-10-30"sv, "2026-10-01...2026-10-30"sv, "2026-10-01 .. 2026-10-30"sv,
        "2026-10-01/2026-10-30"sv, "2026-10-01-2026-10-30"sv, "2026-10-01\0..2026-10-30"sv,
        "2026-10-01..2026-10-30\0"sv, "2026-10-01..2026-10-30..2026-10-31"sv,
        "2026-10-01\xe2\x80\xa5"
        "2026-10-30"sv}) {
    EXPECT_EQ(ParseDateRange(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

TEST(ParseDateRange, SaysWhatIsWrongAndWhatIsExpected) {
  EXPECT_EQ(MessageOf(ParseDateRange("2026-10-01").status()),
            R"("2026-10-01" is not a range of days, expected FIRST..LAST such as )"
            "2026-10-01..2026-10-30");
  EXPECT_EQ(MessageOf(ParseDateRange("2026-10-30..2026-10-01").status()),
            R"("2026-10-30..2026-10-01" ends before it begins, expected FIRST..LAST such as )"
            "2026-10-01..2026-10-30");
  EXPECT_EQ(MessageOf(ParseDateRange("2026-10-01..2026-10-32").status()),
            R"("2026-10-32" is not a day, expected a day of 01..31 in that month)");
}

TEST(LeapSecond, CanEndAJuneOrADecember) {
  EXPECT_TRUE(CanFollowLeapSecond(absl::CivilDay(2017, 1, 1)));
  EXPECT_TRUE(CanFollowLeapSecond(absl::CivilDay(2016, 7, 1)));
  for (const absl::CivilDay day : {absl::CivilDay(2017, 1, 2), absl::CivilDay(2016, 6, 1),
                                   absl::CivilDay(2016, 12, 31), absl::CivilDay(2016, 4, 1)}) {
    EXPECT_FALSE(CanFollowLeapSecond(day)) << day;
  }
}

}  // namespace
}  // namespace pinmetrics

#include "examples/cli/instant_text.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "tests/cli/csv_text.h"

namespace pinmetrics::cli {
namespace {

TEST(InstantText, ReadsRfc3339) {
  const absl::Time expected = absl::FromUnixSeconds(1'793'518'200);
  EXPECT_EQ(ParseInstant("2026-11-01T07:30:00Z"), expected);
  EXPECT_EQ(ParseInstant("2026-11-01t07:30:00z"), expected);
  EXPECT_EQ(ParseInstant("2026-11-01T08:30:00+01:00"), expected);
  EXPECT_EQ(ParseInstant("2026-10-31T20:00:00-11:30"), expected);
  EXPECT_EQ(ParseInstant("2026-11-01T07:30:00.25Z"), expected + absl::Milliseconds(250));
  EXPECT_EQ(ParseInstant("2026-11-01T07:30:00.000000001Z"), expected + absl::Nanoseconds(1));
  EXPECT_EQ(ParseInstant("2026-11-01T07:30:00.1234567899999Z"),
            expected + absl::Nanoseconds(123'456'789));
}

TEST(InstantText, ReadsMillisecondsSince1970) {
  EXPECT_EQ(ParseInstant("0"), absl::UnixEpoch());
  EXPECT_EQ(ParseInstant("1793518200123"), absl::FromUnixMillis(1'793'518'200'123));
  EXPECT_EQ(ParseInstant("-1"), absl::FromUnixMillis(-1));
  EXPECT_EQ(ParseInstant("9223372036854775807"),
            absl::FromUnixMillis(std::numeric_limits<std::int64_t>::max()));
  EXPECT_EQ(ParseRfc3339("1793518200123"), std::nullopt);
}

TEST(InstantText, ReadsTheYears0To9999) {
  EXPECT_EQ(ParseInstant("0000-01-01T00:00:00Z"), absl::FromUnixSeconds(-62'167'219'200));
  EXPECT_EQ(ParseInstant("9999-12-31T23:59:59Z"), absl::FromUnixSeconds(253'402'300'799));
  EXPECT_EQ(ParseInstant("10000-01-01T00:00:00Z"), std::nullopt);
}

TEST(InstantText, TakesALeapSecondForTheLastInstantBeforeIt) {
  const auto last = ParseInstant("2016-12-31T23:59:59.999999999Z");
  EXPECT_EQ(ParseInstant("2016-12-31T23:59:60Z"), last);
  EXPECT_EQ(ParseInstant("2016-12-31T23:59:60.75Z"), last);
  EXPECT_EQ(ParseInstant("2017-01-01T00:59:60+01:00"), last);
  EXPECT_EQ(ParseInstant("2016-12-31T12:59:60-11:00"), last);
  EXPECT_EQ(ParseInstant("2015-06-30T23:59:60Z"), ParseInstant("2015-06-30T23:59:59.999999999Z"));
  EXPECT_EQ(ParseInstant("9999-12-31T23:59:60Z"), ParseInstant("9999-12-31T23:59:59.999999999Z"));
}

TEST(InstantText, RefusesALeapSecondThatCannotBe) {
  for (const std::string_view text :
       {"2016-06-15T23:59:60Z", "2016-03-31T23:59:60Z", "2016-12-30T23:59:60Z",
        "2016-12-31T23:58:60Z", "2016-12-31T22:59:60Z", "2016-12-31T23:59:60+01:00",
        "2016-12-31T00:59:60+01:00", "2017-01-01T23:59:60Z", "2015-06-30T23:59:60-00:30"}) {
    EXPECT_EQ(ParseInstant(text), std::nullopt) << text;
  }
}

TEST(InstantText, RefusesAllElse) {
  for (const std::string_view text : {"",
                                      "-",
                                      "x",
                                      "1e3",
                                      "1.5",
                                      " 1",
                                      "1 ",
                                      "+1",
                                      "9223372036854775808",
                                      "2026-11-01",
                                      "2026-11-01T07:30:00",
                                      "2026-11-01 07:30:00Z",
                                      "2026-11-01T07:30Z",
                                      "2026-11-01T07:30:00.Z",
                                      "2026-11-01T07:30:00,5Z",
                                      "2026-11-01T24:00:00Z",
                                      "2026-11-01T07:60:00Z",
                                      "2026-11-01T07:30:61Z",
                                      "2026-11-31T07:30:00Z",
                                      "2026-00-01T07:30:00Z",
                                      "2026-13-01T07:30:00Z",
                                      "2026-11-00T07:30:00Z",
                                      "2026-02-29T07:30:00Z",
                                      "2100-02-29T07:30:00Z",
                                      "2026-11-01T07:30:00+0100",
                                      "2026-11-01T07:30:00+24:00",
                                      "2026-11-01T07:30:00+01:60",
                                      "2026-11-01T07:30:00+01",
                                      "2026-11-01T07:30:00Zx",
                                      "2026-11-01T07:30:00+01:00Z",
                                      "2026-1-01T007:30:00Z",
                                      "+026-11-01T07:30:00Z",
                                      "2026/11/01T07:30:00Z",
                                      "20261101T073000Z..."}) {
    EXPECT_EQ(ParseInstant(text), std::nullopt) << text;
  }
}

TEST(InstantText, AgreesWithAbseil) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 20'000; ++i) {
    constexpr std::int64_t kFirst = -62'167'219'200;  // 0000-01-01.
    constexpr std::int64_t kLast = 253'402'300'799;   // 9999-12-31.
    const std::int64_t second =
        kFirst + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(kLast - kFirst));
    const absl::Time time = absl::FromUnixSeconds(second) +
                            absl::Nanoseconds(static_cast<std::int64_t>(random() % 1'000'000'000));
    const std::string text =
        absl::FormatTime("%E4Y-%m-%d%ET%H:%M:%E*SZ", time, absl::UTCTimeZone());
    ASSERT_EQ(ParseInstant(text), time) << text;
  }
}

}  // namespace
}  // namespace pinmetrics::cli

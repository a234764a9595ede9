#include "pinmetrics/model/fault.h"

#include <charconv>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <random>
#include <string>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "tests/model/random_event.h"

namespace pinmetrics {
namespace {

TEST(Fault, NamesTheFieldThenTheReason) {
  EXPECT_EQ((Fault{FaultKind::kOutOfRange, "progress", "1.2 is outside 0..1"}).ToString(),
            "progress: 1.2 is outside 0..1");
}

TEST(Refusal, NamesThePositionThenTheFault) {
  EXPECT_EQ((Refusal{17, {FaultKind::kInFuture, "time", "is bad"}}).ToString(), "17: time: is bad");
}

TEST(Fault, OfAPinThatIsNotKnownSaysSo) {
  EXPECT_EQ(UnknownPin(PinId(8)), (Fault{FaultKind::kUnknownPin, "pin", "8 is not a known Pin"}));
  EXPECT_EQ((Refusal{0, UnknownPin(PinId(8))}).kind(), FaultKind::kUnknownPin);
}

// Hosts may keep them.
TEST(Fault, KindsHaveFrozenNumbersAndNames) {
  EXPECT_EQ(kCountOf<FaultKind>, 5u);
  EXPECT_EQ(static_cast<int>(FaultKind::kNotAValue), 4);
  EXPECT_EQ(NameOf(FaultKind::kUnknownPin), "unknown_pin");
  EXPECT_EQ(NameOf(FaultKind::kSealedDay), "sealed_day");
  EXPECT_EQ(NameOf(FaultKind::kInFuture), "in_the_future");
  EXPECT_EQ(NameOf(FaultKind::kOutOfRange), "out_of_range");
  EXPECT_EQ(NameOf(FaultKind::kNotAValue), "not_a_value");
}

TEST(Fault, TheTimesOfTheModelAre1970To9999) {
  EXPECT_EQ(kTimeBegin, absl::FromCivil(absl::CivilSecond(1970, 1, 1), absl::UTCTimeZone()));
  EXPECT_EQ(kTimeEnd, absl::FromCivil(absl::CivilSecond(10000, 1, 1), absl::UTCTimeZone()));
}

TEST(Fault, InstantsArePrintedInUtcWithTheFractionTheyHave) {
  EXPECT_EQ(FormatInstant(absl::UnixEpoch()), "1970-01-01T00:00:00Z");
  EXPECT_EQ(FormatInstant(absl::UnixEpoch() + absl::Milliseconds(1500)), "1970-01-01T00:00:01.5Z");
  EXPECT_EQ(FormatInstant(kTimeEnd - absl::Nanoseconds(1)), "9999-12-31T23:59:59.999999999Z");
}

TEST(Fault, EnumsOutOfRangeListWhatIsExpected) {
  const std::optional<Fault> fault = CheckEnum("gender", static_cast<Gender>(3));
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->ToString(),
            "gender: the number 3 is not a gender, expected one of female, male, unspecified");
  EXPECT_EQ(CheckEnum("gender", Gender::kUnspecified), std::nullopt);
}

TEST(Fault, NumbersArePrintedInTheirShortestForm) {
  EXPECT_EQ(model_internal::FormatShortest(0.1), "0.1");
  EXPECT_EQ(model_internal::FormatShortest(1), "1");
  EXPECT_EQ(model_internal::FormatShortest(1.2), "1.2");
  EXPECT_EQ(model_internal::FormatShortest(-0.0), "-0");
  EXPECT_EQ(model_internal::FormatShortest(std::numeric_limits<double>::infinity()), "inf");
  EXPECT_EQ(model_internal::FormatShortest(std::numeric_limits<double>::quiet_NaN()), "nan");
}

TEST(Fault, NumbersReadBackToTheSameDouble) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t bits = random();
    double value;
    std::memcpy(&value, &bits, sizeof value);
    if (value != value) continue;
    const std::string text = model_internal::FormatShortest(value);
    double read = 0;
    std::from_chars(text.data(), text.data() + text.size(), read);
    ASSERT_EQ(read, value) << text;
  }
}

}  // namespace
}  // namespace pinmetrics

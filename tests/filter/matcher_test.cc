#include "pinmetrics/filter/matcher.h"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "pinmetrics/filter/filter.h"
#include "pinmetrics/filter/filter_text.h"
#include "tests/filter/random_filter.h"
#include "tests/model/random_event.h"

namespace pinmetrics {
namespace {

static_assert(std::copyable<Matcher>);

bool Passes(const Filter& filter, const Event& event, const Pin& pin = {}) {
  return Matcher(filter)(event, pin);
}

TEST(Matcher, PassesEverythingWithTheEmptyFilter) {
  EXPECT_TRUE(Passes(Filter(), Event()));
  EXPECT_FALSE(Passes(!Filter(), Event()));
}

TEST(Matcher, LooksAtTheEventAndAtThePinGivenWithIt) {
  const Event event{.pin = PinId(1), .device = Device::kTablet, .age = Age::k65Plus};
  const Pin pin{.id = PinId(7), .board = BoardId(8), .source = PinSource::kOtherPins};
  EXPECT_TRUE(Passes(Is(Device::kTablet), event, pin));
  EXPECT_FALSE(Passes(Is(Device::kMobile), event, pin));
  EXPECT_TRUE(Passes(Is(Device::kMobile, Device::kTablet), event, pin));
  EXPECT_TRUE(Passes(Is(Age::k65Plus) && Is(PinSource::kOtherPins), event, pin));
  EXPECT_TRUE(Passes(Is(PinId(7)), event, pin));
  EXPECT_FALSE(Passes(Is(PinId(1)), event, pin));
  EXPECT_FALSE(Passes(Is(BoardId(7)), event, pin));
  EXPECT_TRUE(Passes(Is(BoardId(8)), event, pin));
}

TEST(Matcher, TellsWhatFollowsFromAccountAndContentType) {
  const Pin claimed{.account = AccountId(0)};
  EXPECT_TRUE(Passes(Is(Claimed::kYes), {}, claimed));
  EXPECT_FALSE(Passes(Is(Claimed::kNo), {}, claimed));
  EXPECT_FALSE(Passes(Is(Claimed::kYes), {}, Pin()));
  EXPECT_TRUE(Passes(Is(Claimed::kNo), {}, Pin()));
  for (const auto& [type, promotion, other] :
       {std::tuple(ContentType::kOrganic, Promotion::kOrganic, Promotion::kPaidAndEarned),
        std::tuple(ContentType::kPaid, Promotion::kPaidAndEarned, Promotion::kOrganic),
        std::tuple(ContentType::kEarned, Promotion::kPaidAndEarned, Promotion::kOrganic)}) {
    EXPECT_TRUE(Passes(Is(promotion), {.content_type = type}));
    EXPECT_FALSE(Passes(Is(other), {.content_type = type}));
  }
}

TEST(Matcher, TellsNoneFromIdZero) {
  const Pin none{};
  const Pin zero{.account = AccountId(0), .product_group = ProductGroupId(0)};
  EXPECT_TRUE(Passes(Is(kNoAccount), {}, none));
  EXPECT_FALSE(Passes(Is(kNoAccount), {}, zero));
  EXPECT_TRUE(Passes(Is(AccountId(0)), {}, zero));
  EXPECT_FALSE(Passes(Is(AccountId(0)), {}, none));
  EXPECT_TRUE(Passes(Is(AccountId(0), kNoAccount), {}, none));
  EXPECT_TRUE(Passes(!Is(AccountId(0)), {}, none));
  EXPECT_TRUE(Passes(Is(kNoProductGroup), {}, none));
  EXPECT_FALSE(Passes(Is(kNoProductGroup), {}, zero));
  EXPECT_TRUE(Passes(Is(ProductGroupId(0)), {}, zero));
}

TEST(Matcher, FindsTheLowestAndTheHighestIds) {
  constexpr std::uint64_t kHighest = std::numeric_limits<std::uint64_t>::max();
  const Filter filter = Is(PinId(kHighest), PinId(0));
  EXPECT_TRUE(Passes(filter, {}, {.id = PinId(0)}));
  EXPECT_TRUE(Passes(filter, {}, {.id = PinId(kHighest)}));
  EXPECT_FALSE(Passes(filter, {}, {.id = PinId(kHighest - 1)}));
  EXPECT_FALSE(Passes(filter, {}, {.id = PinId(1)}));
}

TEST(Matcher, FindsEachOfManyIds) {
  std::vector<BoardId> boards;
  for (std::uint64_t id = 0; id < 10'000; id += 2) boards.push_back(BoardId(id));
  const Matcher matches(IsAnyOf(std::span(boards)));
  for (std::uint64_t id = 0; id < 10'000; ++id) {
    ASSERT_EQ(matches({}, {.board = BoardId(id)}), id % 2 == 0) << id;
  }
}

// Conditions that are tried one after another would make these loops many times slower.
TEST(Matcher, FindsEachOfManyIdsThatAreNamedOneByOne) {
  Filter either;
  Filter neither;
  for (std::uint64_t id = 0; id < 100'000; id += 2) {
    either = id == 0 ? Is(BoardId(id)) : std::move(either) || Is(BoardId(id));
    neither = std::move(neither) && !Is(BoardId(id));
  }
  const Matcher matches_either(either);
  const Matcher matches_neither(neither);
  for (std::uint64_t id = 0; id < 100'000; ++id) {
    ASSERT_EQ(matches_either({}, {.board = BoardId(id)}), id % 2 == 0) << id;
    ASSERT_EQ(matches_neither({}, {.board = BoardId(id)}), id % 2 == 1) << id;
  }
}

/// Filters of all shapes over all dimensions, and what may pass them.
class RandomMatching : public ::testing::Test {
 protected:
  static constexpr int kFilters = 1'000;
  static constexpr std::size_t kEvents = 64;

  RandomMatching() : seed_(TestSeed()), random_(seed_) {}

  std::string Trace() const { return "PINMETRICS_TEST_SEED=" + std::to_string(seed_); }
  MeantFilter AnyFilter() { return RandomFilter(random_, random_.Below(6)); }

  /// Calls `expect(event, pin)` with some events.
  template <typename Expect>
  void ForEvents(Expect expect) {
    for (std::size_t i = 0; i < kEvents; ++i) expect(random_.AnyEvent(), random_.AnyPin());
  }

 private:
  std::uint64_t seed_;
  RandomModel random_;
};

TEST_F(RandomMatching, DoesWhatTheFilterMeans) {
  SCOPED_TRACE(Trace());
  for (int i = 0; i < 4 * kFilters; ++i) {
    const MeantFilter meant = AnyFilter();
    const Matcher matches(meant.filter);
    ForEvents([&](const Event& event, const Pin& pin) {
      EXPECT_EQ(matches(event, pin), meant.passes(event, pin)) << ToString(meant.filter);
    });
    if (HasFailure()) return;
  }
}

TEST_F(RandomMatching, AFilterAndItsNegationShareTheEvents) {
  SCOPED_TRACE(Trace());
  for (int i = 0; i < kFilters; ++i) {
    const Filter filter = AnyFilter().filter;
    const Matcher matches(filter);
    const Matcher matches_not(!filter);
    const Matcher both(filter && !filter);
    const Matcher either(filter || !filter);
    ForEvents([&](const Event& event, const Pin& pin) {
      EXPECT_NE(matches(event, pin), matches_not(event, pin)) << ToString(filter);
      EXPECT_FALSE(both(event, pin)) << ToString(filter);
      EXPECT_TRUE(either(event, pin)) << ToString(filter);
    });
    if (HasFailure()) return;
  }
}

TEST_F(RandomMatching, FollowsTheLawsOfDeMorgan) {
  SCOPED_TRACE(Trace());
  for (int i = 0; i < kFilters; ++i) {
    const Filter a = AnyFilter().filter;
    const Filter b = AnyFilter().filter;
    const Matcher not_and(!(a && b));
    const Matcher or_of_nots(!a || !b);
    const Matcher not_or(!(a || b));
    const Matcher and_of_nots(!a && !b);
    ForEvents([&](const Event& event, const Pin& pin) {
      EXPECT_EQ(not_and(event, pin), or_of_nots(event, pin)) << ToString(a) << " | " << ToString(b);
      EXPECT_EQ(not_or(event, pin), and_of_nots(event, pin)) << ToString(a) << " | " << ToString(b);
    });
    if (HasFailure()) return;
  }
}

TEST_F(RandomMatching, DistributesAndOverOrAndDoesNotMindOrder) {
  SCOPED_TRACE(Trace());
  for (int i = 0; i < kFilters; ++i) {
    const Filter a = AnyFilter().filter;
    const Filter b = AnyFilter().filter;
    const Filter c = AnyFilter().filter;
    const Matcher factored(a && (b || c));
    const Matcher distributed((a && b) || (a && c));
    const Matcher turned((c || b) && a);
    ForEvents([&](const Event& event, const Pin& pin) {
      EXPECT_EQ(factored(event, pin), distributed(event, pin));
      EXPECT_EQ(factored(event, pin), turned(event, pin));
    });
    if (HasFailure()) return;
  }
}

TEST_F(RandomMatching, TextReadBackMatchesTheSame) {
  SCOPED_TRACE(Trace());
  for (int i = 0; i < kFilters; ++i) {
    const MeantFilter meant = AnyFilter();
    const absl::StatusOr<Filter> read = ParseFilter(ToString(meant.filter));
    if (!read.ok()) continue;  // Past the text's limits; that few are is held by the text's tests.
    const Matcher matches(*read);
    ForEvents([&](const Event& event, const Pin& pin) {
      EXPECT_EQ(matches(event, pin), meant.passes(event, pin)) << ToString(meant.filter);
    });
    if (HasFailure()) return;
  }
}

TEST(Matcher, ValuesThatAreNonePassNoConditionOnThem) {
  for (int value = 8; value < 256; ++value) {
    const Event event = {.device = static_cast<Device>(value),
                         .content_type = static_cast<ContentType>(value),
                         .age = static_cast<Age>(value),
                         .gender = static_cast<Gender>(value)};
    const Pin pin = {.format = static_cast<PinFormat>(value),
                     .source = static_cast<PinSource>(value)};
    for (const Filter& filter :
         {Is(ContentType::kOrganic, ContentType::kPaid, ContentType::kEarned), Is(Device::kMobile),
          Is(Age::k18To24), Is(Gender::kFemale), Is(PinFormat::kStandard),
          Is(PinSource::kYourPins)}) {
      EXPECT_FALSE(Matcher(filter)(event, pin)) << value;
    }
  }
}

TEST(Matcher, GoesOneHundredThousandLevelsDeep) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  RandomModel random(seed);
  std::vector<std::pair<int, MeantFilter>> steps;
  Filter filter;
  for (int i = 0; i < 100'000; ++i) {
    const int step = static_cast<int>(random.Below(3));
    MeantFilter condition = RandomCondition(random);
    if (step == 0) filter = std::move(filter) && condition.filter;
    if (step == 1) filter = std::move(filter) || condition.filter;
    if (step == 2) filter = !std::move(filter);
    steps.emplace_back(step, std::move(condition));
  }
  const Matcher matches(filter);
  for (int i = 0; i < 20; ++i) {
    const Event event = random.AnyEvent();
    const Pin pin = random.AnyPin();
    bool passes = true;
    for (const auto& [step, condition] : steps) {
      if (step == 0) passes = passes && condition.passes(event, pin);
      if (step == 1) passes = passes || condition.passes(event, pin);
      if (step == 2) passes = !passes;
    }
    ASSERT_EQ(matches(event, pin), passes);
  }
}

TEST(Matcher, OutlivesTheFilterItIsMadeOf) {
  Matcher matches(Is(BoardId(1)));
  {
    Filter filter = Is(BoardId(2)) && Is(Device::kMobile);
    matches = Matcher(filter);
  }
  EXPECT_TRUE(matches({.device = Device::kMobile}, {.board = BoardId(2)}));
  EXPECT_FALSE(matches({.device = Device::kMobile}, {.board = BoardId(1)}));
}

}  // namespace
}  // namespace pinmetrics

#include "pinmetrics/filter/filter.h"

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <set>
#include <span>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "absl/hash/hash_testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/filter/random_filter.h"
#include "tests/model/random_event.h"

namespace pinmetrics {
namespace {

using ::testing::ElementsAre;

static_assert(std::regular<Filter>);

const Filter kMobile = Is(Device::kMobile);
const Filter kPaid = Is(ContentType::kPaid);
const Filter kFemale = Is(Gender::kFemale);
const Filter kVideo = Is(PinFormat::kVideo);

/// What passes nothing, however it is made.
const Filter kNothing = !Filter();

/// What the filter's nodes are, in their order.
std::vector<Filter::Operator> Operators(const Filter& filter) {
  std::vector<Filter::Operator> operators;
  for (const Filter::Node& node : filter.nodes()) operators.push_back(node.op);
  return operators;
}

TEST(Filter, SaysNothingByDefault) {
  EXPECT_TRUE(Filter().empty());
  EXPECT_FALSE(kMobile.empty());
  EXPECT_FALSE(kNothing.empty());
}

TEST(Filter, TheEmptyOneIsNeutralInAndAndAbsorbsOr) {
  EXPECT_EQ(Filter() && kMobile, kMobile);
  EXPECT_EQ(kMobile && Filter(), kMobile);
  EXPECT_EQ(Filter() || kMobile, Filter());
  EXPECT_EQ(kMobile || Filter(), Filter());
  EXPECT_EQ(Filter() && Filter(), Filter());
  EXPECT_EQ(Filter() || Filter(), Filter());
}

TEST(Filter, TheOneThatPassesNothingAbsorbsAndAndIsNeutralInOr) {
  EXPECT_EQ(kNothing && kMobile, kNothing);
  EXPECT_EQ(kMobile && kNothing, kNothing);
  EXPECT_EQ(kNothing || kMobile, kMobile);
  EXPECT_EQ(kMobile || kNothing, kMobile);
  EXPECT_EQ(Filter() && kNothing, kNothing);
  EXPECT_EQ(kNothing || Filter(), Filter());
  EXPECT_EQ(!kNothing, Filter());
}

TEST(Filter, WithoutValuesPassesNothing) {
  EXPECT_EQ(Filter::Condition(Dimension::kBoard, {}), kNothing);
  EXPECT_EQ(IsAnyOf(std::span<Device>()), kNothing);
  EXPECT_NE(Filter::Condition(Dimension::kBoard, {}), Filter());
}

TEST(Filter, NegatedTwiceIsItself) {
  for (const Filter& filter : {kMobile, kMobile && kPaid, kMobile || kPaid, !kMobile, kNothing}) {
    EXPECT_EQ(!!filter, filter);
    EXPECT_NE(!filter, filter);
  }
}

TEST(Filter, NestedAndsAreOneAnd) {
  const Filter flat = kMobile && kPaid && kFemale && kVideo;
  EXPECT_EQ((kMobile && kPaid) && (kFemale && kVideo), flat);
  EXPECT_EQ(kMobile && (kPaid && (kFemale && kVideo)), flat);
  EXPECT_EQ(kMobile && (kPaid && kFemale) && kVideo, flat);
  EXPECT_THAT(Operators(flat),
              ElementsAre(Filter::Operator::kCondition, Filter::Operator::kCondition,
                          Filter::Operator::kCondition, Filter::Operator::kCondition,
                          Filter::Operator::kAnd));
  EXPECT_EQ(flat.nodes().back().count, 4u);
}

TEST(Filter, NestedOrsAreOneOr) {
  const Filter flat = kMobile || kPaid || kFemale || kVideo;
  EXPECT_EQ((kMobile || kPaid) || (kFemale || kVideo), flat);
  EXPECT_EQ(kMobile || (kPaid || (kFemale || kVideo)), flat);
  EXPECT_EQ(flat.nodes().back().count, 4u);
}

TEST(Filter, AndsAndOrsInsideEachOtherStayApart) {
  const Filter left = (kMobile && kPaid) || kFemale;
  const Filter right = kMobile && (kPaid || kFemale);
  EXPECT_NE(left, right);
  EXPECT_EQ(left.nodes().back().op, Filter::Operator::kOr);
  EXPECT_EQ(right.nodes().back().op, Filter::Operator::kAnd);
}

TEST(Filter, ValuesAreASet) {
  EXPECT_EQ(Is(Device::kTablet, Device::kMobile, Device::kTablet),
            Is(Device::kMobile, Device::kTablet));
  EXPECT_NE(Is(Device::kMobile), Is(Device::kTablet));
  EXPECT_EQ(Is(kNoAccount, AccountId(7), AccountId(2)), Is(AccountId(2), AccountId(7), kNoAccount));

  const Filter filter = Is(kNoAccount, AccountId(7), AccountId(0), AccountId(7));
  EXPECT_THAT(filter.Values(filter.nodes().front()),
              ElementsAre(Attribute(AccountId(0)), Attribute(AccountId(7)), Attribute()));
}

TEST(Filter, TheSameNumberInAnotherDimensionIsAnotherFilter) {
  EXPECT_NE(Is(PinId(7)), Is(BoardId(7)));
  EXPECT_NE(Is(Device::kMobile), Is(Gender::kFemale));
  EXPECT_NE(Is(AccountId(0)), Is(kNoAccount));
}

TEST(Filter, OrderOfConditionsIsPartOfTheValue) { EXPECT_NE(kMobile && kPaid, kPaid && kMobile); }

TEST(Filter, ListsMadeAtRunTimeAreTheSameAsThoseWrittenDown) {
  std::vector<BoardId> boards = {BoardId(3), BoardId(1)};
  EXPECT_EQ(IsAnyOf(std::span(boards)), Is(BoardId(1), BoardId(3)));
  std::array<Age, 2> ages = {Age::k18To24, Age::k65Plus};
  EXPECT_EQ(IsAnyOf(std::span(ages)), Is(Age::k18To24, Age::k65Plus));
}

TEST(Filter, KnowsTheDimensionsItUses) {
  const Filter filter = kMobile && !(Is(Age::k18To24) || Is(BoardId(1)));
  EXPECT_TRUE(filter.Uses(Dimension::kDevice));
  EXPECT_TRUE(filter.Uses(Dimension::kAge));
  EXPECT_TRUE(filter.Uses(Dimension::kBoard));
  EXPECT_FALSE(filter.Uses(Dimension::kPin));
  // What an operator's node holds there means nothing.
  EXPECT_FALSE(filter.Uses(Dimension::kContentType));
  EXPECT_FALSE(kNothing.Uses(Dimension::kContentType));
  EXPECT_FALSE(Filter().Uses(Dimension::kContentType));
}

TEST(Filter, MergesConditionsOnOneDimensionUnderOneOr) {
  EXPECT_EQ((Is(PinId(3)) || Is(PinId(1)) || Is(PinId(2), PinId(1))).Merged(),
            Is(PinId(1), PinId(2), PinId(3)));
  EXPECT_EQ((Is(PinId(3)) || kMobile || Is(PinId(1)) || Is(Device::kTablet)).Merged(),
            Is(PinId(1), PinId(3)) || Is(Device::kMobile, Device::kTablet));
  EXPECT_EQ((Is(AccountId(3)) || Is(kNoAccount)).Merged(), Is(AccountId(3), kNoAccount));
  EXPECT_EQ((kPaid && (Is(PinId(3)) || Is(PinId(1)))).Merged(), kPaid && Is(PinId(1), PinId(3)));
  // Deeper operands stand under an operator of their own.
  const Filter apart = Is(PinId(1)) || (Is(PinId(2)) && kMobile) || !Is(PinId(3));
  EXPECT_EQ(apart.Merged(), apart);
}

TEST(Filter, MergesNegatedConditionsOnOneDimensionUnderOneAnd) {
  const Filter merged = !Is(PinId(1), PinId(2), PinId(3));
  EXPECT_EQ((!Is(PinId(3)) && !Is(PinId(1)) && !Is(PinId(2))).Merged(), merged);
  EXPECT_EQ((!(Is(PinId(3)) || Is(PinId(1))) && !Is(PinId(2))).Merged(), merged);
  EXPECT_EQ((!Is(PinId(3)) && kMobile && !Is(PinId(1), PinId(2))).Merged(), merged && kMobile);
  EXPECT_EQ((!(!Is(PinId(3)) && !Is(PinId(1))) || Is(PinId(2))).Merged(),
            Is(PinId(1), PinId(2), PinId(3)));
  // An and of conditions is not their values together.
  const Filter apart = Is(PinId(1), PinId(2)) && Is(PinId(2), PinId(3)) && !Is(PinId(2));
  EXPECT_EQ(apart.Merged(), apart);
}

TEST(Filter, MergesNothingWhereThereIsNothing) {
  for (const Filter& filter :
       {Filter(), kNothing, kMobile, !kMobile, kMobile && kPaid, !(kMobile && !kPaid) || kFemale}) {
    EXPECT_EQ(filter.Merged(), filter);
  }
}

TEST(Filter, MergesAsManyConditionsAsThereAre) {
  constexpr std::uint64_t kIds = 100'000;
  Filter either;
  Filter neither;
  std::vector<PinId> pins;
  for (std::uint64_t i = 0; i < kIds; ++i) {
    const PinId pin(i * 7919 % kIds);  // Each once, in no order.
    either = i == 0 ? Is(pin) : std::move(either) || Is(pin);
    neither = std::move(neither) && !Is(pin);
    pins.push_back(pin);
  }
  EXPECT_EQ(either.Merged(), IsAnyOf(std::span(pins)));
  EXPECT_EQ(neither.Merged(), !IsAnyOf(std::span(pins)));
}

TEST(Filter, SaysWhichValuesItRequires) {
  using testing::Optional;
  constexpr Dimension kPins = Dimension::kPin;
  const auto pins = [](std::initializer_list<std::uint64_t> ids) {
    return Optional(std::vector<Attribute>(ids.begin(), ids.end()));
  };
  EXPECT_EQ(Filter().RequiredValues(kPins), std::nullopt);
  EXPECT_EQ(kNothing.RequiredValues(kPins), std::nullopt);
  EXPECT_EQ(kMobile.RequiredValues(kPins), std::nullopt);
  EXPECT_EQ((!Is(PinId(1))).RequiredValues(kPins), std::nullopt);
  EXPECT_EQ((Is(PinId(1)) || kMobile).RequiredValues(kPins), std::nullopt);
  EXPECT_EQ((kMobile && (Is(PinId(1)) || kPaid)).RequiredValues(kPins), std::nullopt);
  EXPECT_THAT(Is(PinId(2), PinId(1)).RequiredValues(kPins), pins({1, 2}));
  EXPECT_THAT((Is(PinId(1)) && kMobile).RequiredValues(kPins), pins({1}));
  EXPECT_THAT(((kPaid || !kMobile) && Is(PinId(1)) && !(kMobile && kPaid)).RequiredValues(kPins),
              pins({1}));
  EXPECT_THAT((Is(PinId(1), PinId(2)) && Is(PinId(3), PinId(2))).RequiredValues(kPins), pins({2}));
  EXPECT_THAT((Is(PinId(1)) && Is(PinId(2))).RequiredValues(kPins), pins({}));
  EXPECT_THAT((Is(AccountId(1), kNoAccount) && kMobile).RequiredValues(Dimension::kAccount),
              Optional(ElementsAre(Attribute(1), Attribute())));
}

TEST(Filter, OperandsComeRightBeforeTheirOperator) {
  const Filter filter = Is(Device::kTablet) && !(Is(ContentType::kEarned) || Is(Age::k65Plus));
  EXPECT_THAT(Operators(filter),
              ElementsAre(Filter::Operator::kCondition, Filter::Operator::kCondition,
                          Filter::Operator::kCondition, Filter::Operator::kOr,
                          Filter::Operator::kNot, Filter::Operator::kAnd));
  EXPECT_THAT(filter.Values(filter.nodes()[0]), ElementsAre(Attribute(Device::kTablet)));
  EXPECT_THAT(filter.Values(filter.nodes()[1]), ElementsAre(Attribute(ContentType::kEarned)));
  EXPECT_THAT(filter.Values(filter.nodes()[2]), ElementsAre(Attribute(Age::k65Plus)));
}

TEST(Filter, JoinsWithItself) {
  Filter filter = kMobile || kPaid;
  filter = filter && filter;
  EXPECT_EQ(filter, (kMobile || kPaid) && (kMobile || kPaid));
  filter = filter || !filter;
  EXPECT_EQ(filter.nodes().back().op, Filter::Operator::kOr);
}

TEST(Filter, LeavesWhatItIsMadeOfAlone) {
  const Filter left = kMobile && kPaid;
  const Filter right = kFemale && kVideo;
  const Filter left_before = left;
  const Filter right_before = right;
  const Filter joined = left && right;
  EXPECT_EQ(left, left_before);
  EXPECT_EQ(right, right_before);
  EXPECT_NE(joined, left);
}

TEST(Filter, HashesAsItCompares) {
  constexpr std::uint64_t kHighest = std::numeric_limits<std::uint64_t>::max();
  EXPECT_TRUE(absl::VerifyTypeImplementsAbslHashCorrectly(
      {Filter(), kNothing, kMobile, !kMobile, Is(Device::kMobile, Device::kTablet), kPaid,
       kMobile && kPaid, kPaid && kMobile, kMobile || kPaid, !(kMobile && kPaid),
       (kMobile && kPaid) || kFemale, kMobile && (kPaid || kFemale), Is(AccountId(0)),
       Is(kNoAccount), Is(AccountId(1)), Is(AccountId(0), kNoAccount), Is(PinId(kHighest)),
       Is(BoardId(kHighest))}));
}

TEST(Filter, HashesOfManyFiltersRarelyMeet) {
  std::unordered_set<Filter> filters;
  std::unordered_set<std::size_t> hashes;
  for (std::uint64_t id = 0; id < 10'000; ++id) {
    filters.insert(Is(PinId(id)));
    filters.insert(Is(BoardId(id)));
    filters.insert(kMobile && Is(PinId(id)));
    filters.insert(kMobile || Is(PinId(id)));
  }
  for (const Filter& filter : filters) hashes.insert(std::hash<Filter>{}(filter));
  EXPECT_EQ(filters.size(), 40'000u);
  EXPECT_GE(hashes.size(), 39'990u);
}

TEST(Filter, EqualWhenBuiltTwiceInOneWay) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  RandomModel once(seed);
  RandomModel again(seed);
  for (int i = 0; i < 2'000; ++i) {
    const Filter filter = RandomFilter(once, 4).filter;
    const Filter same = RandomFilter(again, 4).filter;
    ASSERT_EQ(filter, same);
    ASSERT_EQ(filter.Hash(), same.Hash());
    Filter copy = filter;
    const Filter moved = std::move(copy);
    ASSERT_EQ(moved, filter);
  }
}

TEST(Filter, GoesOneHundredThousandLevelsDeep) {
  Filter filter = kMobile;
  for (int i = 0; i < 100'000; ++i) {
    filter = i % 2 == 0 ? std::move(filter) && kPaid : !(std::move(filter) || kFemale);
  }
  const Filter copy = filter;
  EXPECT_EQ(copy, filter);
  EXPECT_EQ(copy.Hash(), filter.Hash());
  EXPECT_TRUE(filter.Uses(Dimension::kDevice));
  EXPECT_EQ(filter.nodes().back().op, Filter::Operator::kNot);
}

TEST(Filter, TakesValuesFromAnyRange) {
  const std::vector<PinId> ids = {PinId(7), PinId(8)};
  EXPECT_EQ(IsAnyOf(ids), Is(PinId(7), PinId(8)));
  EXPECT_EQ(IsAnyOf(std::span(ids)), IsAnyOf(ids));
  EXPECT_EQ(IsAnyOf(std::array{Device::kMobile}), Is(Device::kMobile));
  EXPECT_EQ(IsAnyOf(std::set<BoardId>{BoardId(3)}), Is(BoardId(3)));
  EXPECT_EQ(IsAnyOf(std::vector<AccountId>()), IsAnyOf(std::vector<BoardId>()));  // Nothing.
}

}  // namespace
}  // namespace pinmetrics

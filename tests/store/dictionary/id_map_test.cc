#include "store/dictionary/id_map.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "gtest/gtest.h"
#include "tests/store/random_account.h"

namespace pinmetrics {
namespace {

constexpr std::uint64_t kMostId = 0xffff'ffff'ffff'ffff;

/// Ids of a pattern that is hard on a hash, or that are dense in part: `of(i)` is the i-th.
struct Pattern {
  const char* name;
  std::uint64_t (*of)(std::uint64_t i);
};

const std::vector<Pattern>& Patterns() {
  static const std::vector<Pattern> patterns = {
      {"Sequence", [](std::uint64_t i) { return i; }},
      {"FallingFromTheLast", [](std::uint64_t i) { return kMostId - i; }},
      {"MultiplesOf4096", [](std::uint64_t i) { return i << 12; }},
      {"MultiplesOf2To32", [](std::uint64_t i) { return i << 32; }},
      {"MultiplesOf2To48", [](std::uint64_t i) { return i << 48; }},
      {"UpperAndLowerHalfAlike", [](std::uint64_t i) { return i << 32 | i; }},
      {"MultiplesOfTheGoldenRatio", [](std::uint64_t i) { return i * 0x9e3779b97f4a7c15; }},
      {"FewBits", [](std::uint64_t i) { return std::uint64_t{1} << i % 64 | i << 20; }},
      {"SequenceFromAMillion", [](std::uint64_t i) { return 1'000'000 + i; }},
      {"SequenceToTheLast", [](std::uint64_t i) { return kMostId - 99'999 + i; }},
      {"EveryFifth", [](std::uint64_t i) { return 7 + i * 5; }},
      {"SequenceAndOutliers", [](std::uint64_t i) { return i % 16 == 9 ? i << 40 : 3'000 + i; }},
      {"SequenceOutOfOrder",
       [](std::uint64_t i) { return 500 + (i * 37 % 4'096 | i / 4'096 << 12); }},
      {"SequencesFarApart", [](std::uint64_t i) { return i / 1'000 << 32 | i % 1'000; }},
  };
  return patterns;
}

/// The map and what it should be, changed together.
class Modelled {
 public:
  explicit Modelled(Dice& dice) : map_(dice.Percent(30) ? 0 : dice.Bits()) {}

  void Insert(std::uint64_t id, std::uint32_t number) {
    ASSERT_EQ(map_.Insert(id, number), model_.emplace(id, number).second) << id;
  }
  void FindOrInsert(std::uint64_t id, std::uint32_t number) {
    ASSERT_EQ(map_.FindOrInsert(id, number), model_.emplace(id, number).first->second) << id;
  }
  void Erase(std::uint64_t id) {
    map_.Erase(id);
    model_.erase(id);
  }
  void Trim() { map_.Trim(); }
  void EraseIf(const std::function<bool(std::uint32_t number)>& goes) {
    map_.EraseIf(goes);
    std::erase_if(model_, [&](const auto& entry) { return goes(entry.second); });
  }

  void ExpectFinds(std::uint64_t id) const {
    map_.Prefetch(id);
    const auto found = model_.find(id);
    ASSERT_EQ(map_.Find(id), found == model_.end() ? std::nullopt : std::optional(found->second))
        << id;
  }
  void ExpectEqual() const {
    ASSERT_EQ(map_.size(), model_.size());
    for (const auto& [id, number] : model_) ExpectFinds(id);
    std::unordered_map<std::uint64_t, std::uint32_t> all;
    map_.ForEach([&](std::uint64_t id, std::uint32_t number) { all.emplace(id, number); });
    ASSERT_EQ(all, model_);
  }
  void ExpectVisits(std::uint32_t first, std::uint32_t limit) const {
    std::unordered_map<std::uint64_t, std::uint32_t> visited;
    std::size_t visits = 0;
    map_.ForEachIn(first, limit, [&](std::uint64_t id, std::uint32_t number) {
      visited.emplace(id, number);
      ++visits;
    });
    auto expected = model_;
    std::erase_if(expected,
                  [&](const auto& entry) { return entry.second < first || entry.second >= limit; });
    ASSERT_EQ(visited, expected) << first << " to " << limit;
    ASSERT_EQ(visits, expected.size());
  }

  const std::unordered_map<std::uint64_t, std::uint32_t>& model() const { return model_; }

 private:
  IdMap map_;
  std::unordered_map<std::uint64_t, std::uint32_t> model_;
};

TEST(IdMap, EmptyMapFindsNothing) {
  IdMap map(1);
  EXPECT_EQ(map.size(), 0u);
  EXPECT_EQ(map.bytes(), 0u);
  map.Prefetch(7);
  EXPECT_EQ(map.Find(7), std::nullopt);
  map.Erase(7);
  EXPECT_EQ(map.size(), 0u);
}

TEST(IdMap, KeepsTheFirstNumberOfAnId) {
  IdMap map(1);
  EXPECT_TRUE(map.Insert(7, 70));
  EXPECT_FALSE(map.Insert(7, 71));
  EXPECT_EQ(map.FindOrInsert(7, 72), 70u);
  EXPECT_EQ(map.Find(7), 70u);
  EXPECT_EQ(map.size(), 1u);
}

TEST(IdMap, TakesEveryIdAndEveryNumberButTheReservedOne) {
  IdMap map(1);
  for (const std::uint64_t id : {std::uint64_t{0}, std::uint64_t{1}, kMostId, kMostId - 1}) {
    EXPECT_TRUE(map.Insert(id, 0xfffffffe));
    EXPECT_EQ(map.Find(id), 0xfffffffe);
  }
}

TEST(IdMap, IsTheModelAfterRandomChanges) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  for (int round = 0; round < 60; ++round) {
    const Pattern& pattern = dice.OneOf(Patterns());
    SCOPED_TRACE(pattern.name);
    Modelled modelled(dice);
    // Few ids, so that most changes meet one that is there.
    const std::size_t ids = std::size_t{1} << (1 + dice.Below(12));
    const std::size_t erase_percent = dice.Below(70);
    for (std::uint32_t i = 0; i < 4'000; ++i) {
      const std::uint64_t id = pattern.of(dice.Below(ids));
      if (dice.Percent(erase_percent)) {
        modelled.Erase(id);
      } else if (dice.Percent(50)) {
        modelled.Insert(id, i);
      } else {
        modelled.FindOrInsert(id, i);
      }
      modelled.ExpectFinds(pattern.of(dice.Below(ids)));
      if (dice.Below(1'000) == 0) {
        const auto keeps_one_of = static_cast<std::uint32_t>(dice.OneOf<std::size_t>({1, 2, 40}));
        modelled.EraseIf([&](std::uint32_t number) { return number % keeps_one_of != 1; });
        if (dice.Percent(50)) modelled.Trim();
        modelled.ExpectEqual();
        const auto limit = static_cast<std::uint32_t>(dice.Below(4'000));
        modelled.ExpectVisits(static_cast<std::uint32_t>(dice.Below(limit + 1)), limit);
      }
    }
    modelled.ExpectEqual();
    if (HasFatalFailure()) return;
  }
}

TEST(IdMap, FindsTheRestWhileAllAreErased) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  for (const Pattern& pattern : Patterns()) {
    SCOPED_TRACE(pattern.name);
    Modelled modelled(dice);
    for (std::uint32_t i = 0; i < 500; ++i) modelled.Insert(pattern.of(i), i);
    while (!modelled.model().empty()) {
      modelled.Erase(modelled.model().begin()->first);
      modelled.ExpectEqual();
      if (HasFatalFailure()) return;
    }
  }
}

// Not a time, which would depend on the machine: with a hash that clusters them, the look-ups of
// these would take minutes, not milliseconds.
TEST(IdMap, FindsManyIdsOfEveryPattern) {
  for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{1}, kMostId}) {
    for (const Pattern& pattern : Patterns()) {
      SCOPED_TRACE(pattern.name);
      constexpr std::uint32_t kIds = 100'000;
      IdMap map(seed);
      for (std::uint32_t i = 0; i < kIds; ++i) map.FindOrInsert(pattern.of(i), i);
      for (std::uint32_t i = 0; i < kIds; ++i) {
        const std::optional<std::uint32_t> found = map.Find(pattern.of(i));
        ASSERT_TRUE(found);
        ASSERT_EQ(pattern.of(*found), pattern.of(i));
      }
    }
  }
}

TEST(IdMap, NeverTakesMoreBytesThanAnnounced) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  for (int round = 0; round < 200; ++round) {
    const Pattern& pattern = dice.OneOf(Patterns());
    SCOPED_TRACE(pattern.name);
    IdMap map(dice.Bits());
    EXPECT_EQ(map.BytesWith(0), 0u);
    std::uint32_t ids = 0;
    for (int batch = 0; batch < 6; ++batch) {
      const std::size_t more = dice.Below(2'000);
      const std::size_t announced = map.BytesWith(more);
      ASSERT_GE(announced, map.bytes());
      for (std::size_t i = 0; i < more; ++i) {
        map.Insert(pattern.of(ids), ids);
        ++ids;
        ASSERT_LE(map.bytes(), announced);
      }
      if (dice.Percent(30)) map.EraseIf([&](std::uint32_t) { return dice.Percent(80); });
    }
  }
}

/// The bytes that so many ids take in a table alone, at most.
std::size_t HashedBytes(std::size_t ids) {
  return std::max<std::size_t>(16 * 12, (ids + ids / 16 + 1) * 36);
}

TEST(IdMap, TakesTwelveBytesASlotAndMoreThanAThirdOfThem) {
  for (const Pattern& pattern : Patterns()) {
    SCOPED_TRACE(pattern.name);
    IdMap map(1);
    for (std::uint32_t i = 0; i < 20'000; ++i) {
      map.Insert(pattern.of(i), i);
      ASSERT_LE(map.bytes(), HashedBytes(map.size()));
    }
  }
}

TEST(IdMap, TakesFewBytesForTheIdsOfACounter) {
  for (const std::uint64_t first : {std::uint64_t{0}, std::uint64_t{123'456'789}}) {
    IdMap map(1);
    std::size_t most_an_id = 0;
    for (std::uint32_t i = 0; i < 100'000; ++i) {
      map.Insert(first + i, i);
      if (i > 1'000) most_an_id = std::max(most_an_id, map.bytes() / map.size());
    }
    // Of a place, some are free, and some ids wait in the table until the row is longer.
    EXPECT_LE(most_an_id, 12u);
  }
}

TEST(IdMap, FollowsACounterOfWhichTheOldestGo) {
  constexpr std::uint32_t kDay = 10'000;
  IdMap map(1);
  for (std::uint32_t id = 0; id < 40 * kDay; ++id) {
    ASSERT_TRUE(map.Insert(id, id));
    if (id % kDay == 0 && id > kDay) {
      map.EraseIf([&](std::uint32_t number) { return number < id - kDay; });
      ASSERT_EQ(map.size(), kDay + 1);
      ASSERT_EQ(map.Find(id - kDay - 1), std::nullopt);
      ASSERT_EQ(map.Find(id - kDay), id - kDay);
      ASSERT_LE(map.bytes(), HashedBytes(2 * kDay));
    }
  }
}

TEST(IdMap, MemoryOfABurstIsGivenBackByTheSecondTimeThatIdsGo) {
  for (const Pattern& pattern : Patterns()) {
    SCOPED_TRACE(pattern.name);
    IdMap map(1);
    std::uint32_t next = 0;
    const auto insert = [&](std::uint32_t ids) {
      for (const std::uint32_t end = next + ids; next < end; ++next) {
        map.Insert(pattern.of(next), next);
      }
    };
    insert(50'000);
    for (int day = 0; day < 2; ++day) {
      const std::uint32_t first_kept = next;
      insert(1'000);
      map.EraseIf([&](std::uint32_t number) { return number < first_kept; });
    }
    EXPECT_LE(map.bytes(), HashedBytes(8 * 1'000));
  }
}

TEST(IdMap, ErasingAllGivesTheMemoryBack) {
  for (const Pattern& pattern : Patterns()) {
    SCOPED_TRACE(pattern.name);
    IdMap map(1);
    for (std::uint32_t i = 0; i < 1'000; ++i) map.Insert(pattern.of(i), i);
    map.EraseIf([](std::uint32_t) { return true; });
    EXPECT_EQ(map.size(), 0u);
    EXPECT_EQ(map.bytes(), 0u);
    EXPECT_EQ(map.Find(pattern.of(7)), std::nullopt);
    EXPECT_TRUE(map.Insert(pattern.of(7), 8));
    EXPECT_EQ(map.Find(pattern.of(7)), 8u);
  }
}

TEST(IdMap, ErasingMostKeepsTheMemoryUntilItIsTrimmed) {
  for (const Pattern& pattern : Patterns()) {
    SCOPED_TRACE(pattern.name);
    IdMap map(1);
    for (std::uint32_t i = 0; i < 100'000; ++i) map.Insert(pattern.of(i), i);
    const std::size_t ids = map.size();
    const std::size_t before = map.bytes();
    map.EraseIf([](std::uint32_t number) { return number >= 1'000; });
    EXPECT_LT(map.size(), ids / 4);
    EXPECT_EQ(map.bytes(), before);
    map.Trim();
    EXPECT_LE(map.bytes(), 12 * 16'384u);
    for (std::uint32_t i = 0; i < 1'000; ++i) ASSERT_NE(map.Find(pattern.of(i)), std::nullopt);
  }
}

}  // namespace
}  // namespace pinmetrics

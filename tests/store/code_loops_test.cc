#include "store/code_loops.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "pinmetrics/store/viewer_cursor.h"
#include "tests/store/random_account.h"

namespace pinmetrics {
namespace {

/// What a set is made of, told apart from how it is looked up.
struct Wanted {
  std::uint32_t kinds = 0;
  std::vector<bool> combos = std::vector<bool>(event_code::kCombos);

  bool Has(std::uint16_t code) const {
    return (kinds >> code / event_code::kCombos & 1) != 0 && combos[code % event_code::kCombos];
  }
  CodeSet Set() const {
    CodeSet set(kinds);
    for (std::uint32_t combo = 0; combo < event_code::kCombos; ++combo) {
      if (combos[combo]) set.Add(combo);
    }
    return set;
  }
};

void ExpectMarked(const CodeLoops& loops, const std::vector<std::uint16_t>& codes,
                  const Wanted& wanted) {
  constexpr std::uint64_t kUntouched = 0x1234567890abcdef;
  const std::size_t words = (codes.size() + 63) / 64;
  std::vector<std::uint64_t> expected(words);
  expected.push_back(kUntouched);
  for (std::size_t i = 0; i < codes.size(); ++i) {
    expected[i / 64] |= std::uint64_t{wanted.Has(codes[i])} << i % 64;
  }
  std::vector<std::uint64_t> marked(words + 1, kUntouched);
  loops.mark(codes, wanted.Set(), marked.data());
  EXPECT_EQ(marked, expected);
}

void ExpectAllRight(const std::vector<std::uint16_t>& codes, const std::vector<EventRun>& runs,
                    const Wanted& wanted) {
  std::vector<std::uint32_t> counts;
  std::vector<std::uint32_t> found;
  std::size_t events = 0;
  for (const EventRun& run : runs) {
    counts.push_back(0);
    events += run.end - run.begin;
    for (std::uint32_t i = run.begin; i < run.end; ++i) {
      if (!wanted.Has(codes[i])) continue;
      ++counts.back();
      found.push_back(i);
    }
  }
  const CodeSet set = wanted.Set();
  for (const CodeLoops* loops : AllCodeLoops()) {
    std::vector<std::uint32_t> counted(runs.size(), 77);
    loops->count(codes.data(), runs, set, counted.data());
    EXPECT_EQ(counted, counts);
    std::vector<std::uint32_t> where(events + CodeLoops::kSpare);
    where.resize(loops->find(codes.data(), runs, set, where.data()));
    EXPECT_EQ(where, found);
    ExpectMarked(*loops, codes, wanted);
  }
}

TEST(CodeLoops, NothingHasNothing) {
  ExpectAllRight({}, {}, {});
  ExpectAllRight({}, {{0, 0}, {0, 0}}, {});
}

TEST(CodeLoops, EveryCodeIsFoundByItsKindAndCombo) {
  std::vector<std::uint16_t> codes;
  for (std::uint16_t code = 0; code < event_code::kCodes; ++code) codes.push_back(code);
  const std::vector<EventRun> runs = {{0, event_code::kCodes}};
  Wanted all{.kinds = 0x7fff};
  all.combos.assign(event_code::kCombos, true);
  ExpectAllRight(codes, runs, all);
  for (std::uint32_t kind = 0; kind < event_code::kKinds; ++kind) {
    Wanted of_kind = all;
    of_kind.kinds = 1u << kind;
    ExpectAllRight(codes, runs, of_kind);
  }
  for (std::uint32_t combo = 0; combo < event_code::kCombos; ++combo) {
    Wanted of_combo{.kinds = 0x7fff};
    of_combo.combos[combo] = true;
    ExpectAllRight(codes, runs, of_combo);
  }
}

TEST(CodeLoops, RunsEndWhereTheyEnd) {
  // Codes outside the runs are in the set as well.
  const std::vector<std::uint16_t> codes(200, 5);
  Wanted wanted{.kinds = 1};
  wanted.combos[5] = true;
  for (std::uint32_t begin = 0; begin < 40; ++begin) {
    for (std::uint32_t size = 0; size < 100; ++size) {
      ExpectAllRight(codes, {{begin, begin + size}}, wanted);
    }
  }
}

TEST(CodeLoops, EveryLengthIsMarkedToItsEnd) {
  Wanted wanted{.kinds = 1};
  wanted.combos[5] = true;
  for (std::size_t size = 0; size < 200; ++size) {
    const std::vector<std::uint16_t> codes(size, 5);
    for (const CodeLoops* loops : AllCodeLoops()) ExpectMarked(*loops, codes, wanted);
  }
}

TEST(CodeLoops, RandomRunsAreLookedThrough) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  for (int round = 0; round < 300; ++round) {
    Wanted wanted{.kinds = static_cast<std::uint32_t>(dice.Below(1u << event_code::kKinds))};
    const auto percent = dice.OneOf<std::size_t>({0, 5, 50, 100});
    for (std::size_t i = 0; i < wanted.combos.size(); ++i) wanted.combos[i] = dice.Percent(percent);
    std::vector<std::uint16_t> codes;
    std::vector<EventRun> runs;
    const std::size_t most = dice.OneOf<std::size_t>({1, 6, 40, 200});
    while (codes.size() < 1'000) {
      const auto begin = static_cast<std::uint32_t>(codes.size());
      for (std::size_t i = dice.Below(most + 1); i > 0; --i) {
        codes.push_back(static_cast<std::uint16_t>(dice.Below(event_code::kCodes)));
      }
      if (dice.Percent(70)) runs.push_back({begin, static_cast<std::uint32_t>(codes.size())});
      if (codes.size() == begin) codes.push_back(0);
    }
    ExpectAllRight(codes, runs, wanted);
  }
}

TEST(CodeLoops, ViewersArePickedByClass) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  for (std::size_t size = 0; size < 200; ++size) {
    ClassSet set;
    std::vector<bool> wanted(256);
    const auto percent = dice.OneOf<std::size_t>({0, 5, 50, 100});
    for (std::uint32_t i = 0; i < wanted.size(); ++i) {
      wanted[i] = dice.Percent(percent);
      if (wanted[i]) set.Add(i);
    }
    std::vector<std::uint16_t> viewers;
    std::vector<std::uint8_t> classes;
    std::vector<std::uint16_t> expected;
    for (std::size_t i = 0; i < size; ++i) {
      viewers.push_back(static_cast<std::uint16_t>(dice.Below(kChunkViewers)));
      classes.push_back(static_cast<std::uint8_t>(dice.Below(256)));
      if (wanted[classes.back()]) expected.push_back(viewers.back());
    }
    for (const CodeLoops* loops : AllCodeLoops()) {
      std::vector<std::uint16_t> picked(size + CodeLoops::kSpare);
      picked.resize(loops->pick(viewers, classes.data(), set, picked.data()));
      EXPECT_EQ(picked, expected);
    }
  }
}

}  // namespace
}  // namespace pinmetrics

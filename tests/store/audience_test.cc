#include "store/audience.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "pinmetrics/store/block.h"
#include "store/pack.h"
#include "tests/store/random_day.h"

// Audiences of random days, whose viewers are known in every form that there is, against sets.

namespace pinmetrics {
namespace {

using Viewers = std::set<std::uint32_t>;
using Passes = std::vector<std::uint8_t>;

std::uint32_t GroupOf(const Day& day, const BlockRow& row) {
  return day.TraitsOf(row.pin).saved ? 2 : 0;
}
bool Engages(const BlockRow& row) { return IsEngagementKind(row.code / event_code::kCombos); }

/// Days, whose sources read blocks that live here.
class Days {
 public:
  Days(Dice& dice, std::size_t count, std::uint32_t viewer_limit)
      : dice_(dice), viewer_limit_(viewer_limit) {
    for (std::size_t i = 0; i < count; ++i) AddDay();
  }

  std::vector<DayViewers> TakeSources() { return std::move(sources_); }
  const std::vector<Viewers>& viewers() const { return viewers_; }

 private:
  void AddDay() {
    sources_.emplace_back();
    viewers_.emplace_back();
    for (std::size_t left = dice_.Percent(20) ? 0 : 1 + dice_.Below(3); left > 0; --left) {
      switch (dice_.Below(4)) {
        case 0:
          AddSet();
          break;
        case 1:
          AddLists();
          break;
        default:
          AddCollected();
      }
    }
  }

  Day AnyDay() {
    return RandomDay(dice_, {.name = "Any",
                             .events = dice_.OneOf<std::size_t>({0, 1, 40, 3'000, 9'000}),
                             .pins = 5,
                             .classes = 3,
                             .viewer_limit = viewer_limit_,
                             .combos = 4});
  }

  const Block& Keep(const Day& day) {
    blocks_.push_back(Pack(day));
    return blocks_.back()->block();
  }

  void AddSet() {
    const Day day = AnyDay();
    const auto set = static_cast<std::uint32_t>(dice_.Below(4));
    for (const BlockRow& row : day.rows) {
      if (row.viewer == 0 || GroupOf(day, row) != set / 2 * 2) continue;
      if (set % 2 == 0 || Engages(row)) viewers_.back().insert(row.viewer);
    }
    sources_.back().emplace_back(ViewerSetCursor(Keep(day), set));
  }

  void AddLists() {
    const Day day = AnyDay();
    const auto population = static_cast<std::uint32_t>(dice_.Below(2));
    auto passes = std::make_shared<Passes>(event_code::kCombos);
    for (std::uint8_t& pass : *passes) pass = dice_.Percent(50) ? 1 : 0;
    const bool engaged_only = dice_.Percent(50);
    for (const BlockRow& row : day.rows) {
      if (row.viewer == 0 || GroupOf(day, row) != population * 2) continue;
      if ((*passes)[row.code % event_code::kCombos] == 0) continue;
      if (!engaged_only || Engages(row)) viewers_.back().insert(row.viewer);
    }
    const Block& block = Keep(day);
    sources_.back().emplace_back(
        ListedViewers{ViewerListCursor(block, population * 2 + 1), passes});
    // Those who did not engage are in lists of their own.
    if (engaged_only) return;
    sources_.back().emplace_back(ListedViewers{ViewerListCursor(block, population * 2), passes});
  }

  void AddCollected() {
    std::vector<std::uint32_t> collected;
    const auto wanted = dice_.OneOf<std::size_t>({0, 1, 70, 5'000});
    for (std::size_t i = 0; i < wanted; ++i) {
      const auto viewer = static_cast<std::uint32_t>(dice_.Below(viewer_limit_));
      collected.push_back(viewer);
      viewers_.back().insert(viewer);
      if (dice_.Percent(10)) collected.push_back(viewer);
    }
    sources_.back().emplace_back(CollectedViewers(std::move(collected), viewer_limit_));
  }

  Dice& dice_;
  std::uint32_t viewer_limit_;
  std::vector<std::shared_ptr<const PackedBlock>> blocks_;
  std::vector<DayViewers> sources_;
  std::vector<Viewers> viewers_;
};

std::int64_t CountOf(const std::vector<Viewers>& days, const DaySpan& span) {
  Viewers united;
  for (std::int64_t day = std::max<std::int64_t>(span.first, 0);
       day <= span.last && day < std::ssize(days); ++day) {
    const Viewers& viewers = days[static_cast<std::size_t>(day)];
    united.insert(viewers.begin(), viewers.end());
  }
  return std::ssize(united);
}

/// Single spans of any kind, and windows that slide in from before the first day and out again.
std::vector<DaySpan> RandomSpans(Dice& dice, std::int64_t days) {
  std::vector<DaySpan> spans;
  for (std::size_t parts = dice.Below(5); parts > 0; --parts) {
    const std::int64_t first = dice.Between(-6, days + 3);
    const std::int64_t length = dice.Between(0, days + 4);
    const auto count = dice.Percent(50) ? 1 : dice.Below(static_cast<std::size_t>(days) + 6);
    for (std::size_t i = 0; i < count; ++i) {
      const std::int64_t start = first + static_cast<std::int64_t>(i);
      spans.push_back({start, start + length - 1});
    }
  }
  return spans;
}

TEST(CountViewers, CountsRandomDaysAsSetsDo) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  for (int round = 0; round < 120; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    const std::size_t count = dice.Below(12);
    Days days(dice, count, dice.OneOf<std::uint32_t>({1, 2, 500, 65'536, 65'537, 400'000}));
    const std::vector<DaySpan> spans = RandomSpans(dice, static_cast<std::int64_t>(count));
    const std::vector<std::int64_t> counts = CountViewers(days.TakeSources(), spans);
    ASSERT_EQ(counts.size(), spans.size());
    for (std::size_t i = 0; i < spans.size(); ++i) {
      ASSERT_EQ(counts[i], CountOf(days.viewers(), spans[i]))
          << "days " << spans[i].first << ".." << spans[i].last << " of " << count;
    }
  }
}

DayViewers Only(std::vector<std::uint32_t> viewers, std::uint32_t viewer_limit) {
  DayViewers day;
  day.emplace_back(CollectedViewers(std::move(viewers), viewer_limit));
  return day;
}

TEST(CountViewers, NoDaysAndNoSpansAreFine) {
  EXPECT_TRUE(CountViewers({}, {}).empty());
  EXPECT_EQ(CountViewers({}, {{0, 3}, {-2, -1}}), (std::vector<std::int64_t>{0, 0}));
  std::vector<DayViewers> days;
  days.push_back(Only({1, 2}, 9));
  EXPECT_TRUE(CountViewers(std::move(days), {}).empty());
}

TEST(CountViewers, MonthSlidesOverTheYear) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  constexpr std::uint32_t kLimit = 200'000;
  std::vector<DayViewers> days;
  std::vector<Viewers> expected(100);
  std::vector<DaySpan> spans;
  for (std::int64_t day = 0; day < 100; ++day) {
    std::vector<std::uint32_t> viewers;
    // Days 40 to 75 have nobody: some windows are empty.
    const std::size_t count = day >= 40 && day <= 75 ? 0 : dice.Below(300);
    for (std::size_t i = 0; i < count; ++i) {
      viewers.push_back(static_cast<std::uint32_t>(dice.Below(kLimit)));
      expected[static_cast<std::size_t>(day)].insert(viewers.back());
    }
    days.push_back(Only(std::move(viewers), kLimit));
    spans.push_back({day - 29, day});
  }
  const std::vector<std::int64_t> counts = CountViewers(std::move(days), spans);
  for (std::size_t i = 0; i < spans.size(); ++i) {
    EXPECT_EQ(counts[i], CountOf(expected, spans[i])) << "window " << i;
  }
  EXPECT_EQ(counts[72], 0);
}

/// What a source has, read as `CountViewers` does.
Viewers ViewersOf(CollectedViewers source) {
  Viewers viewers;
  for (; !source.done(); source.Next()) {
    std::vector<std::uint64_t> words(kChunkWords);
    source.OrInto(words.data());
    if (source.bitmap() != nullptr) {
      EXPECT_TRUE(std::equal(words.begin(), words.end(), source.bitmap()));
    }
    for (std::uint32_t i = 0; i < kChunkViewers; ++i) {
      if ((words[i / 64] >> i % 64 & 1) == 0) continue;
      viewers.insert(source.chunk() * std::uint32_t{kChunkViewers} + i);
    }
  }
  return viewers;
}

TEST(CollectedViewers, HasEveryViewerInEitherForm) {
  // Few of many are sorted, many of few are a bitmap.
  EXPECT_EQ(ViewersOf(CollectedViewers({}, 0)), Viewers());
  EXPECT_EQ(ViewersOf(CollectedViewers({}, 70'000)), Viewers());
  EXPECT_EQ(ViewersOf(CollectedViewers({0}, 1)), Viewers({0}));
  EXPECT_EQ(ViewersOf(CollectedViewers({5, 3, 5, 65'535, 65'536}, 65'537)),
            Viewers({3, 5, 65'535, 65'536}));
  EXPECT_EQ(ViewersOf(CollectedViewers({0xfffffffe, 7, 7}, 0xffffffff)), Viewers({7, 0xfffffffe}));
  std::vector<std::uint32_t> all(131'073);
  for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = i;
  EXPECT_EQ(ViewersOf(CollectedViewers(all, 131'073)), Viewers(all.begin(), all.end()));
}

}  // namespace
}  // namespace pinmetrics

#include "store/audience/count_distinct.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "store/block/block.h"
#include "store/block/block_rows.h"
#include "store/block/event_code.h"
#include "store/block/viewer_cursor.h"
#include "store/block/write_block.h"
#include "tests/store/block/random_day.h"

// Audiences of random days, whose viewers are known in every form that there is, against sets.

namespace pinmetrics {
namespace {

using Viewers = std::set<std::uint32_t>;

std::uint32_t GroupOf(const Day& day, const BlockRow& row) {
  return day.TraitsOf(row.pin).saved ? 2 : 0;
}
bool IsOfEngaged(const BlockRow& row) { return IsEngagementKind(row.code / event_code::kCombos); }

/// Days, whose sources read blocks that live here.
class Days {
 public:
  Days(Dice& dice, std::size_t count, std::uint32_t viewer_limit)
      : dice_(dice), viewer_limit_(viewer_limit) {
    for (std::size_t i = 0; i < count; ++i) {
      DayViewers day;
      engaged_.push_back(AddSources(day.engaged));
      others_.push_back(AddSources(day.others));
      sources_.push_back(std::move(day));
    }
  }

  std::vector<DayViewers> TakeSources() { return std::move(sources_); }
  const std::vector<Viewers>& engaged() const { return engaged_; }
  const std::vector<Viewers>& others() const { return others_; }

 private:
  Viewers AddSources(std::vector<ViewerSource>& sources) {
    Viewers viewers;
    for (std::size_t left = dice_.Percent(20) ? 0 : 1 + dice_.Below(3); left > 0; --left) {
      switch (dice_.Below(4)) {
        case 0:
          AddSet(sources, viewers);
          break;
        case 1:
          AddLists(sources, viewers);
          break;
        default:
          AddCollected(sources, viewers);
      }
    }
    return viewers;
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

  void AddSet(std::vector<ViewerSource>& sources, Viewers& viewers) {
    const Day day = AnyDay();
    const auto set = static_cast<std::uint32_t>(dice_.Below(4));
    for (const BlockRow& row : day.rows) {
      if (row.viewer == 0 || GroupOf(day, row) != set / 2 * 2) continue;
      if (set % 2 == 0 || IsOfEngaged(row)) viewers.insert(row.viewer);
    }
    sources.emplace_back(ViewerSetCursor(Keep(day), set));
  }

  void AddLists(std::vector<ViewerSource>& sources, Viewers& viewers) {
    const Day day = AnyDay();
    const auto population = static_cast<std::uint32_t>(dice_.Below(2));
    auto combos = std::make_shared<ComboSet>();
    std::set<std::uint32_t> wanted_combos;
    for (std::uint32_t combo = 0; combo < event_code::kCombos; ++combo) {
      if (dice_.Percent(50)) continue;
      combos->Add(combo);
      wanted_combos.insert(combo);
    }
    const Block& block = Keep(day);
    // By class, too, where the block can tell.
    const auto class_keys = block.Get<std::uint32_t>(Block::kClassKeys);
    std::set<std::uint32_t> wanted;
    std::shared_ptr<ClassSet> classes;
    if (block.has_list_classes() && dice_.Percent(70)) {
      classes = std::make_shared<ClassSet>();
      for (std::uint32_t i = 0; i < class_keys.size(); ++i) {
        if (dice_.Percent(40)) continue;
        classes->Add(i);
        wanted.insert(class_keys[i]);
      }
    }
    const bool engaged_only = dice_.Percent(50);
    for (const BlockRow& row : day.rows) {
      if (row.viewer == 0 || GroupOf(day, row) != population * 2) continue;
      if (!wanted_combos.contains(row.code % event_code::kCombos)) continue;
      if (classes && !wanted.contains(day.TraitsOf(row.pin).pin_class)) continue;
      if (!engaged_only || IsOfEngaged(row)) viewers.insert(row.viewer);
    }
    sources.emplace_back(
        FilteredLists(ViewerListCursor(block, population * 2 + 1), combos, classes));
    // Those who did not engage are in lists of their own.
    if (engaged_only) return;
    sources.emplace_back(FilteredLists(ViewerListCursor(block, population * 2), combos, classes));
  }

  void AddCollected(std::vector<ViewerSource>& sources, Viewers& viewers) {
    std::vector<std::uint32_t> collected;
    const auto wanted = dice_.OneOf<std::size_t>({0, 1, 70, 5'000});
    for (std::size_t i = 0; i < wanted; ++i) {
      const auto viewer = static_cast<std::uint32_t>(dice_.Below(viewer_limit_));
      collected.push_back(viewer);
      viewers.insert(viewer);
      if (dice_.Percent(10)) collected.push_back(viewer);
    }
    sources.emplace_back(CollectedViewers(collected, viewer_limit_));
  }

  Dice& dice_;
  std::uint32_t viewer_limit_;
  std::vector<std::shared_ptr<const PackedBlock>> blocks_;
  std::vector<DayViewers> sources_;
  std::vector<Viewers> engaged_;
  std::vector<Viewers> others_;
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

/// Single spans of any kind, and windows that slide in from before the first day and out again; or,
/// as reports want them, a period, perhaps the one before, and each day.
std::vector<DaySpan> RandomSpans(Dice& dice, std::int64_t days) {
  std::vector<DaySpan> spans;
  if (dice.Percent(40)) {
    const std::int64_t length = dice.Between(1, days + 2);
    const std::int64_t first = dice.Between(-2, days);
    spans.push_back({first, first + length - 1});
    if (dice.Percent(50)) spans.push_back({first - length, first - 1});
    for (std::int64_t day = first; day < first + length; ++day) spans.push_back({day, day});
    return spans;
  }
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

TEST(CountDistinct, CountsRandomDaysAsSetsDo) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  for (int round = 0; round < 120; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    const std::size_t count = dice.Below(12);
    Days days(dice, count, dice.OneOf<std::uint32_t>({1, 2, 500, 65'536, 65'537, 400'000}));
    const std::vector<DaySpan> spans = RandomSpans(dice, static_cast<std::int64_t>(count));
    const AudienceQuestion question{.spans = spans,
                                    .total = dice.Percent(80),
                                    .engaged = dice.Percent(80),
                                    .others_are_all = dice.Percent(50)};
    std::vector<Viewers> all = days.others();
    for (std::size_t i = 0; i < count && !question.others_are_all; ++i) {
      all[i].insert(days.engaged()[i].begin(), days.engaged()[i].end());
    }
    const AudienceCounts counts = CountDistinct(days.TakeSources(), question);
    ASSERT_EQ(counts.total.size(), question.total ? spans.size() : 0);
    ASSERT_EQ(counts.engaged.size(), question.engaged ? spans.size() : 0);
    for (std::size_t i = 0; i < spans.size(); ++i) {
      SCOPED_TRACE("days " + std::to_string(spans[i].first) + ".." + std::to_string(spans[i].last) +
                   " of " + std::to_string(count));
      if (question.total) {
        ASSERT_EQ(counts.total[i], CountOf(all, spans[i]));
      }
      if (question.engaged) {
        ASSERT_EQ(counts.engaged[i], CountOf(days.engaged(), spans[i]));
      }
    }
  }
}

DayViewers Only(const std::vector<std::uint32_t>& viewers, std::uint32_t viewer_limit) {
  DayViewers day;
  day.others.emplace_back(CollectedViewers(viewers, viewer_limit));
  return day;
}

TEST(CountDistinct, NoDaysAndNoSpansAreFine) {
  EXPECT_TRUE(CountDistinct({}, {}).total.empty());
  EXPECT_EQ(CountDistinct({}, {.spans = {{0, 3}, {-2, -1}}}).total,
            (std::vector<std::int64_t>{0, 0}));
  std::vector<DayViewers> days;
  days.push_back(Only({1, 2}, 9));
  EXPECT_TRUE(CountDistinct(std::move(days), {}).total.empty());
}

TEST(CountDistinct, MonthSlidesOverTheYear) {
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
    days.push_back(Only(viewers, kLimit));
    spans.push_back({day - 29, day});
  }
  const std::vector<std::int64_t> counts = CountDistinct(std::move(days), {.spans = spans}).total;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    EXPECT_EQ(counts[i], CountOf(expected, spans[i])) << "window " << i;
  }
  EXPECT_EQ(counts[72], 0);
}

TEST(CountDistinct, WindowsSlideOverDaysThatAreOneBitmapEach) {
  std::vector<std::shared_ptr<const PackedBlock>> blocks;
  std::vector<DayViewers> days;
  std::vector<Viewers> expected(6);
  std::vector<DaySpan> spans;
  for (std::uint32_t i = 0; i < expected.size(); ++i) {
    Day day = {.day = absl::CivilDay(2026, 11, 1) + i,
               .limits = {.pins = 1, .classes = 1, .boards = 1, .viewers = 30'000},
               .pins = {{}}};
    for (std::uint32_t viewer = 1; viewer <= 5'000; ++viewer) {
      day.rows.push_back({.viewer = i * 1'000 + viewer * 2, .code = event_code::Code(0, 0)});
      expected[i].insert(day.rows.back().viewer);
    }
    blocks.push_back(Pack(day));
    const ViewerSetCursor set(blocks.back()->block(), 0);
    ASSERT_NE(set.bitmap(), nullptr);
    days.emplace_back().others.emplace_back(set);
    spans.push_back({std::int64_t{i} - 2, i});
  }
  const std::vector<std::int64_t> counts = CountDistinct(std::move(days), {.spans = spans}).total;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    EXPECT_EQ(counts[i], CountOf(expected, spans[i])) << "window " << i;
  }
}

TEST(CountDistinct, CountsAPeriodOfAnyLengthAndEachOfItsDays) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  constexpr std::uint32_t kLimit = 7 * 65'536;
  for (const std::int64_t length : {1, 51, 100, 127, 128, 255, 256, 300}) {
    SCOPED_TRACE(std::to_string(length) + " days");
    std::vector<DayViewers> days;
    std::vector<Viewers> expected(static_cast<std::size_t>(length));
    // One from before the first day on, one from a day that is in none to the last.
    std::vector<DaySpan> spans = {{-3, length / 3 - 1}, {length / 3 + 1, length - 1}};
    for (std::int64_t day = 0; day < length; ++day) {
      std::vector<std::uint32_t> viewers;
      for (std::size_t i = dice.Below(60); i > 0; --i) {
        // The same place in one chunk or another, so that what is left of one could be mistaken.
        const auto place = static_cast<std::uint32_t>(dice.Below(40));
        viewers.push_back(static_cast<std::uint32_t>(dice.Below(7)) * 65'536 + place);
        expected[static_cast<std::size_t>(day)].insert(viewers.back());
      }
      days.push_back(Only(viewers, kLimit));
      spans.push_back({day, day});
    }
    // The day that is in none is asked for twice.
    spans.push_back({length / 3, length / 3});
    const std::vector<std::int64_t> counts = CountDistinct(std::move(days), {.spans = spans}).total;
    for (std::size_t i = 0; i < spans.size(); ++i) {
      ASSERT_EQ(counts[i], CountOf(expected, spans[i])) << "span " << i;
    }
  }
}

/// Days of chunk after chunk have numbers that go on until 16 bits are used up.
TEST(CountDistinct, CountsDaysOfMoreChunksThanThereAreNumbersFor) {
  Dice dice(7);
  constexpr std::uint32_t kChunks = 230;
  constexpr std::int64_t kDays = 300;
  static_assert(kChunks * kDays > 65'535);
  std::vector<DayViewers> days;
  std::vector<Viewers> expected(kDays);
  for (Viewers& of_day : expected) {
    std::vector<std::uint32_t> viewers;
    for (std::uint32_t chunk = 0; chunk < kChunks; ++chunk) {
      // The same few in each chunk: those of one could be taken for those of another.
      viewers.push_back(chunk * 65'536 + static_cast<std::uint32_t>(dice.Below(9)));
      of_day.insert(viewers.back());
    }
    days.push_back(Only(viewers, kChunks * 65'536));
  }
  const std::vector<DaySpan> spans = {{0, kDays - 1}, {0, 2}, {2, 5}, {297, 299}, {150, 150}};
  const std::vector<std::int64_t> counts = CountDistinct(std::move(days), {.spans = spans}).total;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    EXPECT_EQ(counts[i], CountOf(expected, spans[i])) << "span " << i;
  }
}

Viewers ViewersOf(CollectedViewers source) {
  Viewers viewers;
  for (; !source.done(); source.Next()) {
    for (const std::uint16_t viewer : source.viewers()) {
      viewers.insert(source.chunk() * std::uint32_t{kChunkViewers} + viewer);
    }
  }
  return viewers;
}

TEST(CollectedViewers, HasEveryViewerInItsChunk) {
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

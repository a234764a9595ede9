#include "store/query/event_scan.h"

#include <algorithm>
#include <bit>
#include <map>

#include "store/block/event_code.h"

namespace pinmetrics {
namespace {

constexpr std::uint64_t kAllBits = ~std::uint64_t{0};

// Sets of kinds.
constexpr std::uint32_t kAllKinds = (1u << event_code::kKinds) - 1;

constexpr std::uint32_t EngagementKinds() {
  std::uint32_t kinds = 0;
  for (std::uint32_t kind = 0; kind < event_code::kKinds; ++kind) {
    if (IsEngagementKind(kind)) kinds |= 1u << kind;
  }
  return kinds;
}

/// The codes of some kinds that a segment map lets pass: into a segment, counted from its first, or
/// into any.
CodeSet Passing(const SegmentMap& map, std::uint32_t kinds,
                std::optional<std::uint32_t> segment = std::nullopt) {
  CodeSet codes{kinds, {}};
  for (std::uint32_t combo = 0; combo < event_code::kCombos; ++combo) {
    const std::uint32_t of_combo = map.segment_of[combo];
    codes.combos[combo] = of_combo != SegmentMap::kNone && (!segment || of_combo == *segment);
  }
  return codes;
}

std::size_t EventsIn(std::span<const EventRun> runs) {
  std::size_t events = 0;
  for (const EventRun& run : runs) events += run.end - run.begin;
  return events;
}

/// Calls `see(event)` for each bit that is set of word `word` of all events.
template <typename See>
void VisitBits(std::uint64_t bits, std::size_t word, See see) {
  for (; bits != 0; bits &= bits - 1) {
    see(static_cast<std::uint32_t>(64 * word + static_cast<std::size_t>(std::countr_zero(bits))));
  }
}

/// The words of the most groups that are tested at once.
using TestedWords = std::array<std::uint64_t, CodeTest::kMostGroups * bit_sliced::kGroupWords>;

/// Clears all bits that are of none of the runs, which ascend; the first of `words` stands for
/// event `first`.
void Keep(std::span<const EventRun> runs, std::size_t first, std::span<std::uint64_t> words) {
  TestedWords kept = {};
  const std::size_t size = words.size() * 64;
  for (const EventRun& run : runs) {
    if (run.begin >= first + size) break;
    const std::size_t begin = std::max<std::size_t>(run.begin, first) - first;
    const std::size_t end = std::min<std::size_t>(run.end, first + size) - first;
    if (begin >= end) continue;
    const std::size_t last_word = (end - 1) / 64;
    for (std::size_t word = begin / 64; word <= last_word; ++word) {
      const std::uint64_t from = word == begin / 64 ? kAllBits << begin % 64 : kAllBits;
      kept[word] |= word == last_word ? from & kAllBits >> (63 - (end - 1) % 64) : from;
    }
  }
  for (std::size_t i = 0; i < words.size(); ++i) words[i] &= kept[i];
}

/// How many groups ahead memory fetches while events are looked through one after the other.
constexpr std::size_t kFetchAhead = 4 * CodeTest::kMostGroups;

void FetchGroups(const Block& block, std::size_t begin, std::size_t end) {
  constexpr std::size_t kLine = 8;
  const std::uint64_t* const bits = block.codes().data();
  for (std::size_t word = begin * bit_sliced::kStride; word < end * bit_sliced::kStride;
       word += kLine) {
    __builtin_prefetch(bits + word);
  }
}

std::size_t BytesOf(std::size_t groups, std::size_t bits) {
  return groups * bits * bit_sliced::kGroupWords * sizeof(std::uint64_t);
}

/// The bits that tell the kinds of events.
constexpr std::size_t kBitsOfKinds = bit_sliced::kDevice;

}  // namespace

std::int64_t ScoreOfKind(std::uint32_t kind, const CounterWeights& weights) {
  CounterSums one{};
  CountKind(kind, 0, one);
  std::int64_t score = 0;
  for (std::size_t i = 0; i < one.size(); ++i) score += one[i] * weights[i];
  return score;
}

std::int64_t MostAnEvent(const CounterWeights& weights) {
  std::int64_t most = 0;
  for (std::uint32_t kind = 0; kind < event_code::kKinds; ++kind) {
    most = std::max(most, ScoreOfKind(kind, weights));
  }
  return most;
}

std::span<const std::uint64_t> RankedBitmap::Make(const Block& block, const EventRun& run,
                                                  const CodeTest& codes, const std::uint64_t* edges,
                                                  ReadTrace& trace) {
  const std::size_t begin = run.begin / bit_sliced::kGroupEvents;
  const std::size_t end = bit_sliced::GroupsFor(run.end);
  // One word more: a part may end where the last word does.
  const std::size_t words = end * bit_sliced::kGroupWords + 1;
  bits_.resize(std::max(bits_.size(), words));
  before_.resize(std::max(before_.size(), words));
  for (std::size_t first = begin; first < end; first += CodeTest::kMostGroups) {
    FetchGroups(block, std::min(first + kFetchAhead, end),
                std::min(first + kFetchAhead + CodeTest::kMostGroups, end));
    codes.Run(block.codes(), first, std::min(end - first, CodeTest::kMostGroups),
              &bits_[first * bit_sliced::kGroupWords]);
  }
  bits_[words - 1] = 0;
  const std::size_t first_word = begin * bit_sliced::kGroupWords;
  if (edges != nullptr) {
    kernels_.and_prefix_xor(edges + first_word, &bits_[first_word], words - first_word);
  }
  kernels_.count_before(&bits_[first_word], words - first_word, &before_[first_word]);
  trace.Add(Block::kBitSlicedCodes, BytesOf(end - begin, codes.bits().size()));
  return std::span(bits_).subspan(first_word, words - 1 - first_word);
}

/// Adds up play times of events from those of a Pin on, word by word. The times stand in the order
/// of the playbacks: which one is whose tells how many playbacks are before it.
class EventScan::PlayTimes {
 public:
  PlayTimes(const Block& block, const BlockPin& pin, std::size_t& position, ReadTrace& trace)
      : block_(&block), pin_(pin), position_(&position), trace_(&trace) {}

  /// Of word `word` of all events, the milliseconds of those that are set in `passing`, if they are
  /// playbacks, `plays`. None before the Pin's pass; no word from its first on is left out.
  std::int64_t Sum(std::size_t word, std::uint64_t plays, std::uint64_t passing) {
    if (plays == 0 || word < pin_.run.begin / 64) return 0;
    if (word == pin_.run.begin / 64) plays &= kAllBits << pin_.run.begin % 64;
    std::int64_t sum = 0;
    for (std::uint64_t left = plays & passing; left != 0; left &= left - 1) {
      const std::uint64_t before = plays & (left - 1) & ~left;
      sum += Times()[before_ + static_cast<std::size_t>(std::popcount(before))];
      trace_->Add(Block::kPlayTimes, sizeof(std::uint32_t));
    }
    before_ += static_cast<std::size_t>(std::popcount(plays));
    return sum;
  }

 private:
  /// Those from the Pin on, looked for if there is a playback that passes.
  const std::uint32_t* Times() {
    if (times_ == nullptr) {
      SeekAscending(block_->Get<std::uint32_t>(Block::kPlayPins), pin_.index, *position_);
      times_ = block_->Get<std::uint32_t>(Block::kPlayTimes).data() +
               block_->Get<std::uint32_t>(Block::kPlayStarts)[*position_];
    }
    return times_;
  }

  const Block* block_;
  BlockPin pin_;
  std::size_t* position_;
  ReadTrace* trace_;
  const std::uint32_t* times_ = nullptr;
  std::size_t before_ = 0;  ///< Playbacks in the words before.
};

EventScan::SegmentMapTests& EventScan::TestsOf(std::uint32_t map) {
  std::unique_ptr<SegmentMapTests>& tests = tests_of_maps_[map];
  if (!tests) tests = std::make_unique<SegmentMapTests>();
  return *tests;
}

const std::vector<std::uint32_t>& EventScan::SegmentsOf(std::uint32_t map_number) {
  std::vector<std::uint32_t>& segments = TestsOf(map_number).segments;
  if (segments.empty()) {
    const SegmentMap& map = compiled_.segment_maps()[map_number];
    std::array<bool, SegmentMap::kNone> occurs = {};
    for (const std::uint8_t of_combo : map.segment_of) {
      if (of_combo != SegmentMap::kNone) occurs[of_combo] = true;
    }
    for (std::uint32_t i = 0; i < occurs.size(); ++i) {
      if (occurs[i]) segments.push_back(map.first_segment + i);
    }
  }
  return segments;
}

const CodeTest& EventScan::SegmentCodes(std::uint32_t map_number, std::size_t segment,
                                        bool engaged) {
  const SegmentMap& map = compiled_.segment_maps()[map_number];
  auto& of_segments = TestsOf(map_number).of_segments;
  const std::size_t index = segment - map.first_segment;
  if (of_segments.size() <= index) of_segments.resize(index + 1);
  std::optional<CodeTest>& codes = of_segments[index][engaged ? 1 : 0];
  if (!codes) {
    codes.emplace(
        Passing(map, engaged ? EngagementKinds() : kAllKinds, static_cast<std::uint32_t>(index)));
  }
  return *codes;
}

template <typename See>
void EventScan::VisitPassing(const Block& block, std::span<const EventRun> runs,
                             const CodeTest& codes, See see) {
  TestedWords words;
  std::size_t groups_read = 0;
  for (std::size_t begin = 0; begin < runs.size();) {
    std::size_t end = begin + 1;
    while (end < runs.size() && runs[end].begin >= runs[end - 1].end &&
           runs[end].begin - runs[end - 1].end < bit_sliced::kGroupEvents) {
      ++end;
    }
    const std::size_t end_group = bit_sliced::GroupsFor(runs[end - 1].end);
    std::size_t run = begin;  // The first that is not through.
    for (std::size_t first = runs[begin].begin / bit_sliced::kGroupEvents; first < end_group;
         first += CodeTest::kMostGroups) {
      const std::size_t groups = std::min(end_group - first, CodeTest::kMostGroups);
      codes.Run(block.codes(), first, groups, words.data());
      const std::span passing(words.data(), groups * bit_sliced::kGroupWords);
      while (runs[run].end <= first * bit_sliced::kGroupEvents) ++run;
      Keep(runs.subspan(run, end - run), first * bit_sliced::kGroupEvents, passing);
      see(begin, first, std::span<const std::uint64_t>(passing));
      groups_read += groups;
    }
    begin = end;
  }
  trace_.Add(Block::kBitSlicedCodes, BytesOf(groups_read, codes.bits().size()));
}

void EventScan::Count(const Block& block, std::span<const BlockPin> pins, std::uint32_t map_number,
                      std::size_t& play_position, PopulationSums* to) {
  if (pins.empty()) return;
  const SegmentMap& map = compiled_.segment_maps()[map_number];
  runs_.clear();
  for (const BlockPin& pin : pins) runs_.push_back(pin.run);
  const std::size_t first_position = play_position;
  for (const std::uint32_t segment : SegmentsOf(map_number)) {
    CounterSums& sums = to[segment][map.population];
    std::size_t position = first_position;
    std::optional<PlayTimes> play_times;
    std::size_t of_run = 0;
    VisitPassing(block, runs_, SegmentCodes(map_number, segment, /*engaged=*/false),
                 [&](std::size_t run, std::size_t first, std::span<const std::uint64_t> passing) {
                   if (!play_times || run != of_run) {
                     play_times.emplace(block, pins[run], position, trace_);
                     of_run = run;
                   }
                   CountPassing(block, first, passing, *play_times, sums);
                 });
    play_position = std::max(play_position, position);
  }
}

void EventScan::CountMarked(const Block& block, const BlockPin& pin, const std::uint64_t* passing,
                            std::size_t& play_position, CounterSums& sums) {
  const std::uint64_t* const bits = block.codes().data();
  PlayTimes play_times(block, pin, play_position, trace_);
  const std::size_t begin = pin.run.begin / 64;
  const std::size_t end = (pin.run.end + std::size_t{63}) / 64;
  for (std::size_t word = begin; word < end; ++word) {
    const auto bit = [&](std::size_t which) { return bits[bit_sliced::Place(which, word)]; };
    const std::uint64_t of_pin = BitsOfRun(pin.run, word);
    const std::uint64_t passes = passing == nullptr ? of_pin : of_pin & passing[word];
    const std::uint64_t impressions = passes & bit(bit_sliced::kImpression);
    sums[Tally::kImpressions] += std::popcount(impressions);
    const std::uint64_t plays_of_pin = of_pin & bit(bit_sliced::kPlayback);
    if (plays_of_pin != 0) {
      const std::uint64_t plays = passes & plays_of_pin;
      sums[Tally::kPlaybacks] += std::popcount(plays);
      sums[Tally::kVideoViews] += std::popcount(plays & bit(bit_sliced::kKind));
      sums[Tally::kTenSecondPlays] += std::popcount(plays & bit(bit_sliced::kKind + 1));
      sums[Tally::kPlayedTo95Percent] += std::popcount(plays & bit(bit_sliced::kKind + 2));
      sums[Tally::kPlayTimeMs] += play_times.Sum(word, plays_of_pin, plays);
    }
    // Most events are impressions: the others are counted one by one.
    for (std::uint64_t left = passes & ~(impressions | plays_of_pin); left != 0; left &= left - 1) {
      const int event = std::countr_zero(left);
      ++sums[(bit(bit_sliced::kKind) >> event & 1) |
             (bit(bit_sliced::kKind + 1) >> event & 1) << 1 |
             (bit(bit_sliced::kKind + 2) >> event & 1) << 2];
    }
  }
  trace_.Add(Block::kBitSlicedCodes, (end - begin) * kBitsOfKinds * sizeof(std::uint64_t));
}

void EventScan::CountKept(const Block& block, const BlockPin& pins, std::uint32_t map,
                          const std::uint64_t* edges, PopulationSums* to) {
  for (const std::uint32_t segment : SegmentsOf(map)) {
    const std::span<const std::uint64_t> passing =
        bitmap_.Make(block, pins.run, SegmentCodes(map, segment, /*engaged=*/false), edges, trace_);
    std::size_t position = 0;
    PlayTimes play_times(block, pins, position, trace_);
    CountPassing(block, pins.run.begin / bit_sliced::kGroupEvents, passing, play_times,
                 to[segment][compiled_.segment_maps()[map].population]);
  }
}

void EventScan::CountPassing(const Block& block, std::size_t first,
                             std::span<const std::uint64_t> passing, PlayTimes& play_times,
                             CounterSums& sums) {
  const std::uint64_t* const bits = block.codes().data() + first * bit_sliced::kStride;
  const std::size_t groups = passing.size() / bit_sliced::kGroupWords;
  code_kernels_.count_kinds(passing.data(), bits, groups, sums);
  for (std::size_t i = 0; i < passing.size(); ++i) {
    sums[Tally::kPlayTimeMs] +=
        play_times.Sum(first * bit_sliced::kGroupWords + i,
                       bits[bit_sliced::Place(bit_sliced::kPlayback, i)], passing[i]);
  }
  trace_.Add(Block::kBitSlicedCodes, BytesOf(groups, kBitsOfKinds));
}

void EventScan::Fetch(const Block& block, const EventRun& run) {
  const std::size_t begin = run.begin / bit_sliced::kGroupEvents;
  FetchGroups(block, begin, std::min(bit_sliced::GroupsFor(run.end), begin + kFetchAhead));
}

const std::vector<EventScan::WeighedCodes>& EventScan::WeighedCodesOf(
    std::uint32_t map, const CounterWeights& weights) {
  std::optional<std::vector<WeighedCodes>>& weighed = TestsOf(map).weighed;
  if (!weighed) {
    weighed.emplace();
    std::map<std::int64_t, std::uint32_t> kinds_of_score;
    for (std::uint32_t kind = 0; kind < event_code::kKinds; ++kind) {
      kinds_of_score[ScoreOfKind(kind, weights)] |= 1u << kind;
    }
    for (const auto& [score, kinds] : kinds_of_score) {
      if (score == 0) continue;
      weighed->push_back({score, CodeTest(Passing(compiled_.segment_maps()[map], kinds))});
    }
  }
  return *weighed;
}

std::int64_t EventScan::Score(const Block& block, std::span<const EventRun> runs, std::uint32_t map,
                              const CounterWeights& weights) {
  std::int64_t score = 0;
  for (const WeighedCodes& codes : WeighedCodesOf(map, weights)) {
    VisitPassing(block, runs, codes.codes,
                 [&](std::size_t, std::size_t, std::span<const std::uint64_t> passing) {
                   score += codes.weight * static_cast<std::int64_t>(bitmap_kernels_.count(
                                               passing.data(), passing.size()));
                 });
  }
  return score;
}

std::span<const std::uint64_t> EventScan::Mark(const Block& block, std::uint32_t map, bool engaged,
                                               RankedBitmap& bitmap) {
  const CodeTest& codes = SegmentCodes(map, compiled_.segment_maps()[map].first_segment, engaged);
  return bitmap.Make(block, {0, block.events()}, codes, /*edges=*/nullptr, trace_);
}

void EventScan::FindViewers(const Block& block, std::span<const EventRun> runs, std::uint32_t map,
                            std::size_t segment, bool engaged,
                            std::vector<std::uint32_t>& viewers) {
  std::size_t size = viewers.size();
  viewers.resize(size + EventsIn(runs));
  const auto add = [&](std::uint32_t event) {
    const std::uint32_t viewer = block.viewer(event);
    viewers[size] = viewer;
    size += viewer != 0 ? 1 : 0;
  };
  const std::size_t before = size;
  if (compiled_.segment_maps()[map].accepts_all && !engaged) {
    for (const EventRun& run : runs) {
      for (std::uint32_t event = run.begin; event < run.end; ++event) add(event);
    }
  } else {
    VisitPassing(block, runs, SegmentCodes(map, segment, engaged),
                 [&](std::size_t, std::size_t first, std::span<const std::uint64_t> passing) {
                   for (std::size_t i = 0; i < passing.size(); ++i) {
                     VisitBits(passing[i], first * bit_sliced::kGroupWords + i, add);
                   }
                 });
  }
  trace_.Add(Block::kViewers, 4 * (size - before));
  viewers.resize(size);
}

}  // namespace pinmetrics

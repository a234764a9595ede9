#include "store/query/event_scan.h"

#include <algorithm>
#include <bit>
#include <map>

#include "store/block/write_block.h"

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

/// The codes of some kinds that a mask lets pass: into a segment, counted from its first, or into
/// any.
CodeSet Passing(const Mask& mask, std::uint32_t kinds,
                std::optional<std::uint32_t> segment = std::nullopt) {
  CodeSet codes{kinds, {}};
  for (std::uint32_t combo = 0; combo < event_code::kCombos; ++combo) {
    const std::uint32_t of_combo = mask.segment_of[combo];
    codes.combos[combo] = of_combo != Mask::kNone && (!segment || of_combo == *segment);
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
using TestedWords = std::array<std::uint64_t, CodeTest::kMostGroups * code_bits::kGroupWords>;

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
  const std::uint64_t* const bits = block.Get<std::uint64_t>(Block::kCodeBits).data();
  for (std::size_t word = begin * code_bits::kStride; word < end * code_bits::kStride;
       word += kLine) {
    __builtin_prefetch(bits + word);
  }
}

std::size_t BytesOf(std::size_t groups, std::size_t bits) {
  return groups * bits * code_bits::kGroupWords * sizeof(std::uint64_t);
}

/// The bits that tell the kinds of events.
constexpr std::size_t kBitsOfKinds = code_bits::kDevice;

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

std::span<const std::uint64_t> Marks::Make(const Block& block, const EventRun& run,
                                           const CodeTest& codes, const std::uint64_t* toggles,
                                           ReadTrace& trace) {
  const std::size_t begin = run.begin / code_bits::kGroupEvents;
  const std::size_t end = code_bits::GroupsFor(run.end);
  // One word more: a part may end where the last word does.
  const std::size_t words = end * code_bits::kGroupWords + 1;
  bits_.resize(std::max(bits_.size(), words));
  before_.resize(std::max(before_.size(), words));
  for (std::size_t first = begin; first < end; first += CodeTest::kMostGroups) {
    FetchGroups(block, std::min(first + kFetchAhead, end),
                std::min(first + kFetchAhead + CodeTest::kMostGroups, end));
    codes.Run(block, first, std::min(end - first, CodeTest::kMostGroups),
              &bits_[first * code_bits::kGroupWords]);
  }
  bits_[words - 1] = 0;
  const std::size_t first_word = begin * code_bits::kGroupWords;
  if (toggles != nullptr) {
    kernels_.keep(toggles + first_word, &bits_[first_word], words - first_word);
  }
  kernels_.count_before(&bits_[first_word], words - first_word, &before_[first_word]);
  trace.Add(Block::kCodeBits, BytesOf(end - begin, codes.bits().size()));
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

EventScan::MaskTests& EventScan::TestsOf(std::uint32_t mask) {
  std::unique_ptr<MaskTests>& tests = tests_of_masks_[mask];
  if (!tests) tests = std::make_unique<MaskTests>();
  return *tests;
}

const std::vector<std::uint32_t>& EventScan::SegmentsOf(std::uint32_t mask_number) {
  std::vector<std::uint32_t>& segments = TestsOf(mask_number).segments;
  if (segments.empty()) {
    const Mask& mask = selection_.masks()[mask_number];
    std::array<bool, Mask::kNone> occurs = {};
    for (const std::uint8_t of_combo : mask.segment_of) {
      if (of_combo != Mask::kNone) occurs[of_combo] = true;
    }
    for (std::uint32_t i = 0; i < occurs.size(); ++i) {
      if (occurs[i]) segments.push_back(mask.first_segment + i);
    }
  }
  return segments;
}

const CodeTest& EventScan::SegmentCodes(std::uint32_t mask_number, std::size_t segment,
                                        bool engaged) {
  const Mask& mask = selection_.masks()[mask_number];
  auto& of_segments = TestsOf(mask_number).of_segments;
  const std::size_t index = segment - mask.first_segment;
  if (of_segments.size() <= index) of_segments.resize(index + 1);
  std::optional<CodeTest>& codes = of_segments[index][engaged ? 1 : 0];
  if (!codes) {
    codes.emplace(
        Passing(mask, engaged ? EngagementKinds() : kAllKinds, static_cast<std::uint32_t>(index)));
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
           runs[end].begin - runs[end - 1].end < code_bits::kGroupEvents) {
      ++end;
    }
    const std::size_t end_group = code_bits::GroupsFor(runs[end - 1].end);
    std::size_t run = begin;  // The first that is not through.
    for (std::size_t first = runs[begin].begin / code_bits::kGroupEvents; first < end_group;
         first += CodeTest::kMostGroups) {
      const std::size_t groups = std::min(end_group - first, CodeTest::kMostGroups);
      codes.Run(block, first, groups, words.data());
      const std::span passing(words.data(), groups * code_bits::kGroupWords);
      while (runs[run].end <= first * code_bits::kGroupEvents) ++run;
      Keep(runs.subspan(run, end - run), first * code_bits::kGroupEvents, passing);
      see(begin, first, std::span<const std::uint64_t>(passing));
      groups_read += groups;
    }
    begin = end;
  }
  trace_.Add(Block::kCodeBits, BytesOf(groups_read, codes.bits().size()));
}

void EventScan::Count(const Block& block, std::span<const BlockPin> pins, std::uint32_t mask_number,
                      std::size_t& play_position, PopulationSums* to) {
  if (pins.empty()) return;
  const Mask& mask = selection_.masks()[mask_number];
  runs_.clear();
  for (const BlockPin& pin : pins) runs_.push_back(pin.run);
  const std::size_t first_position = play_position;
  for (const std::uint32_t segment : SegmentsOf(mask_number)) {
    CounterSums& sums = to[segment][mask.population];
    std::size_t position = first_position;
    std::optional<PlayTimes> play_times;
    std::size_t of_run = 0;
    VisitPassing(block, runs_, SegmentCodes(mask_number, segment, /*engaged=*/false),
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
  const std::uint64_t* const bits = block.Get<std::uint64_t>(Block::kCodeBits).data();
  PlayTimes play_times(block, pin, play_position, trace_);
  const std::size_t begin = pin.run.begin / 64;
  const std::size_t end = (pin.run.end + std::size_t{63}) / 64;
  for (std::size_t word = begin; word < end; ++word) {
    const auto bit = [&](std::size_t which) { return bits[code_bits::Place(which, word)]; };
    const std::uint64_t of_pin = BitsOfRun(pin.run, word);
    const std::uint64_t passes = passing == nullptr ? of_pin : of_pin & passing[word];
    const std::uint64_t impressions = passes & bit(code_bits::kImpression);
    sums[Tally::kImpressions] += std::popcount(impressions);
    const std::uint64_t plays_of_pin = of_pin & bit(code_bits::kPlayback);
    if (plays_of_pin != 0) {
      const std::uint64_t plays = passes & plays_of_pin;
      sums[Tally::kPlaybacks] += std::popcount(plays);
      sums[Tally::kVideoViews] += std::popcount(plays & bit(code_bits::kKind));
      sums[Tally::kTenSecondPlays] += std::popcount(plays & bit(code_bits::kKind + 1));
      sums[Tally::kPlayedTo95Percent] += std::popcount(plays & bit(code_bits::kKind + 2));
      sums[Tally::kPlayTimeMs] += play_times.Sum(word, plays_of_pin, plays);
    }
    // Most events are impressions: the others are counted one by one.
    for (std::uint64_t left = passes & ~(impressions | plays_of_pin); left != 0; left &= left - 1) {
      const int event = std::countr_zero(left);
      ++sums[(bit(code_bits::kKind) >> event & 1) | (bit(code_bits::kKind + 1) >> event & 1) << 1 |
             (bit(code_bits::kKind + 2) >> event & 1) << 2];
    }
  }
  trace_.Add(Block::kCodeBits, (end - begin) * kBitsOfKinds * sizeof(std::uint64_t));
}

void EventScan::CountKept(const Block& block, const BlockPin& pins, std::uint32_t mask,
                          const std::uint64_t* toggles, PopulationSums* to) {
  for (const std::uint32_t segment : SegmentsOf(mask)) {
    const std::span<const std::uint64_t> passing = marks_.Make(
        block, pins.run, SegmentCodes(mask, segment, /*engaged=*/false), toggles, trace_);
    std::size_t position = 0;
    PlayTimes play_times(block, pins, position, trace_);
    CountPassing(block, pins.run.begin / code_bits::kGroupEvents, passing, play_times,
                 to[segment][selection_.masks()[mask].population]);
  }
}

void EventScan::CountPassing(const Block& block, std::size_t first,
                             std::span<const std::uint64_t> passing, PlayTimes& play_times,
                             CounterSums& sums) {
  const std::uint64_t* const bits =
      block.Get<std::uint64_t>(Block::kCodeBits).data() + first * code_bits::kStride;
  const std::size_t groups = passing.size() / code_bits::kGroupWords;
  kernels_.count_kinds(passing.data(), bits, groups, sums);
  for (std::size_t i = 0; i < passing.size(); ++i) {
    sums[Tally::kPlayTimeMs] +=
        play_times.Sum(first * code_bits::kGroupWords + i,
                       bits[code_bits::Place(code_bits::kPlayback, i)], passing[i]);
  }
  trace_.Add(Block::kCodeBits, BytesOf(groups, kBitsOfKinds));
}

void EventScan::Fetch(const Block& block, const EventRun& run) {
  const std::size_t begin = run.begin / code_bits::kGroupEvents;
  FetchGroups(block, begin, std::min(code_bits::GroupsFor(run.end), begin + kFetchAhead));
}

const std::vector<EventScan::WeighedCodes>& EventScan::WeighedCodesOf(
    std::uint32_t mask, const CounterWeights& weights) {
  std::optional<std::vector<WeighedCodes>>& weighed = TestsOf(mask).weighed;
  if (!weighed) {
    weighed.emplace();
    std::map<std::int64_t, std::uint32_t> kinds_of_score;
    for (std::uint32_t kind = 0; kind < event_code::kKinds; ++kind) {
      kinds_of_score[ScoreOfKind(kind, weights)] |= 1u << kind;
    }
    for (const auto& [score, kinds] : kinds_of_score) {
      if (score == 0) continue;
      weighed->push_back({score, CodeTest(Passing(selection_.masks()[mask], kinds))});
    }
  }
  return *weighed;
}

std::int64_t EventScan::Score(const Block& block, std::span<const EventRun> runs,
                              std::uint32_t mask, const CounterWeights& weights) {
  std::int64_t score = 0;
  for (const WeighedCodes& codes : WeighedCodesOf(mask, weights)) {
    VisitPassing(block, runs, codes.codes,
                 [&](std::size_t, std::size_t, std::span<const std::uint64_t> passing) {
                   score += codes.weight * static_cast<std::int64_t>(
                                               kernels_.count(passing.data(), passing.size()));
                 });
  }
  return score;
}

std::span<const std::uint64_t> EventScan::Mark(const Block& block, std::uint32_t mask, bool engaged,
                                               Marks& marks) {
  const CodeTest& codes = SegmentCodes(mask, selection_.masks()[mask].first_segment, engaged);
  return marks.Make(block, {0, block.events()}, codes, /*toggles=*/nullptr, trace_);
}

void EventScan::FindViewers(const Block& block, std::span<const EventRun> runs, std::uint32_t mask,
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
  if (selection_.masks()[mask].accepts_all && !engaged) {
    for (const EventRun& run : runs) {
      for (std::uint32_t event = run.begin; event < run.end; ++event) add(event);
    }
  } else {
    VisitPassing(block, runs, SegmentCodes(mask, segment, engaged),
                 [&](std::size_t, std::size_t first, std::span<const std::uint64_t> passing) {
                   for (std::size_t i = 0; i < passing.size(); ++i) {
                     VisitBits(passing[i], first * code_bits::kGroupWords + i, add);
                   }
                 });
  }
  trace_.Add(Block::kViewers, 4 * (size - before));
  viewers.resize(size);
}

}  // namespace pinmetrics

#include "store/block/open_block.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "store/block/bit_sliced_codes.h"
#include "store/block/block_checks.h"
#include "store/block/block_format.h"
#include "store/block/check_viewers.h"
#include "store/block/elements.h"
#include "store/block/event_code.h"
#include "store/block/sections.h"

namespace pinmetrics {
namespace {

/// Bounds of consecutive parts: one more than the parts, from 0 to `total`, never falling.
template <typename Starts>
bool Partition(const Starts& starts, std::size_t parts, std::size_t total) {
  if (starts.size() != parts + 1 || starts[0] != 0 || starts[parts] != total) return false;
  for (std::size_t i = 0; i < parts; ++i) {
    if (starts[i] > starts[i + 1]) return false;
  }
  return true;
}

}  // namespace

/// Checks one table after the other. Each check relies on those before it only.
class BlockReader {
 public:
  explicit BlockReader(std::span<const std::byte> bytes) { block_.bytes_ = bytes; }

  /// All of it, unchecked.
  Block View() {
    FindTables();
    TakeFacts();
    return block_;
  }

  absl::StatusOr<Block> Read() {
    absl::StatusOr<std::span<const SectionEntry>> sections = OpenSections(block_.bytes_);
    if (!sections.ok()) return sections.status();
    FindTables();
    absl::Status status = CheckPresence(*sections);
    if (status.ok()) status = CheckDay();
    if (status.ok()) TakeFacts();
    if (status.ok()) status = CheckTotals();
    if (status.ok()) status = CheckSums();
    if (status.ok()) status = CheckPins();
    if (status.ok()) status = CheckEvents();
    if (status.ok()) status = CheckCodes();
    if (status.ok()) status = CheckFigures();
    if (status.ok()) status = CheckViewers(block_);
    if (!status.ok()) return status;
    return block_;
  }

 private:
  /// Calls `visit(table, entry)` for each section that this version knows: others are for others.
  template <typename Visit>
  static void VisitKnown(std::span<const SectionEntry> sections, Visit visit) {
    auto section = sections.begin();
    // Numbers ascend in both.
    for (std::uint32_t i = 0; i < Block::kTables; ++i) {
      const auto table = static_cast<Block::Table>(i);
      const std::uint32_t number = kTableForms[i].number;
      while (section != sections.end() && section->number < number) ++section;
      for (; section != sections.end() && section->number == number; ++section) {
        if (section->part < Block::PartsOf(table)) visit(table, *section);
      }
    }
  }

  void FindTables() {
    VisitKnown(SectionsOf(block_.bytes_), [this](Block::Table table, const SectionEntry& entry) {
      block_.sections_[Block::Place(table, entry.part)] = BytesOf(block_.bytes_, entry);
    });
  }

  /// All sections that are required, and whole elements in each.
  static absl::Status CheckPresence(std::span<const SectionEntry> sections) {
    absl::Status status;
    std::array<std::array<bool, Block::kViewerParts>, Block::kTables> is_there = {};
    VisitKnown(sections, [&](Block::Table table, const SectionEntry& entry) {
      is_there[table][entry.part] = true;
      if (entry.bytes % kTableForms[table].element_bytes == 0) return;
      status.Update(BadBlock(SectionName(entry) + ": ends within an element"));
    });
    for (std::uint32_t i = 0; i < Block::kTables; ++i) {
      const std::uint32_t parts = Block::PartsOf(static_cast<Block::Table>(i));
      for (std::uint32_t part = 0; part < parts && kTableForms[i].is_required; ++part) {
        if (is_there[i][part]) continue;
        status.Update(BadBlock(SectionName({kTableForms[i].number, part, 0, 0}) + ": is missing"));
      }
    }
    return status;
  }

  absl::Status CheckDay() const {
    const auto facts = Get<DayFacts>(Block::kDay);
    if (facts.size() != 1) return BadTable(Block::kDay, "is not there once");
    const DayFacts& day = facts[0];
    constexpr std::int64_t kDays = 3'000'000;  // Past the year 9999.
    if (day.day < -kDays || day.day > kDays) {
      return BadTable(Block::kDay, std::to_string(day.day) + " is out of range");
    }
    if (day.viewer_bytes != 3 && day.viewer_bytes != 4) {
      return BadTable(Block::kDay,
                      "viewers of " + std::to_string(day.viewer_bytes) + " bytes, expected 3 or 4");
    }
    if (day.base_shift > PinStarts::kMostShift) {
      return BadTable(Block::kDay, "2^" + std::to_string(day.base_shift) +
                                       " Pins share a base, expected 2^" +
                                       std::to_string(PinStarts::kMostShift) + " or fewer");
    }
    return absl::OkStatus();
  }

  void TakeFacts() {
    const DayFacts& day = block_.Get<DayFacts>(Block::kDay)[0];
    block_.events_ = day.events;
    block_.limits_ = day.limits;
    block_.viewer_bytes_ = day.viewer_bytes;
    block_.base_shift_ = day.base_shift;
    block_.viewer_mask_ = day.viewer_bytes == 3 ? 0xffffff : 0xffffffff;
    block_.viewers_ = block_.At(Block::kViewers).data();
  }

  template <typename T>
  std::span<const T> Get(Block::Table table) const {
    return block_.Get<T>(table);
  }

  absl::Status CheckTotals() const {
    if (block_.At(Block::kTotals).size() != sizeof(Block::Totals)) {
      return BadTable(Block::kTotals, "is not there once");
    }
    return absl::OkStatus();
  }

  /// Every key of a projection is below this.
  std::uint64_t KeyLimit(Block::Projection projection) const {
    switch (projection) {
      case Block::kByCombo:
        return kPopulations * std::uint64_t{event_code::kCombos};
      case Block::kByDimension:
        return kPopulations * std::uint64_t{event_code::kDimensionValues};
      case Block::kByClass:
        return block_.class_limit();
      case Block::kByBoard:
        return kPopulations * std::uint64_t{block_.board_limit()};
      case Block::kByHeavyPin:
      case Block::kProjections:
        break;
    }
    return Get<std::uint32_t>(Block::kPinKeys).size();
  }

  absl::Status CheckSums() const {
    for (std::uint32_t i = 0; i < Block::kProjections; ++i) {
      const auto projection = static_cast<Block::Projection>(i);
      const auto [keys, sums] = block_.Sums(projection);
      if (!AscendsBelow(keys, KeyLimit(projection))) {
        return BadTable(Block::KeysOf(projection), "keys do not ascend within their range");
      }
      if (sums.size() != keys.size()) {
        return BadTable(Block::SumsOf(projection), "is not one for each key");
      }
    }
    return CheckCells(Get<std::uint32_t>(Block::kClassKeys).size());
  }

  absl::Status CheckCells(std::size_t classes) const {
    const auto starts = Get<std::uint32_t>(Block::kClassWords);
    const auto combos = Get<std::uint16_t>(Block::kCellCombos);
    if (Get<std::uint32_t>(Block::kCellWords).size() != combos.size()) {
      return BadTable(Block::kCellWords, "is not one for each combo");
    }
    if (starts.empty() && combos.empty()) return absl::OkStatus();
    const std::size_t parts = classes * PackedSums::kWords;
    if (!Partition(starts, parts, combos.size())) {
      return BadTable(Block::kClassWords, "does not divide the cells among the classes");
    }
    for (std::size_t i = 0; i < parts; ++i) {
      if (!AscendsBelow(combos.subspan(starts[i], starts[i + 1] - starts[i]),
                        event_code::kCombos)) {
        return BadTable(Block::kCellCombos, "combos do not ascend within their class and word");
      }
    }
    return absl::OkStatus();
  }

  absl::Status CheckPins() const {
    const auto boards = Get<std::uint32_t>(Block::kBoards);
    if (!AscendsBelow(boards, block_.board_limit())) {
      return BadTable(Block::kBoards, "keys do not ascend within their range");
    }
    const auto pins = Get<std::uint32_t>(Block::kPinKeys);
    const auto board_pins = Get<std::uint32_t>(Block::kBoardPins);
    if (!Partition(board_pins, boards.size(), pins.size())) {
      return BadTable(Block::kBoardPins, "does not divide the Pins among the boards");
    }
    for (std::size_t i = 0; i < boards.size(); ++i) {
      if (!AscendsBelow(pins.subspan(board_pins[i], board_pins[i + 1] - board_pins[i]),
                        block_.pin_limit())) {
        return BadTable(Block::kPinKeys, "keys do not ascend within their board and range");
      }
    }
    if (Get<std::uint32_t>(Block::kPinBases).size() != (pins.size() >> block_.base_shift_) + 1) {
      return BadTable(Block::kPinBases,
                      "is not one for each " + std::to_string(1u << block_.base_shift_) + " Pins");
    }
    if (!Partition(block_.pin_starts(), pins.size(), block_.events())) {
      return BadTable(Block::kPinOffsets, "does not divide the events among the Pins");
    }
    const auto heavy = Get<std::uint32_t>(Block::kHeavyPins);
    // A query that meets a heavy Pin takes its sums for granted.
    const PinStarts events = block_.pin_starts();
    std::size_t next = 0;
    for (std::uint32_t pin = 0; pin < pins.size(); ++pin) {
      if (events[pin + 1] - events[pin] < Block::kHeavy) continue;
      if (next == heavy.size() || heavy[next] != pin) {
        return BadTable(Block::kHeavyPins, "does not match the events");
      }
      ++next;
    }
    if (next != heavy.size()) return BadTable(Block::kHeavyPins, "does not match the events");
    return absl::OkStatus();
  }

  absl::Status CheckEvents() const {
    if (block_.codes().size() != bit_sliced::GroupsFor(block_.events()) * bit_sliced::kStride) {
      return BadTable(Block::kBitSlicedCodes, "is not 28 words for each 128 events");
    }
    const std::span<const std::byte> viewers = block_.At(Block::kViewers);
    // Four bytes more, so that the last number can be read as if it had four bytes.
    if (viewers.size() != std::size_t{block_.events()} * block_.viewer_bytes_ + 4) {
      return BadTable(Block::kViewers, "is not one an event and 4 bytes");
    }
    for (std::uint32_t i = 0; i < block_.events(); ++i) {
      if (block_.viewer(i) >= block_.viewer_limit()) {
        return BadTable(Block::kViewers, "a number is out of range");
      }
    }
    return absl::OkStatus();
  }

  /// The Pins with playbacks must be just those whose codes say so, each with as many play times,
  /// and a Pin's playbacks must be its last events.
  absl::Status CheckCodes() {
    const auto plays = Get<std::uint32_t>(Block::kPlayPins);
    const auto starts = Get<std::uint32_t>(Block::kPlayStarts);
    const PinStarts events = block_.pin_starts();
    CodeReader codes(block_.codes());
    if (!Partition(starts, plays.size(), Get<std::uint32_t>(Block::kPlayTimes).size())) {
      return BadTable(Block::kPlayStarts, "does not divide the play times among the Pins");
    }
    std::size_t next = 0;
    for (std::uint32_t pin = 0; pin + 1 < events.size(); ++pin) {
      std::uint32_t playbacks = 0;
      std::uint16_t last = 0;
      for (std::uint32_t i = events[pin]; i < events[pin + 1]; ++i) {
        const std::uint16_t code = codes[i];
        if (code == CodeReader::kNoCode) {
          return BadTable(Block::kBitSlicedCodes, "bits are those of no code");
        }
        if (code < last) return BadTable(Block::kBitSlicedCodes, "codes fall within a Pin");
        last = code;
        ++events_of_kind_[code / event_code::kCombos];
        playbacks += event_code::IsPlayback(code) ? 1u : 0u;
      }
      if (playbacks == 0) continue;
      if (next == plays.size() || plays[next] != pin ||
          starts[next + 1] - starts[next] != playbacks) {
        return BadTable(Block::kPlayPins, "does not match the codes");
      }
      ++next;
    }
    if (next != plays.size()) return BadTable(Block::kPlayPins, "does not match the codes");
    return absl::OkStatus();
  }

  /// The totals must be what the events count, and every table of sums must add up to them. So no
  /// figure is more than the events give, and adding figures up does not overflow.
  absl::Status CheckFigures() const {
    CounterSums counted{};
    for (std::uint32_t kind = 0; kind < event_code::kKinds; ++kind) {
      CountEvents(kind, events_of_kind_[kind], counted);
    }
    for (const std::uint32_t play_ms : Get<std::uint32_t>(Block::kPlayTimes)) {
      counted[Tally::kPlayTimeMs] += play_ms;
    }
    const Block::Totals& totals = block_.totals();
    for (std::size_t i = 0; i < counted.size(); ++i) {
      const std::int64_t first = totals.sums[0][i];
      if (first < 0 || first > counted[i] || totals.sums[1][i] != counted[i] - first) {
        return BadTable(Block::kTotals, "are not what the events count");
      }
    }
    for (std::size_t i = 0; i < 2; ++i) {
      if (totals.viewers[i] > block_.viewer_limit() || totals.engaged[i] > totals.viewers[i]) {
        return BadTable(Block::kTotals, "more viewers than there can be");
      }
    }
    for (const Block::Projection whole : {Block::kByCombo, Block::kByClass, Block::kByBoard}) {
      const Block::KeyedSums sums = block_.Sums(whole);
      CounterSums left = counted;
      if (!sums.empty() && !(TakeAll(sums.sums, left) && left == CounterSums{})) {
        return BadTable(Block::SumsOf(whole), "does not add up to the totals");
      }
    }
    // Light Pins are left.
    CounterSums left = counted;
    if (!TakeAll(block_.Sums(Block::kByHeavyPin).sums, left)) {
      return BadTable(Block::kHeavySums, "adds up to more than the totals");
    }
    if (!DimensionsAddUp(counted)) {
      return BadTable(Block::kDimensionSums, "does not add up to the totals");
    }
    if (!CellsAddUp(counted)) {
      return BadTable(Block::kCellWords, "does not add up to the totals");
    }
    return absl::OkStatus();
  }

  /// Each dimension has all events once.
  bool DimensionsAddUp(const CounterSums& counted) const {
    const Block::KeyedSums sums = block_.Sums(Block::kByDimension);
    if (sums.empty()) return true;
    std::array<CounterSums, event_code::kFirstValue.size()> left;
    left.fill(counted);
    for (std::size_t i = 0; i < sums.keys.size(); ++i) {
      const std::uint32_t value = sums.keys[i] % event_code::kDimensionValues;
      const auto past = std::ranges::upper_bound(event_code::kFirstValue, value);
      if (!Take(sums.sums[i],
                left[static_cast<std::size_t>(past - event_code::kFirstValue.begin()) - 1])) {
        return false;
      }
    }
    return std::ranges::all_of(left, [](const CounterSums& of) { return of == CounterSums{}; });
  }

  bool CellsAddUp(CounterSums left) const {
    const auto starts = Get<std::uint32_t>(Block::kClassWords);
    const auto words = Get<std::uint32_t>(Block::kCellWords);
    for (std::size_t part = 0; part + 1 < starts.size(); ++part) {
      PackedSums one;
      std::uint32_t& word = one.words[part % PackedSums::kWords];
      for (std::uint32_t cell = starts[part]; cell < starts[part + 1]; ++cell) {
        word = words[cell];
        if (!Take(one, left)) return false;
      }
    }
    return starts.empty() || left == CounterSums{};
  }

  /// Takes sums off what is left; false if they are more.
  static bool Take(const PackedSums& sums, CounterSums& left) {
    if (sums.play_ms() > static_cast<std::uint64_t>(left[Tally::kPlayTimeMs])) return false;
    left[Tally::kPlayTimeMs] -= static_cast<std::int64_t>(sums.play_ms());
    for (std::size_t i = 0; i < Tally::kPlayTimeMs; ++i) {
      if (sums.words[i] > left[i]) return false;
      left[i] -= sums.words[i];
    }
    return true;
  }

  static bool TakeAll(std::span<const PackedSums> sums, CounterSums& left) {
    return std::ranges::all_of(sums, [&](const PackedSums& one) { return Take(one, left); });
  }

  Block block_;
  std::array<std::int64_t, event_code::kKinds> events_of_kind_ = {};
};

absl::StatusOr<Block> OpenBlock(std::span<const std::byte> bytes) {
  return BlockReader(bytes).Read();
}

Block ViewBlock(std::span<const std::byte> bytes) { return BlockReader(bytes).View(); }

}  // namespace pinmetrics

#ifndef PINMETRICS_SRC_STORE_CODE_LOOPS_H_
#define PINMETRICS_SRC_STORE_CODE_LOOPS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "pinmetrics/store/block.h"

namespace pinmetrics {

/// Some codes of events: those of some kinds with some combos.
class CodeSet {
 public:
  /// No codes: `Add` adds combos. Bit k of `kinds` stands for kind k.
  explicit CodeSet(std::uint32_t kinds) : kinds_(static_cast<std::uint16_t>(kinds)) {}

  /// The codes of the set's kinds with this combo.
  void Add(std::uint32_t combo) {
    combo_words_[combo / 16] =
        static_cast<std::uint16_t>(combo_words_[combo / 16] | 1u << combo % 16);
    for (std::uint32_t kind = 0; kind < event_code::kKinds; ++kind) {
      has_[event_code::Code(kind, combo)] = kinds_ >> kind & 1;
    }
  }

  /// 1 or 0.
  std::uint8_t Has(std::uint16_t code) const { return has_[code]; }

  std::uint16_t kinds() const { return kinds_; }
  /// A bit for each combo, in as many words as fill a register.
  const std::array<std::uint16_t, 32>& combo_words() const { return combo_words_; }

 private:
  std::array<std::uint8_t, event_code::kCodes> has_ = {};
  std::array<std::uint16_t, 32> combo_words_ = {};
  std::uint16_t kinds_;
};

/// Some classes of Pins, by the index that lists of viewers have for them.
class ClassSet {
 public:
  void Add(std::uint32_t index) {
    has_[index] = 1;
    words_[index / 16] = static_cast<std::uint16_t>(words_[index / 16] | 1u << index % 16);
  }

  /// 1 or 0.
  std::uint8_t Has(std::uint8_t index) const { return has_[index]; }
  /// A bit for each class, in as many words as fill a register.
  const std::array<std::uint16_t, 32>& words() const { return words_; }

 private:
  std::array<std::uint8_t, 256> has_ = {};
  std::array<std::uint16_t, 32> words_ = {};
};

/// Some events on end, of an array of them.
struct EventRun {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

/// Adds a run behind others, of which the last goes on if it ends where this one begins.
inline void AddRun(const EventRun& run, std::vector<EventRun>& runs) {
  if (!runs.empty() && runs.back().end == run.begin) {
    runs.back().end = run.end;
  } else {
    runs.push_back(run);
  }
}

/// Loops over the codes of events and over lists of viewers, as fast as the processor at hand
/// allows.
struct CodeLoops {
  /// Of each run, how many codes are in the set. `counts` has room for all runs.
  void (*count)(const std::uint16_t* codes, std::span<const EventRun> runs, const CodeSet& set,
                std::uint32_t* counts);
  /// Writes which events of the runs have a code that is in the set, run after run and ascending
  /// within one; says how many they are. `found` has room for `kSpare` more than there are events
  /// in the runs.
  std::size_t (*find)(const std::uint16_t* codes, std::span<const EventRun> runs,
                      const CodeSet& set, std::uint32_t* found);

  /// Writes a bit for each code, 1 if it is in the set; 0 from the last code to the end of its
  /// word.
  void (*mark)(std::span<const std::uint16_t> codes, const CodeSet& set, std::uint64_t* words);

  /// Writes those of some viewers whose class is in the set, in order; says how many they are.
  /// `picked` has room for `kSpare` more than there are viewers.
  std::size_t (*pick)(std::span<const std::uint16_t> viewers, const std::uint8_t* classes,
                      const ClassSet& set, std::uint16_t* picked);

  static constexpr std::size_t kSpare = 32;
  /// Of codes that are read on end, this many are fetched in advance: the processor does so itself,
  /// but not into the next page.
  static constexpr std::size_t kFetchAhead = 1'024;
};

/// The best loops for this processor.
const CodeLoops& BestCodeLoops();

/// Every kind of loops that runs on this processor, the portable ones first.
std::span<const CodeLoops* const> AllCodeLoops();

/// Loops with the instructions of their names; null where the processor has none of these.
const CodeLoops* Avx2CodeLoops();
const CodeLoops* Avx512CodeLoops();

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_CODE_LOOPS_H_

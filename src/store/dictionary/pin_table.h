#ifndef PINMETRICS_SRC_STORE_DICTIONARY_PIN_TABLE_H_
#define PINMETRICS_SRC_STORE_DICTIONARY_PIN_TABLE_H_

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "pinmetrics/model/id.h"
#include "pinmetrics/model/pin.h"
#include "store/block/block_rows.h"
#include "store/block/event_code.h"
#include "store/dictionary/append_only.h"
#include "store/dictionary/id_map.h"

namespace pinmetrics {

/// How many of each a table of Pins numbers in 32 bits. Blocks key boards by board * 2 +
/// population.
struct PinCapacity {
  std::uint32_t versions = AppendOnly<Pin>::kMostElements;
  std::uint32_t classes = AppendOnly<Pin>::kMostElements;
  std::uint32_t boards = std::numeric_limits<std::uint32_t>::max() / kPopulations;
};

/// Every version of every Pin of a store, each with a dense number that events are kept under.
///
/// One thread puts at a time. Views are immutable.
class PinTable {
 public:
  /// What a snapshot sees. A class is represented by a Pin with its attributes.
  struct View {
    /// As put, and what packing and queries want of it.
    AppendOnly<Pin>::View versions;
    AppendOnly<PinTraits>::View traits;
    AppendOnly<Pin>::View classes;
    AppendOnly<BoardId>::View boards;
    std::uint32_t pins = 0;
    std::uint64_t hash_seed = 0;

    BlockLimits Limits(std::uint32_t viewers) const {
      return {versions.size(), classes.size(), boards.size(), viewers};
    }
  };

  explicit PinTable(std::uint64_t seed, const PinCapacity& capacity = {})
      : hash_seed_(seed), capacity_(capacity), current_(seed), board_numbers_(seed) {}

  /// Adds a version, unless the Pin is just as it was. ResourceExhausted if there would be more
  /// than can be numbered. Then, and where memory runs out, the table stays as it is.
  absl::Status Put(const Pin& pin) {
    return Put(pin, [] { return absl::OkStatus(); });
  }

  /// The same, unless `keep()` gives an error: it is called when nothing else can fail, and not for
  /// a Pin that is just as it was.
  template <typename Keep>
  absl::Status Put(const Pin& pin, Keep keep) {
    const std::optional<std::uint32_t> current = current_.Find(pin.id.value());
    if (IsAsBefore(pin)) return absl::OkStatus();
    const ClassKey key(pin.format, pin.source, pin.account, pin.product_group, pin.saved);
    const std::optional<std::uint32_t> board = board_numbers_.Find(pin.board.value());
    const std::optional<std::uint32_t> pin_class = FindClass(key);
    if (absl::Status status = CheckRoom(pin, !board, !pin_class); !status.ok()) {
      return status;
    }

    // All that takes memory comes first, so that nothing fails once something has changed.
    versions_.Reserve();
    traits_.Reserve();
    current_.ReserveFor(pin.id.value());
    if (!board) {
      boards_.Reserve();
      board_numbers_.ReserveFor(pin.board.value());
    }
    Pin version = pin;
    std::map<ClassKey, std::uint32_t> new_class;
    if (!pin_class) {
      classes_.Reserve();
      new_class.emplace(key, classes_.size());
    }
    if (absl::Status status = keep(); !status.ok()) return status;

    const PinTraits traits = {.pin = current ? traits_[*current].pin : pins_++,
                              .board = board.value_or(boards_.size()),
                              .pin_class = pin_class.value_or(classes_.size()),
                              .saved = pin.saved};
    if (!board) {
      board_numbers_.Set(pin.board.value(), traits.board);
      boards_.Append(pin.board);
    }
    if (!pin_class) {
      class_numbers_.merge(new_class);
      classes_.Append({.format = pin.format,
                       .source = pin.source,
                       .account = pin.account,
                       .product_group = pin.product_group,
                       .saved = pin.saved});
    }
    title_bytes_ += version.title.capacity();
    current_.Set(pin.id.value(), versions_.size());
    versions_.Append(std::move(version));
    traits_.Append(traits);
    return absl::OkStatus();
  }

  /// Adds an earlier version of a Pin that is here and has another, and behind it once more the one
  /// that it has, which it keeps: both or, with an error, none. `keep(again)` gets the latter.
  template <typename Keep>
  absl::Status PutEarlier(const Pin& earlier, Keep keep) {
    const std::uint32_t current = *current_.Find(earlier.id.value());
    Pin again = versions_[current];
    if (capacity_.versions - versions_.size() < 2) return Full(earlier, capacity_.versions);
    versions_.Reserve(2);
    traits_.Reserve(2);
    absl::Status status = Put(earlier, [&] { return keep(again); });
    if (!status.ok()) return status;
    title_bytes_ += again.title.capacity();
    current_.Set(again.id.value(), versions_.size());
    versions_.Append(std::move(again));
    traits_.Append(traits_[current]);
    return absl::OkStatus();
  }

  /// The number of the version that events count with now.
  std::optional<std::uint32_t> Current(PinId id) const { return current_.Find(id.value()); }
  [[gnu::always_inline]] void Prefetch(PinId id) const { current_.Prefetch(id.value()); }

  View TakeView() const {
    return {versions_.view(), traits_.view(), classes_.view(), boards_.view(), pins_, hash_seed_};
  }

  const Pin& operator[](std::uint32_t version) const { return versions_[version]; }
  /// How many versions there are.
  std::uint32_t versions() const { return versions_.size(); }
  /// Above all numbers that there are, and will be if `more` Pins are put, whatever these are.
  BlockLimits Limits(std::uint32_t viewers, std::uint32_t more = 0) const {
    return {versions_.size() + more, classes_.size() + more, boards_.size() + more, viewers};
  }
  /// Makes an earlier view of this table one of all that it has. Needs no memory, and takes next to
  /// nothing.
  void Extend(View& view) const {
    view.versions.ExtendTo(versions_.view());
    view.traits.ExtendTo(traits_.view());
    view.classes.ExtendTo(classes_.view());
    view.boards.ExtendTo(boards_.view());
    view.pins = pins_;
  }

  std::size_t bytes() const {
    return versions_.bytes() + traits_.bytes() + classes_.bytes() + boards_.bytes() +
           current_.bytes() + board_numbers_.bytes() + title_bytes_ +
           class_numbers_.size() * kMapNodeBytes;
  }

  /// How much `bytes` grows at most when `pin` is put.
  std::size_t GrowthWith(const Pin& pin) const {
    if (IsAsBefore(pin)) return 0;
    return versions_.Growth() + traits_.Growth() + classes_.Growth() + boards_.Growth() +
           current_.BytesWith(1) - current_.bytes() + board_numbers_.BytesWith(1) -
           board_numbers_.bytes() + pin.title.capacity() + kMapNodeBytes;
  }

 private:
  using ClassKey = std::tuple<PinFormat, PinSource, std::optional<AccountId>,
                              std::optional<ProductGroupId>, bool>;
  static constexpr std::size_t kMapNodeBytes = 96;

  /// True if the Pin's latest version is just this.
  bool IsAsBefore(const Pin& pin) const {
    const std::optional<std::uint32_t> current = current_.Find(pin.id.value());
    return current && versions_[*current] == pin;
  }

  std::optional<std::uint32_t> FindClass(const ClassKey& key) const {
    const auto found = class_numbers_.find(key);
    if (found == class_numbers_.end()) return std::nullopt;
    return found->second;
  }

  /// Whether the version of `pin` can be numbered, with its board and its class if these are new.
  absl::Status CheckRoom(const Pin& pin, bool new_board, bool new_class) const {
    if (versions_.size() >= capacity_.versions) return Full(pin, capacity_.versions);
    if (new_board && boards_.size() >= capacity_.boards) {
      return Full(pin, capacity_.boards, "boards");
    }
    if (new_class && classes_.size() >= capacity_.classes) {
      return Full(pin, capacity_.classes, "classes of Pins");
    }
    return absl::OkStatus();
  }

  static absl::Status Full(const Pin& pin, std::uint32_t most,
                           const char* what = "versions of Pins") {
    return absl::ResourceExhaustedError("pin " + std::to_string(pin.id.value()) +
                                        ": the store has " + std::to_string(most) + " " + what +
                                        ", the most that it can number");
  }

  std::uint64_t hash_seed_;
  PinCapacity capacity_;
  AppendOnly<Pin> versions_;
  AppendOnly<PinTraits> traits_;
  AppendOnly<Pin> classes_;
  AppendOnly<BoardId> boards_;
  IdMap current_;  ///< The latest version of each Pin.
  IdMap board_numbers_;
  std::map<ClassKey, std::uint32_t> class_numbers_;
  std::uint32_t pins_ = 0;
  std::size_t title_bytes_ = 0;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_DICTIONARY_PIN_TABLE_H_

#ifndef PINMETRICS_SRC_STORE_PIN_TABLE_H_
#define PINMETRICS_SRC_STORE_PIN_TABLE_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "pinmetrics/model/id.h"
#include "pinmetrics/model/pin.h"
#include "store/append_only.h"
#include "store/id_map.h"
#include "store/pack.h"

namespace pinmetrics {

/// Numbers sorted into groups: group g has `members[starts[g]..starts[g + 1])`, ascending.
struct Grouping {
  std::vector<std::uint32_t> starts;
  std::vector<std::uint32_t> members;

  /// Groups 0, 1, 2, … by the group that each is in.
  Grouping(const std::vector<std::uint32_t>& group_of, std::uint32_t groups)
      : starts(groups + std::size_t{1}), members(group_of.size()) {
    for (const std::uint32_t group : group_of) ++starts[group + 1];
    for (std::size_t i = 1; i < starts.size(); ++i) starts[i] += starts[i - 1];
    std::vector<std::uint32_t> next = starts;
    for (std::uint32_t i = 0; i < group_of.size(); ++i) members[next[group_of[i]]++] = i;
  }

  std::span<const std::uint32_t> Of(std::uint32_t group) const {
    return std::span(members).subspan(starts[group], starts[group + 1] - starts[group]);
  }
};

/// Look-ups over the versions that a snapshot sees.
struct PinIndex {
  absl::flat_hash_map<PinId, std::uint32_t> numbers;
  std::vector<std::uint32_t> pin_of_version;
  std::vector<std::uint32_t> board_of_version;
  std::vector<std::uint32_t> class_of_version;
  Grouping versions_of_pins;
  /// That one Pin has.
  std::uint32_t most_versions = 0;
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

    BlockLimits Limits(std::uint32_t viewers) const {
      return {versions.size(), classes.size(), boards.size(), viewers};
    }
  };

  explicit PinTable(std::uint64_t seed) : current_(seed), board_numbers_(seed) {}

  void Put(const Pin& pin) {
    const std::optional<std::uint32_t> current = current_.Find(pin.id.value());
    if (IsAsBefore(pin)) return;
    PinTraits traits{.saved = pin.saved};
    traits.pin = current ? traits_[*current].pin : pins_++;
    traits.board = board_numbers_.FindOrInsert(pin.board.value(), boards_.size());
    if (traits.board == boards_.size()) boards_.Append(pin.board);
    traits.pin_class = ClassOf(pin);
    current_.Erase(pin.id.value());
    current_.FindOrInsert(pin.id.value(), versions_.size());
    title_bytes_ += pin.title.capacity();
    versions_.Append(pin);
    traits_.Append(traits);
  }

  /// The number of the version that events count with now.
  std::optional<std::uint32_t> Current(PinId id) const { return current_.Find(id.value()); }
  [[gnu::always_inline]] void Prefetch(PinId id) const { current_.Prefetch(id.value()); }

  View TakeView() const {
    return {versions_.view(), traits_.view(), classes_.view(), boards_.view(), pins_};
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

  std::uint32_t ClassOf(const Pin& pin) {
    const ClassKey key(pin.format, pin.source, pin.account, pin.product_group, pin.saved);
    const auto [found, is_new] = class_numbers_.emplace(key, classes_.size());
    if (is_new) {
      classes_.Append({.format = pin.format,
                       .source = pin.source,
                       .account = pin.account,
                       .product_group = pin.product_group,
                       .saved = pin.saved});
    }
    return found->second;
  }

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

/// Builds the index over a view when it is first needed and keeps it until Pins change. Safe from
/// any thread.
class PinIndexCache {
 public:
  std::shared_ptr<const PinIndex> Get(const PinTable::View& view) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!index_ || size_ != view.versions.size()) {
      index_ = Build(view);
      size_ = view.versions.size();
    }
    return index_;
  }

 private:
  static std::shared_ptr<const PinIndex> Build(const PinTable::View& view) {
    std::vector<std::uint32_t> pins(view.versions.size());
    std::vector<std::uint32_t> boards(view.versions.size());
    std::vector<std::uint32_t> classes(view.versions.size());
    view.traits.ForEach([&](std::uint32_t version, const PinTraits& traits) {
      pins[version] = traits.pin;
      boards[version] = traits.board;
      classes[version] = traits.pin_class;
    });
    Grouping by_pin(pins, view.pins);
    auto index = std::make_shared<PinIndex>(
        PinIndex{{}, std::move(pins), std::move(boards), std::move(classes), std::move(by_pin)});
    for (std::uint32_t pin = 0; pin < view.pins; ++pin) {
      const auto versions = static_cast<std::uint32_t>(index->versions_of_pins.Of(pin).size());
      index->most_versions = std::max(index->most_versions, versions);
    }
    index->numbers.reserve(view.pins);
    view.versions.ForEach([&](std::uint32_t version, const Pin& pin) {
      index->numbers.emplace(pin.id, index->pin_of_version[version]);
    });
    return index;
  }

  std::mutex mutex_;
  std::shared_ptr<const PinIndex> index_;
  std::uint32_t size_ = 0;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_PIN_TABLE_H_

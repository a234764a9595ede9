#ifndef PINMETRICS_SRC_STORE_DICTIONARY_PIN_INDEX_H_
#define PINMETRICS_SRC_STORE_DICTIONARY_PIN_INDEX_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "pinmetrics/model/pin.h"
#include "store/block/block_rows.h"
#include "store/dictionary/id_map.h"
#include "store/dictionary/kept_once.h"
#include "store/dictionary/pin_table.h"
#include "store/kernels/radix_sort.h"

namespace pinmetrics {

/// Numbers sorted into groups: group g has `members[starts[g]..starts[g + 1])`, ascending.
struct Grouping {
  std::vector<std::uint32_t> starts;
  std::vector<std::uint32_t> members;

  /// Groups 0, 1, 2, … by the group that each is in.
  Grouping(const std::vector<std::uint32_t>& group_of, std::uint32_t groups)
      : members(group_of.size()) {
    starts = SortIntoGroups(
        group_of.size(), groups, [&](std::size_t number) { return group_of[number]; },
        [&](std::size_t number, std::uint32_t position) {
          members[position] = static_cast<std::uint32_t>(number);
        });
  }

  std::span<const std::uint32_t> Of(std::uint32_t group) const {
    return std::span(members).subspan(starts[group], starts[group + 1] - starts[group]);
  }
};

/// Look-ups over the versions that a snapshot sees.
struct PinIndex {
  IdMap numbers;  ///< Of Pins, by id.
  std::vector<std::uint32_t> pin_of_version;
  std::vector<std::uint32_t> board_of_version;
  std::vector<std::uint32_t> class_of_version;
  Grouping versions_of_pins;
  /// That one Pin has.
  std::uint32_t most_versions = 0;

  std::size_t bytes() const {
    const std::size_t in_lists = pin_of_version.capacity() + board_of_version.capacity() +
                                 class_of_version.capacity() + versions_of_pins.starts.capacity() +
                                 versions_of_pins.members.capacity();
    return in_lists * sizeof(std::uint32_t) + numbers.bytes();
  }
};

/// The index over a view, built when it is first needed. Safe from any thread.
class PinIndexCache {
 public:
  /// Of the same view each time.
  std::shared_ptr<const PinIndex> Get(const PinTable::View& view) {
    if (std::shared_ptr<const PinIndex> index = index_.Get()) return index;
    return index_.Keep(Build(view));
  }

  /// Of the index, once it was built.
  std::size_t bytes() const {
    const std::shared_ptr<const PinIndex> index = index_.Get();
    return index ? index->bytes() : 0;
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
    auto index = std::make_shared<PinIndex>(PinIndex{IdMap(view.hash_seed), std::move(pins),
                                                     std::move(boards), std::move(classes),
                                                     std::move(by_pin)});
    for (std::uint32_t pin = 0; pin < view.pins; ++pin) {
      const auto versions = static_cast<std::uint32_t>(index->versions_of_pins.Of(pin).size());
      index->most_versions = std::max(index->most_versions, versions);
    }
    view.versions.ForEach([&](std::uint32_t version, const Pin& pin) {
      index->numbers.FindOrInsert(pin.id.value(), index->pin_of_version[version]);
    });
    return index;
  }

  KeptOnce<PinIndex> index_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_DICTIONARY_PIN_INDEX_H_

#ifndef PINMETRICS_SRC_STORE_DICTIONARY_ID_MAP_H_
#define PINMETRICS_SRC_STORE_DICTIONARY_ID_MAP_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "store/kernels/huge_pages.h"

namespace pinmetrics {

/// From 64-bit ids to 32-bit numbers, in two parts. Where ids are dense, as those that a counter
/// gave are, their numbers stand in a row, each at the place of its id, 4 bytes a place. All others
/// are in a hash table with linear probing, 12 bytes a slot. What is where is settled anew whenever
/// the table is full: as few ids are hashed as can be without taking more memory than hashing all
/// would.
///
/// It can fetch the memory of many ids ahead of looking at them. Maps of millions of ids miss the
/// caches at every look-up, and fetching ahead hides most of that.
///
/// The hash is seeded: without the seed nobody can choose ids that collide. Not safe from several
/// threads.
class IdMap {
 public:
  explicit IdMap(std::uint64_t seed) : seed_(seed ^ 0x2d358dccaa6c78a5) {}

  std::size_t size() const { return in_row_ + hashed_; }
  std::size_t bytes() const {
    return row_.capacity() * sizeof(std::uint32_t) + slots_.capacity() * sizeof(Slot);
  }

  /// What `bytes` becomes at most if `more` ids are put in.
  std::size_t BytesWith(std::size_t more) const {
    return HasRoomFor(more) ? bytes() : std::max(MostBytes(size() + more), bytes());
  }

  /// Inlined in any case: GCC takes a function that does nothing but this for one without effect,
  /// and leaves out calls of it.
  [[gnu::always_inline]] void Prefetch(std::uint64_t id) const {
    if (IsInRow(id)) {
      __builtin_prefetch(&row_[id - first_]);
    } else if (!slots_.empty()) {
      __builtin_prefetch(&slots_[Start(id)]);
    }
  }

  /// Inlined in any case: what GCC returns from a call it writes in two parts and reads as one,
  /// which waits for both.
  [[gnu::always_inline]] std::optional<std::uint32_t> Find(std::uint64_t id) const {
    std::uint32_t number = kFree;
    if (IsInRow(id)) {
      number = row_[id - first_];
    } else if (!slots_.empty()) {
      number = slots_[Probe(id)].number;
    }
    if (number == kFree) return std::nullopt;
    return number;
  }

  /// Takes the memory that the next `FindOrInsert` or `Set` of `id` needs, which then takes none.
  void ReserveFor(std::uint64_t id) {
    // It may be in the row afterwards.
    if (!IsInRow(id) && !HasRoomFor(1)) Grow();
  }

  /// The number of `id`; if it has none yet, it gets `number`. `number` is not 2^32-1.
  std::uint32_t FindOrInsert(std::uint64_t id, std::uint32_t number) {
    ReserveFor(id);
    if (IsInRow(id)) {
      std::uint32_t& place = row_[id - first_];
      if (place != kFree) return place;
      ++in_row_;
      return place = number;
    }
    Slot& slot = slots_[Probe(id)];
    if (slot.number != kFree) return slot.number;
    slot.set(id, number);
    ++hashed_;
    return number;
  }

  /// Gives `id` this number, whether it has one or not.
  void Set(std::uint64_t id, std::uint32_t number) {
    Erase(id);
    FindOrInsert(id, number);
  }

  /// Gives `id` this number; false, and nothing changes, if it has one.
  bool Insert(std::uint64_t id, std::uint32_t number) {
    const std::size_t before = size();
    FindOrInsert(id, number);
    return size() != before;
  }

  void Erase(std::uint64_t id) {
    if (IsInRow(id)) {
      std::uint32_t& place = row_[id - first_];
      if (place != kFree) --in_row_;
      place = kFree;
      return;
    }
    if (slots_.empty()) return;
    std::size_t hole = Probe(id);
    if (slots_[hole].number == kFree) return;
    --hashed_;
    // Moves back what would no longer be found from its start on.
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t next = (hole + 1) & mask; slots_[next].number != kFree;
         next = (next + 1) & mask) {
      const std::size_t start = Start(slots_[next].id());
      if (((next - start) & mask) >= ((next - hole) & mask)) {
        slots_[hole] = slots_[next];
        hole = next;
      }
    }
    slots_[hole].number = kFree;
  }

  /// Erases all ids whose number `goes`, in one pass over the map. If any stay it keeps memory for
  /// as many as there were: as many are likely to come.
  template <typename Goes>
  void EraseIf(Goes goes) noexcept {
    const std::size_t before = size();
    for (std::uint32_t& number : row_) {
      if (number == kFree || !goes(number)) continue;
      number = kFree;
      --in_row_;
    }
    Sweep(goes);
    KeepRoomFor(before);
  }

  /// Calls `visit(id, number)` for all, in no order.
  template <typename Visit>
  void ForEach(Visit visit) const {
    ForEachIn(0, kFree, visit);
  }

  /// The same for those whose numbers are in [first, limit); `first` is at most `limit`.
  template <typename Visit>
  void ForEachIn(std::uint32_t first, std::uint32_t limit, Visit visit) const {
    // What is free has the last number of all. With one comparison, and not one more for that, few
    // of millions take a third of the time: it mostly comes out the same.
    const auto is_in = [&](std::uint32_t number) { return number - first < limit - first; };
    for (std::size_t place = 0; place < row_.size(); ++place) {
      if (is_in(row_[place])) visit(first_ + place, row_[place]);
    }
    for (const Slot& slot : slots_) {
      if (is_in(slot.number)) visit(slot.id(), slot.number);
    }
  }

  /// Gives back the memory of ids that went long ago.
  void Trim() noexcept { KeepRoomFor(0); }

 private:
  static constexpr std::uint32_t kFree = 0xffffffff;
  /// Room for this many times the ids that there are is no waste.
  static constexpr std::size_t kRoomKept = 8;

  /// Twelve bytes: the id in two halves, so that nothing is aligned to eight.
  struct Slot {
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    std::uint32_t number = kFree;

    std::uint64_t id() const { return low | std::uint64_t{high} << 32; }
    void set(std::uint64_t id, std::uint32_t new_number) {
      low = static_cast<std::uint32_t>(id);
      high = static_cast<std::uint32_t>(id >> 32);
      number = new_number;
    }
  };

  /// True if the row has a place for `id`.
  bool IsInRow(std::uint64_t id) const { return id - first_ < row_.size(); }

  /// True if so many more can be hashed.
  bool HasRoomFor(std::size_t more) const { return slots_.size() * 2 >= (hashed_ + more) * 3; }

  /// Slots for `ids` ids: a power of two, at most two thirds full.
  static std::size_t SlotsFor(std::size_t ids) {
    if (ids == 0) return 0;
    std::size_t slots = 16;
    while (slots * 2 < ids * 3) slots *= 2;
    return slots;
  }

  /// Growing looks at all ids, those in the row too, so it makes room in proportion to all.
  static std::size_t RoomToGrow(std::size_t ids) { return ids / 16 + 1; }

  /// What so many ids take at most.
  static std::size_t MostBytes(std::size_t ids) {
    return SlotsFor(ids + RoomToGrow(ids)) * sizeof(Slot);
  }

  /// Where the search for `id` starts.
  std::size_t Start(std::uint64_t id) const {
    __extension__ using Wide = unsigned __int128;
    // Both halves of a product with a secret odd number, after a secret was mixed in.
    const Wide product = static_cast<Wide>(id ^ seed_) * ((seed_ << 1 ^ 0x8bb84b93962eacc9) | 1);
    const std::uint64_t folded =
        static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    return static_cast<std::size_t>((folded * 0x9e3779b97f4a7c15) >> shift_);
  }

  /// The slot that holds `id`, or the free one where it would go.
  std::size_t Probe(std::uint64_t id) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t i = Start(id);
    while (slots_[i].number != kFree && slots_[i].id() != id) i = (i + 1) & mask;
    return i;
  }

  /// Erases in place. An id may move back to where the search for it starts, so what stands before
  /// it has to be settled first: the walk begins behind a free slot, of which there is always one.
  template <typename Goes>
  void Sweep(Goes goes) {
    if (hashed_ == 0) return;
    const std::size_t mask = slots_.size() - 1;
    std::size_t first = 0;
    while (slots_[first].number != kFree) ++first;
    // Without a hole since the last free slot nothing moves.
    bool has_hole = false;
    for (std::size_t step = 1; step <= mask; ++step) {
      Slot& slot = slots_[(first + step) & mask];
      if (slot.number == kFree) {
        has_hole = false;
        continue;
      }
      const bool stays = !goes(slot.number);
      hashed_ -= stays ? 0 : 1;
      if (stays && !has_hole) continue;
      const Slot moved = slot;
      slot.number = kFree;
      has_hole = true;
      if (stays) slots_[Probe(moved.id())] = moved;
    }
  }

  void Grow() {
    const std::size_t room = RoomToGrow(size());
    Rebuild([&](std::size_t hashed) { return SlotsFor(hashed + room); });
  }

  /// Gives back memory, if there is more than so many ids need. An empty map needs none.
  void KeepRoomFor(std::size_t ids) {
    const std::size_t most = size() == 0 ? 0 : MostBytes(std::max(ids, size() * kRoomKept));
    if (bytes() <= most) return;
    try {
      Rebuild([](std::size_t hashed) { return SlotsFor(hashed * kRoomKept); });
    } catch (const std::bad_alloc&) {
      return;  // Without memory for a smaller map, the large one stays.
    }
  }

  /// Settles anew which ids are in the row, with `slots(hashed)` slots for the others.
  template <typename Slots>
  void Rebuild(Slots slots) {
    const std::uint64_t first = FirstId();
    const std::array<std::size_t, 65> by_bits = CountByBits(first);
    const std::size_t most_bytes = slots(size()) * sizeof(Slot);
    std::size_t places = 0;
    std::size_t hashed = size();
    std::size_t beyond = size();
    // 2^n places are for ids that are at most n bits past the first.
    for (std::size_t bits = 0; beyond > 0; ++bits) {
      const std::size_t row_bytes = sizeof(std::uint32_t) << bits;
      if (row_bytes > most_bytes) break;
      beyond -= by_bits[bits];
      if (beyond == hashed || row_bytes + slots(beyond) * sizeof(Slot) > most_bytes) continue;
      places = std::size_t{1} << bits;
      hashed = beyond;
    }

    IdMap rebuilt(seed_, first, places, slots(hashed));
    // What is in both rows goes over as it stands.
    std::size_t begin = std::min<std::uint64_t>(first - std::min(first, first_), row_.size());
    const std::uint64_t to = first_ + begin - first;
    if (to < places) {
      const std::size_t count = std::min(row_.size() - begin, places - to);
      std::copy_n(row_.data() + begin, count, rebuilt.row_.data() + to);
      begin += count;
    }
    rebuilt.in_row_ = places - CountFree(rebuilt.row_);
    for (; begin < row_.size(); ++begin) {
      if (row_[begin] != kFree) rebuilt.FindOrInsert(first_ + begin, row_[begin]);
    }
    for (const Slot& slot : slots_) {
      if (slot.number != kFree) rebuilt.FindOrInsert(slot.id(), slot.number);
    }
    *this = std::move(rebuilt);
  }

  /// The least id; if there is none, the greatest number.
  std::uint64_t FirstId() const {
    std::uint64_t first = std::numeric_limits<std::uint64_t>::max();
    for (const Slot& slot : slots_) {
      if (slot.number != kFree) first = std::min(first, slot.id());
    }
    std::size_t place = 0;
    while (place < row_.size() && row_[place] == kFree) ++place;
    return place == row_.size() ? first : std::min(first, first_ + place);
  }

  /// How many ids are so many bits past `first`, the least of them.
  std::array<std::size_t, 65> CountByBits(std::uint64_t first) const {
    std::array<std::size_t, 65> counts{};
    for (const Slot& slot : slots_) {
      if (slot.number != kFree) ++counts[std::bit_width(slot.id() - first)];
    }
    for (std::size_t begin = first - std::min(first, first_); begin < row_.size();) {
      const std::uint64_t past = first_ + begin - first;
      // As many places until it takes one more bit.
      const std::uint64_t places = past == 0 ? 1 : std::bit_floor(past) * 2 - past;
      const auto stretch = std::span(row_).subspan(begin, std::min(row_.size() - begin, places));
      counts[std::bit_width(past)] += stretch.size() - CountFree(stretch);
      begin += stretch.size();
    }
    return counts;
  }

  static std::size_t CountFree(std::span<const std::uint32_t> numbers) {
    return static_cast<std::size_t>(std::count(numbers.begin(), numbers.end(), kFree));
  }

  /// An empty map with so many places, from `first` on, and slots. `seed` is as in `seed_`.
  IdMap(std::uint64_t seed, std::uint64_t first, std::size_t places, std::size_t slots)
      : seed_(seed),
        first_(first),
        row_(Filled(places, kFree)),
        slots_(Filled(slots, Slot())),
        shift_(slots == 0 ? 64 : 64 - std::countr_zero(slots)) {}

  template <typename T>
  static std::vector<T> Filled(std::size_t size, const T& value) {
    std::vector<T> filled;
    ReserveOnHugePages(filled, size);
    filled.resize(size, value);
    return filled;
  }

  std::uint64_t seed_;
  std::uint64_t first_ = 0;         ///< The id whose place is the first of the row.
  std::vector<std::uint32_t> row_;  ///< Numbers, or `kFree`.
  std::size_t in_row_ = 0;
  std::vector<Slot> slots_;
  std::size_t hashed_ = 0;
  int shift_ = 64;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_DICTIONARY_ID_MAP_H_

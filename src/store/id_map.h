#ifndef PINMETRICS_SRC_STORE_ID_MAP_H_
#define PINMETRICS_SRC_STORE_ID_MAP_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "store/huge_pages.h"

namespace pinmetrics {

/// From 64-bit ids to 32-bit numbers: a table with linear probing, 12 bytes a slot, that can fetch
/// the memory of many ids ahead of looking at them. Tables of millions of ids miss the caches at
/// every look-up, and fetching ahead hides most of that.
///
/// The hash is seeded: without the seed nobody can choose ids that collide. Not safe from several
/// threads.
class IdMap {
 public:
  /// Which ids are likely to be looked for one after the other.
  enum class Order {
    kNone,
    kCounted,  ///< Those that a counter gave one after the other.
  };

  explicit IdMap(std::uint64_t seed, Order order = Order::kNone)
      : seed_(seed ^ 0x2d358dccaa6c78a5), neighbours_(order == Order::kCounted ? 3 : 0) {}

  std::size_t size() const { return size_; }
  std::size_t bytes() const { return slots_.capacity() * sizeof(Slot); }

  /// What `bytes` becomes if `more` ids are put in.
  std::size_t BytesWith(std::size_t more) const {
    return std::max(CapacityFor(size_ + more) * sizeof(Slot), bytes());
  }

  /// Makes room for `more` ids, so that inserting them moves nothing.
  void Reserve(std::size_t more) {
    if (HasRoomFor(more)) return;
    const std::size_t capacity = CapacityFor(size_ + more);
    if (capacity > slots_.size()) Rehash(capacity);
  }

  /// Inlined in any case: GCC takes a function that does nothing but this for one without effect,
  /// and leaves out calls of it.
  [[gnu::always_inline]] void Prefetch(std::uint64_t id) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[Start(id)]);
  }

  std::optional<std::uint32_t> Find(std::uint64_t id) const {
    if (slots_.empty()) return std::nullopt;
    const Slot& slot = slots_[Probe(id)];
    if (slot.number == kFree) return std::nullopt;
    return slot.number;
  }

  /// The number of `id`; if it has none yet, it gets `number`. `number` is not 2^32-1.
  std::uint32_t FindOrInsert(std::uint64_t id, std::uint32_t number) {
    Reserve(1);
    Slot& slot = slots_[Probe(id)];
    if (slot.number != kFree) return slot.number;
    slot.set(id, number);
    ++size_;
    return number;
  }

  /// Gives `id` this number; false, and nothing changes, if it has one.
  bool Insert(std::uint64_t id, std::uint32_t number) {
    const std::size_t before = size_;
    FindOrInsert(id, number);
    return size_ != before;
  }

  void Erase(std::uint64_t id) {
    if (slots_.empty()) return;
    std::size_t hole = Probe(id);
    if (slots_[hole].number == kFree) return;
    --size_;
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

  /// Erases all ids whose number `goes`. If any stay it keeps room for as many as have gone: as
  /// many are likely to come. One pass over the table, so that its size is no matter.
  template <typename Goes>
  void EraseIf(Goes goes) {
    const std::size_t before = size_;
    Sweep(goes);
    const std::size_t capacity = RoomFor(before);
    if (capacity < slots_.size()) Rehash(capacity);
  }

  /// Gives back the memory of ids that went long ago.
  void Trim() {
    const std::size_t capacity = RoomFor(size_);
    if (capacity < slots_.size()) Rehash(capacity);
  }

 private:
  static constexpr std::uint32_t kFree = 0xffffffff;

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

  bool HasRoomFor(std::size_t more) const { return slots_.size() * 2 >= (size_ + more) * 3; }

  /// The slots to keep for `ids` ids, and for some more than there are now.
  std::size_t RoomFor(std::size_t ids) const {
    constexpr std::size_t kRoomToGrow = 8;
    if (size_ == 0) return 0;
    return std::min(slots_.size(), CapacityFor(std::max(ids, size_ * kRoomToGrow)));
  }

  /// Slots for `ids` ids: a power of two, at most two thirds full.
  static std::size_t CapacityFor(std::size_t ids) {
    if (ids == 0) return 0;
    std::size_t capacity = 16;
    while (capacity * 2 < ids * 3) capacity *= 2;
    return capacity;
  }

  /// Where the search for `id` starts: side by side for ids that come from a counter and differ in
  /// their last two bits, so that they share what was fetched. That costs longer searches.
  std::size_t Start(std::uint64_t id) const {
    __extension__ using Wide = unsigned __int128;
    // Both halves of a product with a secret odd number, after a secret was mixed in.
    const Wide product =
        static_cast<Wide>((id & ~neighbours_) ^ seed_) * ((seed_ << 1 ^ 0x8bb84b93962eacc9) | 1);
    const std::uint64_t folded =
        static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    const auto group = static_cast<std::size_t>((folded * 0x9e3779b97f4a7c15) >> shift_);
    return (group & ~neighbours_) | (id & neighbours_);
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
    if (size_ == 0) return;
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
      size_ -= stays ? 0 : 1;
      if (stays && !has_hole) continue;
      const Slot moved = slot;
      slot.number = kFree;
      has_hole = true;
      if (stays) slots_[Probe(moved.id())] = moved;
    }
  }

  /// Moves all ids to a table of another size. A slot's place follows the order of hashes in a
  /// table of any size, so both are gone through in order.
  void Rehash(std::size_t capacity) {
    std::vector<Slot> old;
    old.reserve(capacity);
    AskForHugePages(old.data(), capacity * sizeof(Slot));
    old.resize(capacity);
    old.swap(slots_);
    shift_ = 64;
    for (std::size_t n = capacity; n > 1; n /= 2) --shift_;
    for (const Slot& slot : old) {
      if (slot.number != kFree) slots_[Probe(slot.id())] = slot;
    }
  }

  std::uint64_t seed_;
  std::uint64_t neighbours_;
  std::vector<Slot> slots_;
  std::size_t size_ = 0;
  int shift_ = 64;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_ID_MAP_H_

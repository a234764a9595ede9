#include "store/newcomers.h"

#include <algorithm>
#include <memory>

#include "store/bits.h"

namespace pinmetrics {
namespace {

using ChunkBits = std::array<std::uint64_t, kChunkWords>;

/// The viewer sets of a block, read side by side.
class DaySets {
 public:
  explicit DaySets(const Block& block) {
    for (std::uint32_t i = 0; i < sets_.size(); ++i) sets_[i] = ViewerSetCursor(block, i);
  }

  bool done() const {
    return std::all_of(sets_.begin(), sets_.end(), [](const auto& set) { return set.done(); });
  }
  /// The first chunk that any of them has left.
  std::uint32_t chunk() const {
    std::uint32_t chunk = kChunkViewers;
    for (const ViewerSetCursor& set : sets_) {
      if (!set.done()) chunk = std::min(chunk, set.chunk());
    }
    return chunk;
  }
  /// The viewers of a population in the chunk, or null if it has none there. Chunks ascend from
  /// call to call.
  const ViewerSetCursor* Find(std::uint32_t chunk, std::uint32_t population, bool engaged) {
    ViewerSetCursor& set = sets_[population * 2 + (engaged ? 1 : 0)];
    while (!set.done() && set.chunk() < chunk) set.Next();
    return set.done() || set.chunk() != chunk ? nullptr : &set;
  }
  void Skip(std::uint32_t chunk) {
    for (ViewerSetCursor& set : sets_) {
      while (!set.done() && set.chunk() <= chunk) set.Next();
    }
  }

 private:
  std::array<ViewerSetCursor, 4> sets_;
};

/// The viewers of a chunk whom no day has had so far, all of them or those who engaged: of the
/// first population, and of both.
class NewOfChunk {
 public:
  explicit NewOfChunk(bool engaged) : engaged_(engaged) {}

  void Set(DaySets& day, std::uint32_t chunk) {
    bits_[0].fill(0);
    if (const auto* set = day.Find(chunk, 0, engaged_)) Add(*set, bits_[0]);
    bits_[1] = bits_[0];
    if (const auto* set = day.Find(chunk, 1, engaged_)) Add(*set, bits_[1]);
    for (std::size_t i = 0; i < bits_.size(); ++i) {
      counts_[i] = loops_.count(bits_[i].data(), kChunkWords);
    }
  }

  /// Takes away those whom a day has.
  void Remove(DaySets& day, std::uint32_t chunk) {
    if (const auto* set = day.Find(chunk, 0, engaged_)) {
      if (const std::uint64_t* bitmap = set->bitmap()) {
        RemoveBitmap(bitmap, 0);
        RemoveBitmap(bitmap, 1);
      }
      for (const std::uint16_t viewer : set->array()) {
        RemoveOne(viewer, 0);
        RemoveOne(viewer, 1);
      }
    }
    if (const auto* set = day.Find(chunk, 1, engaged_)) {
      if (const std::uint64_t* bitmap = set->bitmap()) RemoveBitmap(bitmap, 1);
      for (const std::uint16_t viewer : set->array()) RemoveOne(viewer, 1);
    }
  }

  std::uint64_t count(bool both_populations) const { return counts_[both_populations ? 1 : 0]; }

 private:
  void Add(const ViewerSetCursor& set, ChunkBits& to) const {
    if (const std::uint64_t* bitmap = set.bitmap()) loops_.merge(bitmap, to.data(), kChunkWords);
    for (const std::uint16_t viewer : set.array()) to[viewer / 64] |= BitOf(viewer);
  }
  void RemoveBitmap(const std::uint64_t* bitmap, std::size_t from) {
    counts_[from] = loops_.subtract_and_count(bitmap, bits_[from].data(), kChunkWords);
  }
  void RemoveOne(std::uint16_t viewer, std::size_t from) {
    std::uint64_t& word = bits_[from][viewer / 64];
    if ((word & BitOf(viewer)) == 0) return;
    word &= ~BitOf(viewer);
    --counts_[from];
  }
  static std::uint64_t BitOf(std::uint16_t viewer) { return std::uint64_t{1} << viewer % 64; }

  const BitLoops& loops_ = BestBitLoops();
  bool engaged_;
  /// Of the first population, and of both.
  std::array<ChunkBits, 2> bits_;
  std::array<std::uint64_t, 2> counts_ = {};
};

}  // namespace

Newcomers::Newcomers(std::span<const Block* const> days) {
  days = days.first(std::min<std::size_t>(days.size(), kDays));
  std::array<std::vector<std::uint32_t>, kKinds> counts;
  for (auto& of_kind : counts) of_kind.resize(days.size());
  std::vector<std::unique_ptr<DaySets>> sets;
  for (const Block* block : days) {
    sets.push_back(block != nullptr ? std::make_unique<DaySets>(*block) : nullptr);
  }
  // Chunk by chunk, so that who is new stays in the processor's caches.
  std::array<NewOfChunk, 2> news = {NewOfChunk(/*engaged=*/false), NewOfChunk(/*engaged=*/true)};
  DaySets& today = *sets.front();
  while (!today.done()) {
    const std::uint32_t chunk = today.chunk();
    for (std::size_t day = 0; day < sets.size(); ++day) {
      for (std::size_t engaged = 0; engaged < news.size(); ++engaged) {
        NewOfChunk& of_chunk = news[engaged];
        if (day == 0) {
          of_chunk.Set(today, chunk);
        } else if (sets[day] != nullptr) {
          of_chunk.Remove(*sets[day], chunk);
        }
        for (const bool both : {false, true}) {
          counts[KindOf(both, engaged != 0)][day] +=
              static_cast<std::uint32_t>(of_chunk.count(both));
        }
      }
    }
    today.Skip(chunk);
  }
  for (std::size_t kind = 0; kind < kKinds; ++kind) {
    std::vector<std::uint32_t>& of_kind = counts[kind];
    while (of_kind.size() > 1 && of_kind.back() == of_kind[of_kind.size() - 2]) of_kind.pop_back();
    counts_.insert(counts_.end(), of_kind.begin(), of_kind.end());
    starts_[kind + 1] = static_cast<std::uint16_t>(counts_.size());
  }
  counts_.shrink_to_fit();
}

std::int64_t Newcomers::Count(bool both_populations, bool engaged, std::int64_t days_before) const {
  const std::size_t kind = KindOf(both_populations, engaged);
  const std::size_t index = starts_[kind] + static_cast<std::size_t>(days_before);
  return counts_[std::min<std::size_t>(index, starts_[kind + 1] - std::size_t{1})];
}

}  // namespace pinmetrics

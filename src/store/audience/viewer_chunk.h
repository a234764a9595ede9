#ifndef PINMETRICS_SRC_STORE_AUDIENCE_VIEWER_CHUNK_H_
#define PINMETRICS_SRC_STORE_AUDIENCE_VIEWER_CHUNK_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace pinmetrics {

/// The viewers that a day has in one chunk: the union of bitmaps of `kChunkWords`, and of runs of
/// numbers below `kChunkViewers`, in which a number may stand again. Views of what its sources
/// hold.
class ChunkOfDay {
 public:
  void Clear() {
    bitmaps_.clear();
    runs_.clear();
    viewers_ = 0;
  }
  void AddBitmap(const std::uint64_t* bitmap) { bitmaps_.push_back(bitmap); }
  void AddRun(std::span<const std::uint16_t> run) {
    runs_.push_back(run);
    viewers_ += run.size();
  }
  void AddAll(const ChunkOfDay& other) {
    bitmaps_.insert(bitmaps_.end(), other.bitmaps_.begin(), other.bitmaps_.end());
    runs_.insert(runs_.end(), other.runs_.begin(), other.runs_.end());
    viewers_ += other.viewers_;
  }

  const std::vector<const std::uint64_t*>& bitmaps() const { return bitmaps_; }
  const std::vector<std::span<const std::uint16_t>>& runs() const { return runs_; }
  /// In the runs.
  std::size_t viewers() const { return viewers_; }
  bool empty() const { return bitmaps_.empty() && runs_.empty(); }

 private:
  std::vector<const std::uint64_t*> bitmaps_;
  std::vector<std::span<const std::uint16_t>> runs_;
  std::size_t viewers_ = 0;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_AUDIENCE_VIEWER_CHUNK_H_

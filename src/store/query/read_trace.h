#ifndef PINMETRICS_SRC_STORE_QUERY_READ_TRACE_H_
#define PINMETRICS_SRC_STORE_QUERY_READ_TRACE_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "store/block/block.h"

namespace pinmetrics {

/// How many bytes of each table, and of the new viewers of days, were read.
class ReadTrace {
 public:
  void Add(Block::Table table, std::size_t bytes) { bytes_[table] += bytes; }
  void AddAll(const Block& block, Block::Table table) { Add(table, block.BytesOf(table)); }
  /// `part` of a table of viewers: population * 2 + engaged.
  void AddPart(const Block& block, Block::Table table, std::uint32_t part) {
    Add(table, block.At(table, part).size());
  }
  std::size_t bytes(Block::Table table) const { return bytes_[table]; }

  void AddNewViewers(std::size_t bytes) { new_viewer_bytes_ += bytes; }
  std::size_t new_viewer_bytes() const { return new_viewer_bytes_; }

 private:
  std::array<std::size_t, Block::kTables> bytes_ = {};
  std::size_t new_viewer_bytes_ = 0;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_QUERY_READ_TRACE_H_

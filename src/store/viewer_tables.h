#ifndef PINMETRICS_SRC_STORE_VIEWER_TABLES_H_
#define PINMETRICS_SRC_STORE_VIEWER_TABLES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "pinmetrics/store/block.h"
#include "store/pin_rows.h"

namespace pinmetrics {

/// The events of a block that is being packed, in its order, as far as viewers are concerned.
struct ViewedEvents {
  std::span<const PinRows> pins;         ///< In the order of the block.
  std::span<const std::uint16_t> codes;  ///< Of each event.
  const std::byte* viewers;              ///< In the form of `Block::kViewers`.
  std::uint32_t viewer_bytes;
  std::uint32_t viewer_limit;
};

/// What a block says of its viewers, in the form of the tables of these names.
struct ViewerTables {
  std::vector<std::byte> sets;
  std::vector<std::byte> lists;
  std::vector<std::byte> list_classes;                          ///< Empty, unless asked for.
  std::array<std::uint64_t, kPopulations> viewer_counts = {};   ///< `Block::Totals::viewers`.
  std::array<std::uint64_t, kPopulations> engaged_counts = {};  ///< `Block::Totals::engaged`.
};

/// `with_classes`: needs at most `Block::kMaxListClasses` of them.
ViewerTables WriteViewerTables(const ViewedEvents& events, bool with_classes);

/// Checks these tables of a block whose header and class keys have been checked. InvalidArgument
/// names the table and what is wrong with it.
absl::Status CheckViewerTables(const Block& block);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_VIEWER_TABLES_H_

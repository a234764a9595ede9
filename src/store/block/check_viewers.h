#ifndef PINMETRICS_SRC_STORE_BLOCK_CHECK_VIEWERS_H_
#define PINMETRICS_SRC_STORE_BLOCK_CHECK_VIEWERS_H_

#include "absl/status/status.h"
#include "store/block/block.h"

namespace pinmetrics {

/// Checks the tables of viewers of a block whose header and class keys have been checked.
/// InvalidArgument names the table and what is wrong with it.
absl::Status CheckViewers(const Block& block);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_BLOCK_CHECK_VIEWERS_H_

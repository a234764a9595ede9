#ifndef PINMETRICS_SRC_STORE_BLOCK_EVENT_ENCODING_H_
#define PINMETRICS_SRC_STORE_BLOCK_EVENT_ENCODING_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/time/time.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/fault.h"

namespace pinmetrics {

/// What a store keeps of an event that is in the event alone.
struct EncodedEvent {
  static constexpr std::uint16_t kRefused = 0xffff;

  std::uint32_t play_ms = 0;
  std::uint16_t code = kRefused;  ///< As in `event_code`; `kRefused` if the event is not good.
};

/// A batch, checked and encoded as far as that takes no look at the store.
struct EncodedBatch {
  /// A few take no memory beside this.
  absl::InlinedVector<EncodedEvent, 8> events;
  /// Those that are not good, ascending.
  std::vector<Refusal> refused;
};

EncodedBatch Encode(std::span<const Event> events, absl::Time now);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_BLOCK_EVENT_ENCODING_H_

#include "store/block/event_encoding.h"

#include <cstddef>
#include <optional>
#include <utility>

#include "pinmetrics/metrics/tally.h"
#include "store/block/block.h"
#include "store/block/event_code.h"

namespace pinmetrics {
namespace {

static_assert(event_code::kCodes <= EncodedEvent::kRefused);

std::uint32_t KindOf(const Event& event) {
  if (!event.playback) return static_cast<std::uint32_t>(event.action);
  const Playback& playback = *event.playback;
  return event_code::kFirstPlaybackKind + (playback.half_visible >= kVideoViewHalfVisible ? 1 : 0) +
         (playback.play_time >= kTenSecondPlayTime ? 2 : 0) +
         (playback.progress >= kPlayedTo95PercentProgress ? 4 : 0);
}

std::uint16_t CodeOf(const Event& event) {
  return event_code::Code(KindOf(event),
                          event_code::Combo(static_cast<std::uint32_t>(event.device),
                                            static_cast<std::uint32_t>(event.content_type),
                                            static_cast<std::uint32_t>(event.age),
                                            static_cast<std::uint32_t>(event.gender)));
}

}  // namespace

EncodedBatch Encode(std::span<const Event> events, absl::Time now) {
  EncodedBatch batch;
  batch.events.resize(events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    if (std::optional<Fault> fault = Check(event, now)) {
      batch.refused.push_back({i, *std::move(fault)});
      continue;
    }
    EncodedEvent& encoded = batch.events[i];
    encoded.code = CodeOf(event);
    if (event.playback) {
      encoded.play_ms =
          static_cast<std::uint32_t>(absl::ToInt64Milliseconds(event.playback->play_time));
    }
  }
  return batch;
}

}  // namespace pinmetrics

#ifndef PINMETRICS_TESTS_EXPORT_SAMPLE_EVENTS_H_
#define PINMETRICS_TESTS_EXPORT_SAMPLE_EVENTS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "pinmetrics/export/arrow_events.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/fault.h"
#include "tests/export/arrow/node.h"

/// Batches of events that are as they should be, and what reading a stream gives.

namespace pinmetrics {

inline constexpr std::int64_t kSampleMs = 1'795'435'200'123;
inline const absl::Time kSampleTime = absl::FromUnixMillis(kSampleMs);

template <typename T>
using Optionals = std::vector<std::optional<T>>;
using OptionalTexts = Optionals<std::string>;

/// Three rows of every column: an impression, a save and a playback.
inline ArrowNode SampleBatch() {
  const Optionals<std::int64_t> micros = {kSampleMs * 1000, kSampleMs * 1000, kSampleMs * 1000};
  return BatchNode({
      FixedNode<std::int64_t>("time", "tsu:Europe/Oslo", micros),
      DictionaryNode(FixedNode<std::int8_t>("action", "c", {1, 0, 2}),
                     TextNode("", {"save", "impression", "playback"})),
      FixedNode<std::uint64_t>("pin_id", "L", {7, ~std::uint64_t{0}, 0}),
      FixedNode<std::int32_t>("event_id", "i", {1, std::nullopt, 3}),
      FixedNode<std::uint16_t>("viewer_id", "S", {std::nullopt, 65'535, 3}),
      TextNode("device", {"mobile", std::nullopt, "tablet"}),
      TextNode("content_type", {"paid", "earned", std::nullopt}, "U"),
      DictionaryNode(FixedNode<std::uint32_t>("age", "I", {0, std::nullopt, 1}),
                     TextNode("", {"65+", std::nullopt}, "U")),
      ArrowNode{.format = "n", .name = "gender", .length = 3, .null_count = 3},
      FixedNode<std::int64_t>("play_time_ms", "tDn", {std::nullopt, std::nullopt, 5'000'000'000}),
      FixedNode<std::uint32_t>("half_visible_ms", "I", {std::nullopt, std::nullopt, 2000}),
      FixedNode<float>("progress", "f", {std::nullopt, std::nullopt, 0.5F}),
  });
}

/// The places of the columns in `SampleBatch`.
enum SampleColumn : std::size_t {
  kTimeColumn,
  kActionColumn,
  kPinColumn,
  kEventColumn,
  kViewerColumn,
  kDeviceColumn,
  kContentTypeColumn,
  kAgeColumn,
  kGenderColumn,
  kPlayTimeColumn,
  kHalfVisibleColumn,
  kProgressColumn,
};

/// What `SampleBatch` says.
inline std::vector<Event> SampleEvents() {
  return {{.id = EventId(1),
           .time = kSampleTime,
           .pin = PinId(7),
           .action = Action::kImpression,
           .device = Device::kMobile,
           .content_type = ContentType::kPaid,
           .age = Age::k65Plus},
          {.time = kSampleTime,
           .pin = PinId(~std::uint64_t{0}),
           .viewer = ViewerId(65'535),
           .action = Action::kSave,
           .content_type = ContentType::kEarned},
          {.id = EventId(3),
           .time = kSampleTime,
           .pin = PinId(0),
           .viewer = ViewerId(3),
           .action = Action::kPlayback,
           .device = Device::kTablet,
           .playback = Playback{
               .play_time = absl::Seconds(5), .half_visible = absl::Seconds(2), .progress = 0.5}}};
}

/// All that a stream gave.
struct ReadEvents {
  absl::Status status = {};
  std::vector<Event> events = {};
  std::vector<std::size_t> rows = {};
  std::vector<Refusal> refused = {};
  /// How many rows each call of the sink got.
  std::vector<std::size_t> pieces = {};
};

inline ReadEvents ReadAll(ArrowArrayStream stream, const ArrowEventOptions& options = {}) {
  ReadEvents read;
  const ArrowEventSink sink = [&read](const ArrowEventBatch& batch) {
    read.events.insert(read.events.end(), batch.events.begin(), batch.events.end());
    read.rows.insert(read.rows.end(), batch.rows.begin(), batch.rows.end());
    read.refused.insert(read.refused.end(), batch.refused.begin(), batch.refused.end());
    read.pieces.push_back(batch.events.size() + batch.refused.size());
    return absl::OkStatus();
  };
  read.status = ReadArrowEvents(&stream, sink, options);
  return read;
}

inline ReadEvents ReadAll(ArrowScript script, const ArrowEventOptions& options = {}) {
  ArrowLedger ledger;
  return ReadAll(ExportStream(std::move(script), ledger), options);
}

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_EXPORT_SAMPLE_EVENTS_H_

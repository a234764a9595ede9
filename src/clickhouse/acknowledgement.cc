#include "clickhouse/acknowledgement.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <utility>

#include "clickhouse/byte_reader.h"
#include "clickhouse/event_rows.h"

namespace pinmetrics {
namespace {

/// The fields that an event can be refused for, by their numbers. Frozen: the tables hold them.
constexpr std::array<std::string_view, 11> kFields = {
    "time",   "pin",      "action",    "device",       "content_type", "age",
    "gender", "playback", "play_time", "half_visible", "progress"};

}  // namespace

std::string WriteRefusals(std::span<const Refusal> refused) {
  std::string bytes;
  for (const auto& [index, fault] : refused) {
    const auto field = std::find(kFields.begin(), kFields.end(), fault.field);
    AppendNumber(static_cast<std::uint64_t>(index), bytes);
    AppendNumber(static_cast<std::uint8_t>(fault.kind), bytes);
    AppendNumber(static_cast<std::uint8_t>(std::distance(kFields.begin(), field)), bytes);
    AppendNumber(static_cast<std::uint32_t>(fault.reason.size()), bytes);
    bytes += fault.reason;
  }
  return bytes;
}

std::optional<std::vector<Refusal>> ReadRefusals(std::string_view bytes) {
  constexpr std::size_t kNumbers = 8 + 1 + 1 + 4;
  std::vector<Refusal> refused;
  ByteReader reader(bytes);
  while (reader.left() > 0) {
    if (reader.left() < kNumbers) return std::nullopt;
    const std::uint64_t index = reader.Number(8);
    const std::uint64_t kind = reader.Number(1);
    const std::uint64_t field = reader.Number(1);
    std::optional<std::string> reason = reader.Bytes(reader.Number(4));
    if (!reason || field >= kFields.size() || kind >= EnumNames<FaultKind>::kNames.size()) {
      return std::nullopt;
    }
    refused.push_back({static_cast<std::size_t>(index),
                       {static_cast<FaultKind>(kind), kFields[field], *std::move(reason)}});
  }
  return refused;
}

}  // namespace pinmetrics

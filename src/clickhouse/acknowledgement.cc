#include "clickhouse/acknowledgement.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

#define XXH_INLINE_ALL  // Compiled in here, so that nobody links a library for it.
#include <xxhash.h>

#include "clickhouse/event_rows.h"

namespace pinmetrics {
namespace {

/// The fields that an event can be refused for, by their numbers. Frozen: the tables hold them.
constexpr std::array<std::string_view, 11> kFields = {
    "time",   "pin",      "action",    "device",       "content_type", "age",
    "gender", "playback", "play_time", "half_visible", "progress"};

/// Takes a number from the front of bytes, as `AppendNumber` wrote it; nothing if it was cut.
template <typename T>
std::optional<T> TakeNumber(std::string_view& bytes) {
  if (bytes.size() < sizeof(T)) return std::nullopt;
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    number |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  }
  bytes.remove_prefix(sizeof(T));
  return static_cast<T>(number);
}

}  // namespace

BatchKey BatchKeyOf(std::string_view key) {
  const XXH128_hash_t hash = XXH3_128bits(key.data(), key.size());
  return {hash.high64, hash.low64};
}

std::uint64_t ZoneNumber(std::string_view name) { return XXH3_64bits(name.data(), name.size()); }

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
  std::vector<Refusal> refused;
  while (!bytes.empty()) {
    const auto index = TakeNumber<std::uint64_t>(bytes);
    const auto kind = TakeNumber<std::uint8_t>(bytes);
    const auto field = TakeNumber<std::uint8_t>(bytes);
    const auto length = TakeNumber<std::uint32_t>(bytes);
    if (!index || !kind || !field || !length) return std::nullopt;
    if (*length > bytes.size() || *field >= kFields.size() ||
        *kind >= EnumNames<FaultKind>::kNames.size()) {
      return std::nullopt;
    }
    refused.push_back(
        {static_cast<std::size_t>(*index),
         {static_cast<FaultKind>(*kind), kFields[*field], std::string(bytes.substr(0, *length))}});
    bytes.remove_prefix(*length);
  }
  return refused;
}

}  // namespace pinmetrics

#ifndef PINMETRICS_SRC_STORE_BLOCK_TABLE_BYTES_H_
#define PINMETRICS_SRC_STORE_BLOCK_TABLE_BYTES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "store/block/block_format.h"

/// How tables of a block are put into bytes.

namespace pinmetrics {

template <typename T>
void AppendBytes(std::vector<std::byte>& to, const T& value) {
  const auto* bytes = reinterpret_cast<const std::byte*>(&value);
  to.insert(to.end(), bytes, bytes + sizeof(T));
}

template <typename T>
void AppendAll(std::vector<std::byte>& to, const std::vector<T>& values) {
  const auto* bytes = reinterpret_cast<const std::byte*>(values.data());
  to.insert(to.end(), bytes, bytes + values.size() * sizeof(T));
}

inline void Pad(std::vector<std::byte>& bytes) { bytes.resize(RoundUpTo8(bytes.size())); }

/// A table of four parts behind its directory: where each begins, and where the last one ends.
inline std::vector<std::byte> TableOfParts(const std::array<std::vector<std::byte>, 4>& parts) {
  std::array<std::uint32_t, 6> offsets{};
  offsets[0] = sizeof(offsets);
  for (std::size_t i = 0; i < 4; ++i) {
    offsets[i + 1] = offsets[i] + static_cast<std::uint32_t>(parts[i].size());
  }
  std::vector<std::byte> table;
  table.reserve(offsets[4]);
  AppendBytes(table, offsets);
  for (const std::vector<std::byte>& part : parts) AppendAll(table, part);
  return table;
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_BLOCK_TABLE_BYTES_H_

#ifndef PINMETRICS_TESTS_DURABLE_SEGMENT_VERSION_H_
#define PINMETRICS_TESTS_DURABLE_SEGMENT_VERSION_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "store/block/checksum.h"

namespace pinmetrics {

/// Makes a segment of the log one of another version, with the checksum that
/// docs/durable-format.md says its head has.
inline void SetSegmentVersion(std::vector<std::byte>& segment, std::uint32_t version) {
  std::memcpy(segment.data() + 8, &version, sizeof(version));
  std::uint32_t number = 0;
  std::uint64_t uuid[2];
  std::memcpy(&number, segment.data() + 12, sizeof(number));
  std::memcpy(uuid, segment.data() + 16, sizeof(uuid));
  const std::uint64_t checksum =
      Checksum(std::span(segment).first(48), uuid[0] ^ (uuid[1] * 3) ^ number);
  std::memcpy(segment.data() + 48, &checksum, sizeof(checksum));
}

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_DURABLE_SEGMENT_VERSION_H_

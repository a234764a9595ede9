#ifndef PINMETRICS_SRC_CLICKHOUSE_ACKNOWLEDGEMENT_H_
#define PINMETRICS_SRC_CLICKHOUSE_ACKNOWLEDGEMENT_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pinmetrics/model/fault.h"

namespace pinmetrics {

/// A batch key in the tables. 128 bits, since another batch under an equal number would be lost.
struct BatchKey {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  friend bool operator==(const BatchKey&, const BatchKey&) = default;
};

/// Frozen: the tables hold it.
BatchKey BatchKeyOf(std::string_view key);

/// How a reporting zone is told from another. Frozen: the tables hold it.
std::uint64_t ZoneNumber(std::string_view name);

///@{
/// Refusals of events as bytes, so that a batch that comes again is told the same. Nothing if the
/// bytes are none.
std::string WriteRefusals(std::span<const Refusal> refused);
std::optional<std::vector<Refusal>> ReadRefusals(std::string_view bytes);
///@}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_CLICKHOUSE_ACKNOWLEDGEMENT_H_

#ifndef PINMETRICS_SRC_CLICKHOUSE_ACKNOWLEDGEMENT_H_
#define PINMETRICS_SRC_CLICKHOUSE_ACKNOWLEDGEMENT_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pinmetrics/model/fault.h"

namespace pinmetrics {

///@{
/// Refusals of events as bytes, so that a batch that comes again is told the same. Nothing if the
/// bytes are none.
std::string WriteRefusals(std::span<const Refusal> refused);
std::optional<std::vector<Refusal>> ReadRefusals(std::string_view bytes);
///@}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_CLICKHOUSE_ACKNOWLEDGEMENT_H_

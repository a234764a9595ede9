#ifndef PINMETRICS_SRC_EXPORT_ARROW_FORMAT_H_
#define PINMETRICS_SRC_EXPORT_ARROW_FORMAT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pinmetrics {

enum class ArrowKind : std::uint8_t {
  kNull,  ///< All values are null; there are no buffers.
  kInteger,
  kFloat,
  kTimestamp,
  kDuration,
  kText,
};

enum class ArrowTimeUnit : std::uint8_t { kSecond, kMilli, kMicro, kNano };

/// One of those of Arrow's types that a column of events can have.
struct ArrowType {
  ArrowKind kind = ArrowKind::kNull;
  /// The bytes of a value; of text, those of an offset.
  std::size_t width = 0;
  bool is_signed = false;                      ///< Of integers.
  ArrowTimeUnit unit = ArrowTimeUnit::kMilli;  ///< Of timestamps and durations.
};

/// The type that a schema's format string says; nothing if it is none of these.
std::optional<ArrowType> ParseArrowFormat(std::string_view format);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_ARROW_FORMAT_H_

#ifndef PINMETRICS_SRC_EXPORT_ARROW_VIEW_H_
#define PINMETRICS_SRC_EXPORT_ARROW_VIEW_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "export/arrow/format.h"
#include "pinmetrics/export/arrow_abi.h"

namespace pinmetrics {

/// The type of a column: of its values or, with a dictionary, of its indexes and their texts.
struct ArrowColumnType {
  ArrowType values = {};
  std::optional<ArrowType> dictionary = {};
};

/// A whole number of any of Arrow's integer types.
struct ArrowInteger {
  bool negative = false;
  std::uint64_t bits = 0;  ///< The number; if negative, in two's complement.
};

/// The values of one array, which was looked at from end to end: cells can be read without checks.
/// Points into the array, which must outlive it. Buffers may have any alignment.
class ArrowView {
 public:
  /// InvalidArgument, with what is wrong and what would be right, if the array contradicts its type
  /// or itself, or has fewer than `rows` values. Reads the buffers as far as the array's length and
  /// offset say.
  ///
  /// Producers hand over slices as the same children again and again, each time with other rows,
  /// and one dictionary with every batch. So what `before` has too is not read again: an array of
  /// the same type that was opened without an error and is not released yet. May be null.
  static absl::StatusOr<ArrowView> Open(const ArrowArray& array, const ArrowColumnType& type,
                                        std::int64_t rows, const ArrowArray* before);

  const ArrowType& type() const { return type_; }

  /// True if the value is null, or stands for a null of the dictionary.
  bool IsNull(std::int64_t row) const;

  /// The value, which is not null and of that kind. Text may be behind a dictionary.
  ArrowInteger Integer(std::int64_t row) const;
  double Float(std::int64_t row) const;
  absl::Time Timestamp(std::int64_t row) const;
  absl::Duration Duration(std::int64_t row) const;
  std::string_view Text(std::int64_t row) const;

 private:
  /// Reads what the pointers point to.
  absl::Status CheckValues(std::int64_t null_count) const;
  absl::Status CheckNulls(std::int64_t null_count) const;
  absl::Status CheckTexts() const;
  absl::Status CheckIndexes() const;

  /// Where the value is, or with `kText` its offset.
  const char* At(std::int64_t row) const;
  std::int64_t TextOffset(std::int64_t row) const;

  ArrowType type_;
  std::int64_t offset_ = 0;
  std::int64_t length_ = 0;
  const std::uint8_t* validity_ = nullptr;  ///< A bit for each value; null: no nulls.
  const char* values_ = nullptr;            ///< Values, indexes or offsets.
  const char* text_ = nullptr;
  std::unique_ptr<const ArrowView> dictionary_;
};

/// Checks the parts that arrays of every type have: that the array is not released, that its counts
/// are possible and its buffers there, `buffers` of them.
absl::Status CheckArrowArray(const ArrowArray& array, std::int64_t buffers);

/// How many of `length` bits from bit `offset` on are 0.
std::int64_t CountZeros(const std::uint8_t* bits, std::int64_t offset, std::int64_t length);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_ARROW_VIEW_H_

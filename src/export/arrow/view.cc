#include "export/arrow/view.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace pinmetrics {
namespace {

// So that a position times the bytes of a value stays within 64 bits.
constexpr std::int64_t kMostValues = std::numeric_limits<std::int64_t>::max() / 16;

template <typename T>
T Load(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof(value));
  return value;
}

template <typename Signed, typename Unsigned>
ArrowInteger LoadInteger(const char* at, bool is_signed) {
  if (!is_signed) return {.bits = Load<Unsigned>(at)};
  const auto value = Load<Signed>(at);
  return {.negative = value < 0, .bits = static_cast<std::uint64_t>(value)};
}

bool BitAt(const std::uint8_t* bits, std::int64_t position) {
  return (bits[position / 8] >> (position % 8) & 1) != 0;
}

std::int64_t BuffersOf(ArrowKind kind) {
  if (kind == ArrowKind::kNull) return 0;
  return kind == ArrowKind::kText ? 3 : 2;
}

/// Whether both, of one column type, have the same memory. While neither is released, it has the
/// same values.
bool IsSameArray(const ArrowArray& a, const ArrowArray& b) {
  if (a.length != b.length || a.offset != b.offset || a.null_count != b.null_count) return false;
  if (!std::equal(a.buffers, a.buffers + a.n_buffers, b.buffers, b.buffers + b.n_buffers)) {
    return false;
  }
  return a.dictionary == nullptr || IsSameArray(*a.dictionary, *b.dictionary);
}

}  // namespace

std::int64_t CountZeros(const std::uint8_t* bits, std::int64_t offset, std::int64_t length) {
  std::int64_t zeros = 0;
  const std::int64_t end = offset + length;
  std::int64_t at = offset;
  for (; at < end && at % 8 != 0; ++at) zeros += BitAt(bits, at) ? 0 : 1;
  for (; end - at >= 8; at += 8) zeros += 8 - std::popcount(bits[at / 8]);
  for (; at < end; ++at) zeros += BitAt(bits, at) ? 0 : 1;
  return zeros;
}

absl::Status CheckArrowArray(const ArrowArray& array, std::int64_t buffers) {
  if (array.release == nullptr) {
    return absl::InvalidArgumentError("the array is released, expected one with values");
  }
  if (array.length < 0) {
    return absl::InvalidArgumentError(absl::StrCat("the length of ", array.length, " is negative"));
  }
  if (array.offset < 0) {
    return absl::InvalidArgumentError(absl::StrCat("the offset of ", array.offset, " is negative"));
  }
  if (array.length > kMostValues || array.offset > kMostValues - array.length) {
    return absl::InvalidArgumentError(absl::StrCat("the offset of ", array.offset,
                                                   " and the length of ", array.length,
                                                   " are more than memory holds"));
  }
  if (array.null_count < -1 || array.null_count > array.length) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the null_count of ", array.null_count, " is outside -1..", array.length, ", the length"));
  }
  if (array.n_buffers != buffers) {
    return absl::InvalidArgumentError(
        absl::StrCat("has ", array.n_buffers, " buffers, expected ", buffers));
  }
  if (buffers > 0 && array.buffers == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("the list of buffers is a null pointer, expected one of ", buffers));
  }
  return absl::OkStatus();
}

absl::StatusOr<ArrowView> ArrowView::Open(const ArrowArray& array, const ArrowColumnType& type,
                                          std::int64_t rows, const ArrowArray* before) {
  const ArrowKind kind = type.values.kind;
  if (absl::Status status = CheckArrowArray(array, BuffersOf(kind)); !status.ok()) return status;
  if (array.length < rows) {
    return absl::InvalidArgumentError(
        absl::StrCat("has ", array.length, " values, expected one for each of ", rows, " rows"));
  }
  if (array.n_children != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("has ", array.n_children, " children, expected none"));
  }
  if ((array.dictionary != nullptr) != type.dictionary.has_value()) {
    return absl::InvalidArgumentError(type.dictionary
                                          ? "has no dictionary, expected one as in the schema"
                                          : "has a dictionary, expected none as in the schema");
  }

  ArrowView view;
  view.type_ = type.values;
  view.offset_ = array.offset;
  view.length_ = array.length;
  if (kind == ArrowKind::kNull) return view;

  view.validity_ = static_cast<const std::uint8_t*>(array.buffers[0]);
  view.values_ = static_cast<const char*>(array.buffers[1]);
  if (kind == ArrowKind::kText) view.text_ = static_cast<const char*>(array.buffers[2]);
  if (type.dictionary) {
    absl::StatusOr<ArrowView> texts = Open(*array.dictionary, {.values = *type.dictionary}, 0,
                                           before == nullptr ? nullptr : before->dictionary);
    if (!texts.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("dictionary: ", texts.status().message()));
    }
    view.dictionary_ = std::make_unique<const ArrowView>(*std::move(texts));
  }
  if (before == nullptr || !IsSameArray(array, *before)) {
    if (absl::Status status = view.CheckValues(array.null_count); !status.ok()) return status;
  }
  return view;
}

absl::Status ArrowView::CheckValues(std::int64_t null_count) const {
  if (absl::Status status = CheckNulls(null_count); !status.ok()) return status;
  if (values_ == nullptr && length_ > 0) {
    return absl::InvalidArgumentError("the buffer of values is a null pointer, expected values");
  }
  if (type_.kind == ArrowKind::kText) return CheckTexts();
  return dictionary_ == nullptr ? absl::OkStatus() : CheckIndexes();
}

absl::Status ArrowView::CheckNulls(std::int64_t null_count) const {
  if (validity_ == nullptr) {
    if (null_count <= 0) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat("the null_count is ", null_count, ", but the validity bitmap a null pointer"));
  }
  if (null_count == -1) return absl::OkStatus();
  const std::int64_t nulls = CountZeros(validity_, offset_, length_);
  if (nulls == null_count) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "the null_count is ", null_count, ", but the validity bitmap has ", nulls, " nulls"));
}

absl::Status ArrowView::CheckTexts() const {
  if (length_ == 0) return absl::OkStatus();
  const std::int64_t first = TextOffset(0);
  if (first < 0) {
    return absl::InvalidArgumentError(absl::StrCat("the text offset of ", first, " is negative"));
  }
  std::int64_t last = first;
  for (std::int64_t row = 0; row < length_; ++row) {
    const std::int64_t end = TextOffset(row + 1);
    if (end < last) {
      return absl::InvalidArgumentError(absl::StrCat("the text of value ", row, " ends at ", end,
                                                     ", before it begins at ", last));
    }
    last = end;
  }
  if (text_ == nullptr && last > first) {
    return absl::InvalidArgumentError(
        absl::StrCat("the buffer of text is a null pointer, expected ", last, " bytes"));
  }
  return absl::OkStatus();
}

absl::Status ArrowView::CheckIndexes() const {
  for (std::int64_t row = 0; row < length_; ++row) {
    if (validity_ != nullptr && !BitAt(validity_, offset_ + row)) continue;
    const ArrowInteger index = Integer(row);
    if (!index.negative && index.bits < static_cast<std::uint64_t>(dictionary_->length_)) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("the index of value ", row, ", ",
                     index.negative ? std::to_string(static_cast<std::int64_t>(index.bits))
                                    : std::to_string(index.bits),
                     ", is outside the dictionary, which has ", dictionary_->length_, " values"));
  }
  return absl::OkStatus();
}

const char* ArrowView::At(std::int64_t row) const {
  return values_ + (offset_ + row) * static_cast<std::int64_t>(type_.width);
}

std::int64_t ArrowView::TextOffset(std::int64_t row) const {
  return type_.width == 4 ? Load<std::int32_t>(At(row)) : Load<std::int64_t>(At(row));
}

bool ArrowView::IsNull(std::int64_t row) const {
  if (type_.kind == ArrowKind::kNull) return true;
  if (validity_ != nullptr && !BitAt(validity_, offset_ + row)) return true;
  return dictionary_ != nullptr &&
         dictionary_->IsNull(static_cast<std::int64_t>(Integer(row).bits));
}

ArrowInteger ArrowView::Integer(std::int64_t row) const {
  const char* const at = At(row);
  switch (type_.width) {
    case 1:
      return LoadInteger<std::int8_t, std::uint8_t>(at, type_.is_signed);
    case 2:
      return LoadInteger<std::int16_t, std::uint16_t>(at, type_.is_signed);
    case 4:
      return LoadInteger<std::int32_t, std::uint32_t>(at, type_.is_signed);
    default:
      return LoadInteger<std::int64_t, std::uint64_t>(at, type_.is_signed);
  }
}

double ArrowView::Float(std::int64_t row) const {
  return type_.width == 4 ? static_cast<double>(Load<float>(At(row))) : Load<double>(At(row));
}

absl::Time ArrowView::Timestamp(std::int64_t row) const {
  return absl::UnixEpoch() + Duration(row);
}

absl::Duration ArrowView::Duration(std::int64_t row) const {
  const auto count = Load<std::int64_t>(At(row));
  switch (type_.unit) {
    case ArrowTimeUnit::kSecond:
      return absl::Seconds(count);
    case ArrowTimeUnit::kMilli:
      return absl::Milliseconds(count);
    case ArrowTimeUnit::kMicro:
      return absl::Microseconds(count);
    case ArrowTimeUnit::kNano:
      return absl::Nanoseconds(count);
  }
  return absl::ZeroDuration();
}

std::string_view ArrowView::Text(std::int64_t row) const {
  if (dictionary_ != nullptr) {
    return dictionary_->Text(static_cast<std::int64_t>(Integer(row).bits));
  }
  const std::int64_t begin = TextOffset(row);
  const auto size = static_cast<std::size_t>(TextOffset(row + 1) - begin);
  // A null pointer may stand for no text; adding to it is not defined.
  return size == 0 ? std::string_view() : std::string_view(text_ + begin, size);
}

}  // namespace pinmetrics

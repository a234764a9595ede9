#ifndef PINMETRICS_SRC_EXPORT_ARROW_ARRAY_H_
#define PINMETRICS_SRC_EXPORT_ARROW_ARRAY_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "export/arrow/owner.h"
#include "pinmetrics/export/arrow_abi.h"

namespace pinmetrics {

/// What an array is made of.
struct ArrowArrayParts {
  std::int64_t length = 0;
  std::int64_t null_count = 0;
  std::vector<const void*> buffers = {};
  /// Holds the memory of the buffers; may be shared with other arrays.
  std::shared_ptr<const void> memory = {};
  std::vector<ArrowOwner<ArrowArray>> children = {};
  ArrowOwner<ArrowArray> dictionary = {};
};

/// An array that stands by itself. Its children and its dictionary can be moved out.
ArrowOwner<ArrowArray> MakeArray(ArrowArrayParts parts);

/// Texts one after the other, as Arrow lays them out. Offsets of 32 bits are utf8's, of 64 bits
/// large_utf8's.
template <typename Offset>
struct ArrowTexts {
  std::vector<Offset> offsets = {0};
  std::string text = {};

  std::size_t size() const { return offsets.size() - 1; }
  void Add(std::string_view added) {
    text += added;
    offsets.push_back(static_cast<Offset>(text.size()));
  }
};

/// An array without nulls of `texts`, which it shares.
template <typename Offset>
ArrowOwner<ArrowArray> MakeTextArray(std::shared_ptr<const ArrowTexts<Offset>> texts) {
  return MakeArray({.length = static_cast<std::int64_t>(texts->size()),
                    .buffers = {nullptr, texts->offsets.data(), texts->text.data()},
                    .memory = texts});
}

/// An array of `count` values of a fixed size; `value_of(i)` is an optional, null where it is
/// empty.
template <typename T, typename ValueOf>
ArrowArrayParts MakeFixedParts(std::size_t count, ValueOf value_of) {
  struct Values {
    std::vector<std::uint8_t> validity;
    std::vector<T> values;
  };
  auto memory = std::make_shared<Values>();
  memory->validity.assign((count + 7) / 8, 0);
  memory->values.resize(count);
  std::int64_t nulls = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::optional<T> value = value_of(i);
    if (value) {
      memory->values[i] = *value;
      memory->validity[i / 8] = static_cast<std::uint8_t>(memory->validity[i / 8] | 1U << i % 8);
    } else {
      ++nulls;
    }
  }
  const void* const validity = nulls == 0 ? nullptr : memory->validity.data();
  return {.length = static_cast<std::int64_t>(count),
          .null_count = nulls,
          .buffers = {validity, memory->values.data()},
          .memory = memory};
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_ARROW_ARRAY_H_

#ifndef PINMETRICS_SRC_STORE_BLOCK_ELEMENTS_H_
#define PINMETRICS_SRC_STORE_BLOCK_ELEMENTS_H_

#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <type_traits>

#include "absl/base/macros.h"

/// How bytes are read in place as what they hold. Nothing else in `block` casts bytes to a type.
///
/// Why this is defined: bytes of a block are an array of `std::byte`, which a new expression, an
/// allocator or a copy by `memcpy` made. Each of these implicitly creates the objects in it that
/// give the program a meaning (C++20, [intro.object]/10 to 13; P0593), if their types have implicit
/// lifetimes: numbers, and aggregates of numbers, are such types. What bytes are stored there are
/// then their values. `std::launder` makes the pointer to a byte one to the object that is there.

namespace pinmetrics {

/// The first of some elements that start at `bytes`, which is aligned as they are.
template <typename T>
const T* ElementsAt(const std::byte* bytes) {
  static_assert(std::is_trivially_copyable_v<T> && std::has_unique_object_representations_v<T>,
                "what is read in place is numbers, without padding");
  ABSL_ASSERT(reinterpret_cast<std::uintptr_t>(bytes) % alignof(T) == 0);
  return std::launder(reinterpret_cast<const T*>(bytes));
}

/// As many elements as the bytes hold.
template <typename T>
std::span<const T> ElementsOf(std::span<const std::byte> bytes) {
  if (bytes.size() < sizeof(T)) return {};
  return {ElementsAt<T>(bytes.data()), bytes.size() / sizeof(T)};
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_BLOCK_ELEMENTS_H_

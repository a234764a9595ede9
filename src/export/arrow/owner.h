#ifndef PINMETRICS_SRC_EXPORT_ARROW_OWNER_H_
#define PINMETRICS_SRC_EXPORT_ARROW_OWNER_H_

#include <utility>

#include "pinmetrics/export/arrow_abi.h"

namespace pinmetrics {

/// Holds an `ArrowSchema`, `ArrowArray` or `ArrowArrayStream` and releases it once.
template <typename T>
class ArrowOwner {
 public:
  ArrowOwner() = default;
  explicit ArrowOwner(const T& value) : value_(value) {}
  ArrowOwner(ArrowOwner&& other) noexcept : value_(other.Take()) {}
  ArrowOwner& operator=(ArrowOwner&& other) noexcept {
    T taken = other.Take();
    Release();
    value_ = taken;
    return *this;
  }
  ~ArrowOwner() { Release(); }

  /// Moves `from` in: it counts as released from then on, and is left to its owner otherwise.
  static ArrowOwner MovedFrom(T& from) {
    ArrowOwner owner(from);
    from.release = nullptr;
    return owner;
  }

  /// True if there is nothing to release.
  bool released() const { return value_.release == nullptr; }

  T* get() { return &value_; }
  const T* operator->() const { return &value_; }
  const T& operator*() const { return value_; }

  /// Gives the struct up to a caller who releases it.
  T Take() { return std::exchange(value_, T{}); }

 private:
  void Release() {
    if (value_.release != nullptr) value_.release(&value_);
    // Also if the callback left it in place: never twice.
    value_.release = nullptr;
  }

  T value_ = {};
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_ARROW_OWNER_H_

#include "tests/store/heap_bytes.h"

#include <cstddef>
#include <cstdlib>
#include <new>
#include <utility>

#if !PINMETRICS_HEAP_IS_TAKEN

namespace {

/// Before each allocation stands its size, where it is counted; as long as the strictest alignment
/// of `new`.
constexpr std::size_t kSizeBytes =
    pinmetrics::kHeapIsCounted ? __STDCPP_DEFAULT_NEW_ALIGNMENT__ : 0;

}  // namespace

void* operator new(std::size_t bytes) {
  using pinmetrics::allocations_until_failure;
  if (const auto notice = std::exchange(pinmetrics::on_allocation, nullptr)) {
    notice();
    pinmetrics::on_allocation = notice;
  }
  if (allocations_until_failure >= 0 && allocations_until_failure-- == 0) throw std::bad_alloc();
  void* start = std::malloc(bytes + kSizeBytes);
  if (start == nullptr) throw std::bad_alloc();
  if constexpr (pinmetrics::kHeapIsCounted) {
    *static_cast<std::size_t*>(start) = bytes;
    const std::size_t now =
        pinmetrics::heap_bytes.fetch_add(bytes, std::memory_order_relaxed) + bytes;
    std::size_t peak = pinmetrics::heap_peak.load(std::memory_order_relaxed);
    while (peak < now && !pinmetrics::heap_peak.compare_exchange_weak(peak, now)) {
    }
  }
  return static_cast<std::byte*>(start) + kSizeBytes;
}

void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  try {
    return ::operator new(bytes);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

void operator delete(void* object) noexcept {
  if (object == nullptr) return;
  void* start = static_cast<std::byte*>(object) - kSizeBytes;
  if constexpr (pinmetrics::kHeapIsCounted) {
    pinmetrics::heap_bytes.fetch_sub(*static_cast<std::size_t*>(start), std::memory_order_relaxed);
  }
  std::free(start);
}

void operator delete(void* object, std::size_t) noexcept { ::operator delete(object); }
void operator delete(void* object, const std::nothrow_t&) noexcept { ::operator delete(object); }

#endif  // !PINMETRICS_HEAP_IS_TAKEN

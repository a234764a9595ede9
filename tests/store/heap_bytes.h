#ifndef PINMETRICS_TESTS_STORE_HEAP_BYTES_H_
#define PINMETRICS_TESTS_STORE_HEAP_BYTES_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

/// Counts what the process holds through `new`, which it replaces, and lets it fail when asked to:
/// for one file of an executable.

// Sanitizers have an operator new of their own.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PINMETRICS_HEAP_IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define PINMETRICS_HEAP_IS_SANITIZED 1
#endif
#endif
#ifndef PINMETRICS_HEAP_IS_SANITIZED
#define PINMETRICS_HEAP_IS_SANITIZED 0
#endif

namespace pinmetrics {

inline constexpr bool kHeapIsCounted = !PINMETRICS_HEAP_IS_SANITIZED;

/// How many bytes; stays 0 where they are not counted.
inline std::atomic<std::size_t> heap_bytes = 0;

/// After so many more allocations of this thread one fails, where they are counted; none does
/// while this is below 0, as it is again after that one.
inline thread_local std::int64_t allocations_until_failure = -1;

/// Before each allocation stands its size; as long as the strictest alignment of `new`.
inline constexpr std::size_t kHeapSizeBytes = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

}  // namespace pinmetrics

#if !PINMETRICS_HEAP_IS_SANITIZED

void* operator new(std::size_t bytes) {
  if (pinmetrics::allocations_until_failure >= 0 && pinmetrics::allocations_until_failure-- == 0) {
    throw std::bad_alloc();
  }
  void* start = std::malloc(bytes + pinmetrics::kHeapSizeBytes);
  if (start == nullptr) throw std::bad_alloc();
  *static_cast<std::size_t*>(start) = bytes;
  pinmetrics::heap_bytes.fetch_add(bytes, std::memory_order_relaxed);
  return static_cast<std::byte*>(start) + pinmetrics::kHeapSizeBytes;
}

void operator delete(void* object) noexcept {
  if (object == nullptr) return;
  void* start = static_cast<std::byte*>(object) - pinmetrics::kHeapSizeBytes;
  pinmetrics::heap_bytes.fetch_sub(*static_cast<std::size_t*>(start), std::memory_order_relaxed);
  std::free(start);
}

void operator delete(void* object, std::size_t) noexcept { ::operator delete(object); }

#endif  // !PINMETRICS_HEAP_IS_SANITIZED

#endif  // PINMETRICS_TESTS_STORE_HEAP_BYTES_H_

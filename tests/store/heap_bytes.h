#ifndef PINMETRICS_TESTS_STORE_HEAP_BYTES_H_
#define PINMETRICS_TESTS_STORE_HEAP_BYTES_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <iostream>

/// What the process holds through `new`: counted, made to fail and noticed. For executables that
/// have heap_bytes.cc among their sources, which replaces `new`.

// Sanitizers have an operator new of their own. That of addresses can be replaced, by one that asks
// for just as many bytes.
#if defined(__SANITIZE_THREAD__)
#define PINMETRICS_HEAP_IS_TAKEN 1
#elif defined(__SANITIZE_ADDRESS__)
#define PINMETRICS_HEAP_IS_CHECKED 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define PINMETRICS_HEAP_IS_TAKEN 1
#elif __has_feature(address_sanitizer)
#define PINMETRICS_HEAP_IS_CHECKED 1
#endif
#endif
#ifndef PINMETRICS_HEAP_IS_TAKEN
#define PINMETRICS_HEAP_IS_TAKEN 0
#endif
#ifndef PINMETRICS_HEAP_IS_CHECKED
#define PINMETRICS_HEAP_IS_CHECKED 0
#endif

namespace pinmetrics {

inline constexpr bool kHeapIsCounted = !PINMETRICS_HEAP_IS_TAKEN && !PINMETRICS_HEAP_IS_CHECKED;
inline constexpr bool kAllocationsCanFail = !PINMETRICS_HEAP_IS_TAKEN;

/// `kHeapIsCounted`, for tests that can do nothing without: says so where it is false.
inline bool HeapIsCounted() {
  if (!kHeapIsCounted) std::cout << "not tested: this sanitizer has allocations of its own\n";
  return kHeapIsCounted;
}

/// How many bytes, and the most there were since a test set this; both stay 0 where they are not
/// counted.
inline std::atomic<std::size_t> heap_bytes = 0;
inline std::atomic<std::size_t> heap_peak = 0;

/// After so many more allocations of this thread one fails, where they can; none does while this is
/// below 0, as it is again after that one.
inline thread_local std::int64_t allocations_until_failure = -1;

/// Called before each allocation of this thread, where they can fail, unless it is null, as it is
/// during such a call.
inline thread_local void (*on_allocation)() = nullptr;

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_STORE_HEAP_BYTES_H_

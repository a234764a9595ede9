#ifndef PINMETRICS_TESTS_STORE_FAILING_ALLOCATIONS_H_
#define PINMETRICS_TESTS_STORE_FAILING_ALLOCATIONS_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <new>
#include <string>
#include <utility>

#include "tests/store/heap_bytes.h"

/// Memory that runs out at any point of a call. For executables that have heap_bytes.cc among their
/// sources.

namespace pinmetrics {

/// Makes one allocation of one call fail.
class FailingAllocation {
 public:
  explicit FailingAllocation(std::int64_t index) : index_(index) {}

  /// Calls `call` with its allocation of that index failing. False if `std::bad_alloc` came out of
  /// it; nothing else may.
  template <typename Call>
  bool operator()(Call call) {
    bool returned = true;
    allocations_until_failure = index_;
    try {
      call();
    } catch (const std::bad_alloc&) {
      returned = false;
    }
    has_failed_ = std::exchange(allocations_until_failure, -1) < 0;
    EXPECT_TRUE(returned || has_failed_);
    return returned;
  }

  bool has_failed() const { return has_failed_; }

 private:
  std::int64_t index_;
  bool has_failed_ = false;
};

/// Calls `attempt` with a `FailingAllocation` for every allocation of the one call that it makes
/// with it, and once more, where none is left to fail. Expects some to have failed, where they can.
template <typename Attempt>
void FailEachAllocation(Attempt attempt) {
  std::int64_t index = 0;
  for (bool failed = true; failed && !testing::Test::HasFailure(); ++index) {
    SCOPED_TRACE("allocation " + std::to_string(index) + " fails");
    FailingAllocation failing(index);
    attempt(failing);
    failed = failing.has_failed();
  }
  EXPECT_TRUE(index > 1 || !kAllocationsCanFail);
}

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_STORE_FAILING_ALLOCATIONS_H_

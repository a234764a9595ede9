// Memory that runs out while a consumer asks for a schema or a batch: the call must say so, leak
// nothing, and work when it is asked again.

// Clang's thread sanitizer links operators of its own that nothing may replace. There is one thread
// here, so it would find nothing.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define PINMETRICS_OPERATORS_ARE_TAKEN
#endif
#endif
#if !defined(PINMETRICS_OPERATORS_ARE_TAKEN)

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>

#include "pinmetrics/export/arrow.h"
#include "tests/export/sample_reports.h"

namespace {

/// How many more allocations of this thread succeed; negative: all.
thread_local long allocations_left = -1;

}  // namespace

// These replace the program's own, which every standard container uses. Not inlined: seen from a
// caller, GCC takes the pair for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (allocations_left == 0) throw std::bad_alloc();
  if (allocations_left > 0) --allocations_left;
  void* const memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return std::malloc(size == 0 ? 1 : size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}

namespace pinmetrics {
namespace {

/// Calls `ask` with 0, 1, 2... allocations until it succeeds; returns how many it took.
template <typename Ask>
long AskUntilItSucceeds(ArrowArrayStream& stream, Ask ask) {
  for (long most = 0;; ++most) {
    allocations_left = most;
    const int code = ask();
    allocations_left = -1;
    if (code == 0) return most;
    EXPECT_EQ(code, ENOMEM);
    EXPECT_STREQ(stream.get_last_error(&stream), "out of memory");
  }
}

TEST(ArrowMemory, RunningOutIsAnErrorCodeAndTheCallCanBeRepeated) {
  Report report = SampleReport();
  report.days.resize(3, report.days[0]);
  ArrowArrayStream stream = SeriesToArrow(report, {.batch_rows = 2});

  ArrowSchema schema;
  EXPECT_GT(AskUntilItSucceeds(stream, [&] { return stream.get_schema(&stream, &schema); }), 10);
  EXPECT_EQ(schema.n_children, 6);
  schema.release(&schema);

  for (const int rows : {2, 1}) {
    ArrowArray batch;
    EXPECT_GT(AskUntilItSucceeds(stream, [&] { return stream.get_next(&stream, &batch); }), 10);
    EXPECT_EQ(batch.length, rows);
    EXPECT_EQ(stream.get_last_error(&stream), nullptr);
    batch.release(&batch);
  }
  stream.release(&stream);
}

}  // namespace
}  // namespace pinmetrics

#endif  // !defined(PINMETRICS_OPERATORS_ARE_TAKEN)

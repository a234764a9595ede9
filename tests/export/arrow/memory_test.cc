// Memory that runs out while a consumer asks for a schema or a batch: the call must say so, leak
// nothing, and work when it is asked again.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <cstddef>
#include <string>

#include "pinmetrics/export/arrow.h"
#include "pinmetrics/report/report.h"
#include "tests/export/sample_reports.h"
#include "tests/store/failing_allocations.h"
#include "tests/store/heap_bytes.h"

namespace pinmetrics {
namespace {

/// Calls `ask` with each of its allocations failing, until it succeeds. `ask` returns an error
/// code.
template <typename Ask>
void AskUntilItSucceeds(ArrowArrayStream& stream, Ask ask) {
  FailEachAllocation([&](FailingAllocation& failing) {
    int code = 0;
    EXPECT_TRUE(failing([&] { code = ask(); }));  // No exception passes through a C interface.
    EXPECT_EQ(code, failing.has_failed() ? ENOMEM : 0);
    EXPECT_STREQ(stream.get_last_error(&stream), failing.has_failed() ? "out of memory" : nullptr);
  });
}

TEST(ArrowMemory, RunningOutIsAnErrorCodeAndTheCallCanBeRepeated) {
  Report report = SampleReport();
  report.days.resize(3, report.days[0]);
  ArrowArrayStream stream = SeriesToArrow(report, {.batch_rows = 2});

  ArrowSchema schema;
  AskUntilItSucceeds(stream, [&] { return stream.get_schema(&stream, &schema); });
  EXPECT_EQ(schema.n_children, 6);
  schema.release(&schema);

  for (const int rows : {2, 1}) {
    ArrowArray batch;
    AskUntilItSucceeds(stream, [&] { return stream.get_next(&stream, &batch); });
    EXPECT_EQ(batch.length, rows);
    batch.release(&batch);
  }
  stream.release(&stream);
}

TEST(ArrowMemory, RunningOutWhileAStreamIsMadeLeaksNothing) {
  (void)HeapIsCounted();  // Else the sanitizer finds leaks, or nobody does.
  const Report report = SampleReport();
  const TopList list = SampleTopPins();
  const auto make = [&](auto to_arrow) {
    FailEachAllocation([&](FailingAllocation& failing) {
      const std::size_t before = heap_bytes;
      ArrowArrayStream stream = {};
      const bool made = failing([&] { stream = to_arrow(); });
      EXPECT_EQ(stream.release != nullptr, made);
      if (made) stream.release(&stream);
      if (kHeapIsCounted) {
        EXPECT_EQ(heap_bytes, before);
      }
    });
  };
  make([&] { return SeriesToArrow(report); });
  make([&] { return TotalsToArrow(report); });
  make([&] { return ToArrow(list); });
}

}  // namespace
}  // namespace pinmetrics

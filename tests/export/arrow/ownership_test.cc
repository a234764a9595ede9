// Who releases what: whatever happens, each thing that was given away is released once.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "pinmetrics/export/arrow.h"
#include "pinmetrics/export/arrow_events.h"
#include "tests/export/arrow/node.h"
#include "tests/export/sample_events.h"
#include "tests/export/sample_reports.h"

namespace pinmetrics {
namespace {

using ::testing::IsEmpty;

void ExpectAllReleasedOnce(const ArrowLedger& ledger) {
  EXPECT_GT(ledger.made(), 0U);
  EXPECT_EQ(ledger.released(), ledger.made());
  EXPECT_EQ(ledger.released_twice(), 0U);
}

ArrowScript ThreeBatches() { return ScriptOf({SampleBatch(), SampleBatch(), SampleBatch()}); }

// ---- events in ----

TEST(ArrowEventsOwnership, AllIsReleasedAtTheEnd) {
  ArrowLedger ledger;
  ArrowArrayStream stream = ExportStream(ThreeBatches(), ledger);
  const absl::Status status =
      ReadArrowEvents(&stream, [](const ArrowEventBatch&) { return absl::OkStatus(); });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(stream.release, nullptr) << "the caller's stream was moved";
  ExpectAllReleasedOnce(ledger);
}

TEST(ArrowEventsOwnership, AllIsReleasedWhereTheSinkFails) {
  for (std::size_t calls = 0; calls < 3; ++calls) {
    ArrowLedger ledger;
    ArrowArrayStream stream = ExportStream(ThreeBatches(), ledger);
    std::size_t left = calls;
    const absl::Status status = ReadArrowEvents(&stream, [&left](const ArrowEventBatch&) {
      return left-- == 0 ? absl::UnavailableError("full") : absl::OkStatus();
    });
    EXPECT_EQ(status, absl::UnavailableError("full"));
    EXPECT_EQ(stream.release, nullptr);
    ExpectAllReleasedOnce(ledger);
  }
}

TEST(ArrowEventsOwnership, AllIsReleasedWhereTheStreamFails) {
  for (std::size_t batches = 0; batches < 3; ++batches) {
    ArrowLedger ledger;
    ArrowScript script{.schema = SampleBatch(),
                       .batches = std::vector<ArrowNode>(batches, SampleBatch()),
                       .end_error = ENOMEM,
                       .last_error = "the disk is gone"};
    const ReadEvents read = ReadAll(ExportStream(script, ledger));
    EXPECT_EQ(read.status.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(std::string(read.status.message()),
              "the stream's batch: code 12, the disk is gone, expected 0");
    EXPECT_EQ(read.events.size(), 3 * batches);
    ExpectAllReleasedOnce(ledger);
  }
}

TEST(ArrowEventsOwnership, AnEmptySinkIsRefusedAndTheStreamReleased) {
  ArrowLedger ledger;
  ArrowArrayStream stream = ExportStream(ThreeBatches(), ledger);
  EXPECT_EQ(ReadArrowEvents(&stream, nullptr).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(stream.release, nullptr);
  ExpectAllReleasedOnce(ledger);
}

TEST(ArrowEventsOwnership, AReleasedStreamIsRefusedAndNotReleasedAgain) {
  ArrowLedger ledger;
  ArrowArrayStream stream = ExportStream(ThreeBatches(), ledger);
  stream.release(&stream);
  const ReadEvents read = ReadAll(stream);
  EXPECT_EQ(read.status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(read.events, IsEmpty());
  ExpectAllReleasedOnce(ledger);
}

// ---- tables out ----

/// A report of 5 days in batches of 2 and whatever it allocates, which a sanitizer watches.
ArrowArrayStream FiveDays(const std::shared_ptr<Report>& report) {
  *report = SampleReport();
  report->days.resize(5, report->days[0]);
  return SeriesToArrow(report, {.batch_rows = 2});
}

std::int32_t FirstDay(const ArrowArray& batch) {
  return static_cast<const std::int32_t*>(batch.children[0]->buffers[1])[0];
}

TEST(ArrowOwnership, SchemasAndBatchesOutliveTheStreamAndTheReport) {
  auto report = std::make_shared<Report>();
  ArrowArrayStream stream = FiveDays(report);
  ArrowSchema schema;
  ArrowArray batch;
  ASSERT_EQ(stream.get_schema(&stream, &schema), 0);
  ASSERT_EQ(stream.get_next(&stream, &batch), 0);
  stream.release(&stream);
  report.reset();
  EXPECT_EQ(std::string(schema.children[0]->name), "date");
  EXPECT_EQ(FirstDay(batch), 20'777);
  schema.release(&schema);
  batch.release(&batch);
  EXPECT_EQ(schema.release, nullptr);
  EXPECT_EQ(batch.release, nullptr);
}

TEST(ArrowOwnership, MovedChildrenOutliveTheirParent) {
  const auto report = std::make_shared<Report>();
  ArrowArrayStream stream = FiveDays(report);
  ArrowSchema schema;
  ArrowArray batch;
  ASSERT_EQ(stream.get_schema(&stream, &schema), 0);
  ASSERT_EQ(stream.get_next(&stream, &batch), 0);

  const auto move_out = [](auto& from) {
    auto moved = from;
    from.release = nullptr;
    return moved;
  };
  ArrowSchema name = move_out(*schema.children[1]);
  ArrowArray segment = move_out(*batch.children[1]);
  ArrowArray values = move_out(*segment.dictionary);
  schema.release(&schema);
  batch.release(&batch);
  stream.release(&stream);
  EXPECT_EQ(std::string(name.name), "segment");
  EXPECT_EQ(std::string(name.dictionary->format), "u");
  EXPECT_EQ(static_cast<const std::int32_t*>(segment.buffers[1])[1], 0);
  segment.release(&segment);
  EXPECT_EQ(std::string(static_cast<const char*>(values.buffers[2]), 3), "all");
  values.release(&values);
  name.release(&name);
}

TEST(ArrowOwnership, ReleasingAMovedStreamIsReleasingIt) {
  const auto report = std::make_shared<Report>();
  ArrowArrayStream stream = FiveDays(report);
  ArrowArrayStream moved = stream;
  stream.release = nullptr;
  ArrowArray batch;
  ASSERT_EQ(moved.get_next(&moved, &batch), 0);
  batch.release(&batch);
  moved.release(&moved);
  EXPECT_EQ(report.use_count(), 1);
}

TEST(ArrowOwnership, AfterTheLastBatchTheStreamStaysAtItsEnd) {
  const auto report = std::make_shared<Report>();
  ArrowArrayStream stream = FiveDays(report);
  ArrowArray batch;
  std::vector<std::int64_t> lengths;
  while (stream.get_next(&stream, &batch) == 0 && batch.release != nullptr) {
    lengths.push_back(batch.length);
    batch.release(&batch);
  }
  EXPECT_THAT(lengths, ::testing::ElementsAre(2, 2, 1));
  ASSERT_EQ(stream.get_next(&stream, &batch), 0);
  EXPECT_EQ(batch.release, nullptr);
  EXPECT_EQ(stream.get_last_error(&stream), nullptr);
  stream.release(&stream);
}

}  // namespace
}  // namespace pinmetrics

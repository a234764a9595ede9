// Memory that runs out while an export is written: the call throws and does nothing else, and
// writes the same when it is called again. What the Arrow exports do: arrow_memory_test.cc.

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pinmetrics/export/csv.h"
#include "pinmetrics/export/csvw.h"
#include "pinmetrics/export/html.h"
#include "pinmetrics/export/json.h"
#include "pinmetrics/export/pinterest_json.h"
#include "pinmetrics/export/sink.h"
#include "pinmetrics/filter/filter.h"
#include "pinmetrics/model/attribute.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/report/report.h"
#include "tests/export/recorded_sink.h"
#include "tests/export/sample_reports.h"
#include "tests/store/failing_allocations.h"

namespace pinmetrics {
namespace {

/// `write` writes to a sink, and returns a status.
template <typename Write>
void ExpectWritesAgain(Write write) {
  RecordedSink expected;
  const absl::Status status = write(expected.sink());
  ASSERT_TRUE(status.ok()) << status;
  FailEachAllocation([&](FailingAllocation& failing) {
    RecordedSink first;
    const Sink sink = first.sink();
    const bool returned = failing([&] { EXPECT_TRUE(write(sink).ok()); });
    // What was handed over is how the whole begins.
    EXPECT_EQ(first.text(),
              returned ? expected.text() : expected.text().substr(0, first.text().size()));
    RecordedSink second;
    EXPECT_TRUE(write(second.sink()).ok());
    EXPECT_EQ(second.text(), expected.text());
  });
}

/// `make` returns a text, or a status or one.
template <typename Make>
void ExpectMakesAgain(Make make) {
  const auto make_again = [&make]() -> absl::StatusOr<std::string> { return make(); };
  const absl::StatusOr<std::string> expected = make_again();
  ASSERT_TRUE(expected.ok()) << expected.status();
  FailEachAllocation([&](FailingAllocation& failing) {
    absl::StatusOr<std::string> made = expected;
    failing([&] { made = make_again(); });
    EXPECT_EQ(made, expected);
    EXPECT_EQ(make_again(), expected);
  });
}

/// A report whose split, change and titles are all written.
Report ComparedReport() {
  Report report = SplitReport();
  report.query.comparison = Comparison::kPreviousPeriod;
  for (TotalRow& row : report.totals) row.change = {0.5, std::nullopt};
  return report;
}

TEST(ExportOutOfMemory, CsvIsWrittenAgain) {
  const CsvOptions options = {.byte_order_mark = true};
  ExpectWritesAgain([&](const Sink& sink) { return WriteCsv(SampleOverview(), options, sink); });
  ExpectWritesAgain(
      [&](const Sink& sink) { return WriteTotalsCsv(ComparedReport(), options, sink); });
  ExpectMakesAgain([&] { return SeriesToCsv(ComparedReport(), options); });
}

TEST(ExportOutOfMemory, CsvwIsWrittenAgain) {
  ExpectMakesAgain([] { return SeriesToCsvw(ComparedReport(), "series.csv"); });
  ExpectMakesAgain([] { return TotalsToCsvw(ComparedReport(), "totals.csv"); });
  ExpectMakesAgain([] { return ToCsvw(SampleTopPins(), "pins.csv"); });
}

TEST(ExportOutOfMemory, JsonIsWrittenAgain) {
  ExpectWritesAgain([](const Sink& sink) { return WriteJson(SampleOverview(), sink); });
  ExpectMakesAgain([] { return ToJson(ComparedReport()); });
}

TEST(ExportOutOfMemory, PinterestJsonIsWrittenAgain) {
  Report by_device = ComparedReport();
  by_device.query.split = Dimension::kDevice;
  for (std::size_t i = 0; i < by_device.totals.size(); ++i) {
    by_device.totals[i].segment = Attribute(i);
    by_device.days[i].segment = Attribute(i);
  }
  std::vector<PinReport> pins;
  for (const PinId pin : {PinId(7), PinId(8)}) {
    pins.push_back({.pin = pin, .report = SampleReport()});
    pins.back().report.query.filter = Is(pin);
  }
  ExpectWritesAgain([&](const Sink& sink) { return WritePinterestJson(by_device, sink); });
  ExpectWritesAgain([&](const Sink& sink) { return WritePinterestJson(SampleTopPins(), sink); });
  ExpectMakesAgain([&] { return ToPinterestJson(pins); });
}

TEST(ExportOutOfMemory, HtmlIsWrittenAgain) {
  Report split = SampleReport();
  split.query.split = Dimension::kDevice;
  const std::vector<TotalRow> totals = split.totals;
  const std::vector<DayRow> days = split.days;
  split.totals.clear();
  split.days.clear();
  for (std::uint64_t device = 0; device < 3; ++device) {
    for (TotalRow row : totals) {
      row.segment = Attribute(device);
      split.totals.push_back(row);
    }
    for (DayRow row : days) {
      row.segment = Attribute(device);
      split.days.push_back(row);
    }
  }
  const std::vector<Report> splits = {split};
  const HtmlOptions options = {.account = "An account of a long name", .splits = splits};
  ExpectWritesAgain([&](const Sink& sink) { return WriteHtml(SampleOverview(), options, sink); });
}

}  // namespace
}  // namespace pinmetrics

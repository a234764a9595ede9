// docs/exports.md shows what the forms look like. Its samples are made here.

#include <gtest/gtest.h>

#include <string>

#include "pinmetrics/export/csv.h"
#include "pinmetrics/export/csvw.h"
#include "pinmetrics/export/json.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/report/report.h"
#include "tests/docs/document.h"
#include "tests/export/sample_reports.h"

namespace pinmetrics {
namespace {

/// A day with values and one without, of two metrics, compared with the days before.
Report TwoMetrics() {
  Report report = SampleReport();
  report.query.metrics = {kImpressions, kSaveRate};
  return report;
}

/// The list of the same two metrics, the first title as hostile as they come.
TopList TwoPins() {
  TopList list{TwoMetrics()};
  list.query.comparison = Comparison::kNone;
  list.rows = {{.id = PinId(7), .title = "=50% off; see \"linen\"", .figures = {900, 0.02}},
               {.id = PinId(8), .title = "Glazes", .figures = {300, std::nullopt}}};
  return list;
}

std::string Block(const std::string& language, std::string text) {
  std::erase(text, '\r');
  return CodeBlock(language, text);
}

TEST(ExportsPage, ShowsWhatTheFormsAre) {
  const Report report = TwoMetrics();
  ExpectParts("docs/exports.md",
              {{"csv series", Block("text", SeriesToCsv(report))},
               {"csv totals", Block("text", TotalsToCsv(report))},
               {"csv top pins", Block("text", ToCsv(TwoPins()))},
               {"csv semicolons", Block("text", *ToCsv(TwoPins(), {.delimiter = ';'}))},
               {"csvw", Block("json", *SeriesToCsvw(report, "series.csv"))},
               {"json", Block("json", ToJson(report))}});
}

}  // namespace
}  // namespace pinmetrics

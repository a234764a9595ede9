#include "examples/cli/csv_cell.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/cli/csv_text.h"

namespace pinmetrics::cli {
namespace {

TEST(CsvCell, IsQuotedOnlyIfItMustBe) {
  std::string csv;
  AppendCsvCell("plain text", csv);
  AppendCsvCell("; = \t | '", csv);
  EXPECT_EQ(csv, "plain text; = \t | '");
  csv.clear();
  AppendCsvCell("a,b", csv);
  AppendCsvCell("say \"hi\"", csv);
  EXPECT_EQ(csv, "\"a,b\"\"say \"\"hi\"\"\"");
}

TEST(CsvCell, IsReadBackAsItWas) {
  const std::vector<std::string> cells = {"", "=1+1", "a,b", "\"", "line\r\nline", "\rx", "\u00E9"};
  std::string csv;
  for (const std::string& cell : cells) {
    AppendCsvCell(cell, csv);
    csv += ',';
  }
  csv.back() = '\n';
  const std::vector<ReadRow> rows = ReadAll(WholeText(csv));
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].cells, cells);
}

}  // namespace
}  // namespace pinmetrics::cli

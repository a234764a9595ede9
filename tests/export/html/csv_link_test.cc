#include "export/html/csv_link.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pinmetrics/export/csv.h"
#include "pinmetrics/export/html.h"
#include "tests/export/html/xml_reader.h"
#include "tests/export/sample_reports.h"

namespace pinmetrics {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Decoded(std::string_view address) {
  constexpr std::string_view kStart = "data:text/csv;charset=utf-8,";
  EXPECT_TRUE(address.starts_with(kStart)) << address.substr(0, 40);
  address.remove_prefix(kStart.size());
  std::string text;
  for (std::size_t i = 0; i < address.size(); ++i) {
    if (address[i] != '%') {
      text += address[i];
      continue;
    }
    int byte = 0;
    std::from_chars(address.data() + i + 1, address.data() + i + 3, byte, 16);
    text += static_cast<char>(byte);
    i += 2;
  }
  return text;
}

/// The files of a page by their names.
std::map<std::string, std::string> FilesOf(const Overview& overview, const HtmlOptions& options) {
  std::map<std::string, std::string> files;
  const absl::StatusOr<std::string> html = ToHtml(overview, options);
  EXPECT_TRUE(html.ok()) << html.status();
  const std::optional<XmlNode> page = XmlReader::Read(html.ok() ? *html : "");
  EXPECT_TRUE(page.has_value());
  for (const XmlNode* link : page->All("a")) {
    EXPECT_TRUE(
        files.emplace(link->Attribute("download"), Decoded(link->Attribute("href"))).second);
  }
  return files;
}

std::string WithOptions(const absl::StatusOr<std::string>& csv) { return csv.ok() ? *csv : ""; }

TEST(CsvLink, TablesOfThePageAreFilesWithExactFigures) {
  Overview overview = SampleOverview();
  overview.top_pins.rows[1].title = "=1+1 \u00E6 % # & \"<>\n";
  Report split = SplitReport();
  split.query = overview.report.query;
  split.query.split = Dimension::kAccount;
  for (TotalRow& row : split.totals) row.figures.resize(3);
  const CsvOptions options = {.line_end = CsvLineEnd::kLf, .byte_order_mark = true};
  const std::map<std::string, std::string> files = FilesOf(overview, {.splits = {&split, 1}});
  std::vector<std::string> names;
  for (const auto& [name, csv] : files) names.push_back(name);
  EXPECT_THAT(names, ElementsAre("account.csv", "series.csv", "top_boards.csv", "top_pins.csv",
                                 "totals.csv"));
  EXPECT_EQ(files.at("series.csv"), WithOptions(SeriesToCsv(overview.report, options)));
  EXPECT_EQ(files.at("totals.csv"), WithOptions(TotalsToCsv(overview.report, options)));
  EXPECT_EQ(files.at("top_pins.csv"), WithOptions(ToCsv(overview.top_pins, options)));
  EXPECT_EQ(files.at("top_boards.csv"), WithOptions(ToCsv(overview.top_boards, options)));
  EXPECT_EQ(files.at("account.csv"), WithOptions(TotalsToCsv(split, options)));
  // A spreadsheet runs nothing.
  EXPECT_THAT(files.at("top_pins.csv"), HasSubstr("\"'=1+1 "));
}

TEST(CsvLink, FilesHaveWhatThePageShows) {
  Overview overview = SampleOverview();
  const absl::CivilDay first(2026, 1, 1);
  overview.report.query.period = DateRange::Inclusive(first, first + 199);
  overview.top_pins.query.period = overview.report.query.period;
  overview.top_boards.query.period = overview.report.query.period;
  overview.report.days.clear();
  for (const absl::CivilDay day : overview.report.query.period) {
    overview.report.days.push_back({.day = day, .figures = {1, 0.5, 1}});
  }
  overview.top_pins.rows.resize(50, {.id = PinId(9), .title = std::string(500, 'x')});
  const std::map<std::string, std::string> files = FilesOf(overview, {});
  const auto lines = [&](const std::string& name) {
    const std::string& csv = files.at(name);
    return std::count(csv.begin(), csv.end(), '\n');
  };
  EXPECT_EQ(lines("series.csv"), 1 + 80);
  EXPECT_THAT(files.at("series.csv"), HasSubstr("\n2026-07-19,"));
  EXPECT_THAT(files.at("series.csv"), Not(HasSubstr("\n2026-04-29,")));
  EXPECT_EQ(lines("top_pins.csv"), 1 + 30);
  EXPECT_THAT(files.at("top_pins.csv"), HasSubstr("," + std::string(120, 'x') + "\u2026,"));
}

TEST(CsvLink, AddressIsAsciiThatNeedsNoEscapeInHtml) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  const std::string address = CsvAddress(bytes);
  for (const char c : address) {
    EXPECT_TRUE(c > ' ' && c <= '~' &&
                std::string_view("\"'<>&#`\\{}|^").find(c) == std::string_view::npos)
        << c;
  }
  EXPECT_EQ(Decoded(address), bytes);
  EXPECT_EQ(CsvAddress("a,1%\n"), "data:text/csv;charset=utf-8,a,1%25%0A");
}

}  // namespace
}  // namespace pinmetrics

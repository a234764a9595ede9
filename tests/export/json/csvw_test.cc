#include "pinmetrics/export/csvw.h"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "pinmetrics/export/csv.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/pin.h"
#include "pinmetrics/report/evaluate.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"
#include "tests/export/csv_rows.h"
#include "tests/export/sample_reports.h"
#include "tests/report/dated_evaluation.h"

namespace pinmetrics {
namespace {

using ::testing::ElementsAre;
using Json = nlohmann::json;

Json Read(const absl::StatusOr<std::string>& text) {
  EXPECT_TRUE(text.ok()) << text.status();
  return Json::parse(*text);
}

std::vector<std::string> TitlesOf(const Json& metadata) {
  std::vector<std::string> titles;
  for (const Json& column : metadata.at("tableSchema").at("columns")) {
    titles.push_back(column.at("titles"));
  }
  return titles;
}

const Json& ColumnOf(const Json& metadata, const std::string& title) {
  for (const Json& column : metadata.at("tableSchema").at("columns")) {
    if (column.at("titles") == title) return column;
  }
  ADD_FAILURE() << "no column " << title;
  return metadata;
}

/// Whether a cell is of a column's datatype, by the letter of the vocabulary.
bool Holds(const Json& column, const std::string& cell) {
  if (cell == column.value("null", "\xFF")) return !column.value("required", false);
  const Json& datatype = column.at("datatype");
  const std::string base = datatype.is_object() ? datatype.at("base") : datatype;
  if (datatype.is_object()) {
    return base == "string" && std::regex_match(cell, std::regex(std::string(datatype["format"])));
  }
  if (base == "string") return true;
  if (base == "date") return std::regex_match(cell, std::regex("[0-9]{4}-[0-9]{2}-[0-9]{2}"));
  if (base == "integer") return std::regex_match(cell, std::regex("-?[0-9]+"));
  if (base != "number") return false;
  double number = 0;
  return std::from_chars(cell.data(), cell.data() + cell.size(), number).ptr ==
         cell.data() + cell.size();
}

/// Every statement of the metadata that can be checked against the file it is about.
void ExpectDescribes(const Json& metadata, const std::string& csv) {
  CsvOptions options;
  const Json& dialect = metadata.at("dialect");
  options.delimiter = std::string(dialect.at("delimiter")).at(0);
  const Json& line_ends = dialect.at("lineTerminators");
  options.line_end = line_ends == Json{"\n"} ? CsvLineEnd::kLf : CsvLineEnd::kCrLf;
  EXPECT_TRUE(line_ends == Json{"\n"} || line_ends == Json{"\r\n"});
  EXPECT_EQ(dialect.at("quoteChar"), "\"");
  EXPECT_EQ(dialect.at("doubleQuote"), true);
  EXPECT_EQ(dialect.at("header"), true);
  EXPECT_EQ(dialect.at("encoding"), "utf-8");
  options.byte_order_mark = csv.starts_with("\uFEFF");

  const std::optional<std::vector<CsvRow>> rows = ReadCsv(csv, options);
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->at(0), TitlesOf(metadata));
  const Json& columns = metadata.at("tableSchema").at("columns");
  std::set<std::string> names;
  for (const Json& column : columns) {
    const std::string name = column.at("name");
    EXPECT_TRUE(std::regex_match(name, std::regex("(?!_)([A-Za-z0-9_]|%[0-9A-F]{2})+"))) << name;
    EXPECT_TRUE(names.insert(name).second) << name;
  }
  std::set<CsvRow> keys;
  for (std::size_t r = 1; r < rows->size(); ++r) {
    const CsvRow& row = (*rows)[r];
    ASSERT_EQ(row.size(), columns.size());
    for (std::size_t c = 0; c < row.size(); ++c) {
      EXPECT_TRUE(Holds(columns[c], row[c])) << columns[c] << " has " << row[c];
    }
    CsvRow key;
    for (const Json& part : metadata.at("tableSchema").at("primaryKey")) {
      for (std::size_t c = 0; c < row.size(); ++c) {
        if (columns[c].at("name") == part) key.push_back(row[c]);
      }
    }
    EXPECT_EQ(key.size(), metadata.at("tableSchema").at("primaryKey").size());
    EXPECT_TRUE(keys.insert(key).second) << "a key is there twice";
  }
}

/// Some days of an account with every value of every dimension.
std::vector<Event> RandomEvents(const std::vector<Pin>& pins) {
  std::mt19937_64 random(7);
  const auto below = [&random](std::size_t n) { return random() % n; };
  std::vector<Event> events;
  for (int i = 0; i < 2'000; ++i) {
    Event event{.time = absl::FromCivil(absl::CivilHour(2026, 11, 10), absl::UTCTimeZone()) +
                        absl::Minutes(below(14 * 24 * 60)),
                .pin = pins[below(pins.size())].id,
                .viewer = ViewerId(below(200)),
                .action = static_cast<Action>(below(kCountOf<Action>)),
                .device = static_cast<Device>(below(kCountOf<Device>)),
                .content_type = static_cast<ContentType>(below(kCountOf<ContentType>)),
                .age = static_cast<Age>(below(kCountOf<Age>)),
                .gender = static_cast<Gender>(below(kCountOf<Gender>))};
    if (event.action == Action::kPlayback) {
      event.playback = Playback{.play_time = absl::Milliseconds(below(30'000)), .progress = 0.96};
    }
    events.push_back(event);
  }
  return events;
}

std::vector<Pin> TwelvePins() {
  std::vector<Pin> pins;
  for (std::uint64_t i = 0; i < 12; ++i) {
    Pin pin{.id = PinId(i == 0 ? kLargestId : i),
            .board = BoardId(i % 3),
            .format = static_cast<PinFormat>(i % kCountOf<PinFormat>),
            .source = static_cast<PinSource>(i % kCountOf<PinSource>),
            .title = i % 2 == 0 ? "=1+1;\n\"" : ""};
    if (i % 3 != 0) pin.account = AccountId(i);
    if (i % 4 != 0) pin.product_group = ProductGroupId(i);
    pins.push_back(pin);
  }
  return pins;
}

TEST(Csvw, DescribesEveryFormAndSplit) {
  const std::vector<Pin> pins = TwelvePins();
  const std::vector<Event> events = RandomEvents(pins);
  const absl::Time now = absl::FromCivil(absl::CivilHour(2026, 11, 23, 12), absl::UTCTimeZone());
  const DatedEvaluation evaluation(Evaluation(events, pins, now), now);
  const std::vector<CsvOptions> dialects = {
      {}, {.delimiter = ';', .line_end = CsvLineEnd::kLf, .byte_order_mark = true}};
  std::vector<std::optional<Dimension>> splits = {std::nullopt};
  for (std::size_t i = 0; i < kCountOf<Dimension>; ++i) {
    if (CanSplit(static_cast<Dimension>(i))) splits.push_back(static_cast<Dimension>(i));
  }
  ASSERT_EQ(splits.size(), 11U);
  for (const CsvOptions& options : dialects) {
    for (const std::optional<Dimension> split : splits) {
      for (const Comparison comparison : {Comparison::kNone, Comparison::kPreviousPeriod}) {
        const auto report = evaluation.Run({.period = LastDays(8, absl::CivilDay(2026, 11, 23)),
                                            .split = split,
                                            .comparison = comparison});
        ASSERT_TRUE(report.ok()) << report.status();
        ExpectDescribes(Read(SeriesToCsvw(*report, "a.csv", options)),
                        *SeriesToCsv(*report, options));
        ExpectDescribes(Read(TotalsToCsvw(*report, "a.csv", options)),
                        *TotalsToCsv(*report, options));
      }
    }
    const Query query = {.period = LastDays(8, absl::CivilDay(2026, 11, 23))};
    for (const auto& list : {evaluation.TopPins(query, {}), evaluation.TopBoards(query, {})}) {
      ASSERT_TRUE(list.ok()) << list.status();
      ASSERT_FALSE(list->rows.empty());
      ExpectDescribes(Read(ToCsvw(*list, "a.csv", options)), *ToCsv(*list, options));
    }
  }
}

TEST(Csvw, IsATableInTheVocabularyOfTheW3c) {
  const Json metadata = Read(SeriesToCsvw(SampleReport(), "series.csv"));
  EXPECT_EQ(metadata.at("@context"),
            Json::parse(R"(["http://www.w3.org/ns/csvw", {"@language": "en"}])"));
  EXPECT_EQ(metadata.at("url"), "series.csv");
  EXPECT_EQ(metadata.at("dc:title"), "Daily series");
  EXPECT_EQ(metadata.at("tableSchema").at("primaryKey"), (Json{"date", "segment"}));
  EXPECT_EQ(Read(TotalsToCsvw(SampleReport(), "a")).at("tableSchema").at("primaryKey"),
            Json{"segment"});
  EXPECT_EQ(Read(ToCsvw(SampleTopPins(), "a")).at("tableSchema").at("primaryKey"), Json{"rank"});
  // A key that is no term of the vocabulary needs a prefix, or a reader refuses it.
  const std::set<std::string> terms = {"@context", "url", "dialect", "tableSchema"};
  for (const auto& member : metadata.items()) {
    EXPECT_TRUE(terms.contains(member.key()) || member.key().find(':') != std::string::npos)
        << member.key();
  }
  const std::set<std::string> column_terms = {"name", "titles", "datatype", "required", "null"};
  for (const Json& column : metadata.at("tableSchema").at("columns")) {
    for (const auto& member : column.items()) {
      EXPECT_TRUE(column_terms.contains(member.key()) ||
                  member.key().find(':') != std::string::npos)
          << member.key();
    }
  }
}

TEST(Csvw, ColumnsHaveTitleDefinitionAndUnitOfTheirMetric) {
  const Json metadata = Read(TotalsToCsvw(SampleReport(), "a.csv"));
  for (const Metric& metric : SampleReport().query.metrics) {
    const Json& column = ColumnOf(metadata, metric.NameWithUnit());
    EXPECT_EQ(column.at("dc:title"), metric.title());
    EXPECT_EQ(column.at("dc:description"), metric.description().definition);
  }
  EXPECT_EQ(ColumnOf(metadata, "impressions").at("schema:unitText"), "count");
  EXPECT_EQ(ColumnOf(metadata, "impressions").at("datatype"), "integer");
  EXPECT_EQ(ColumnOf(metadata, "save_rate").at("schema:unitText"), "ratio");
  EXPECT_EQ(ColumnOf(metadata, "save_rate").at("datatype"), "number");
  EXPECT_EQ(ColumnOf(metadata, "total_play_time_minutes").at("schema:unitText"), "minutes");
  const Json& change = ColumnOf(metadata, "total_play_time_change");
  EXPECT_EQ(change.at("schema:unitText"), "ratio");
  EXPECT_EQ(change.at("dc:title"), "Total play time, change");
  EXPECT_EQ(change.at("datatype"), "number");
}

TEST(Csvw, OnlyFiguresAndTextsMayBeAbsent) {
  const Json metadata = Read(ToCsvw(SampleTopPins(), "a.csv"));
  for (const std::string column : {"rank", "pin_id"}) {
    EXPECT_TRUE(ColumnOf(metadata, column).at("required")) << column;
  }
  for (const std::string column : {"title", "impressions"}) {
    EXPECT_EQ(ColumnOf(metadata, column).at("null"), "") << column;
  }
  EXPECT_EQ(ColumnOf(metadata, "title").at("dc:description"),
            "As last known. An apostrophe is in front of a text that a spreadsheet would run.");
}

/// What was asked, by its name.
Json AskedOf(const Json& metadata) {
  Json asked;
  for (const Json& property : metadata.at("schema:additionalProperty")) {
    EXPECT_EQ(property.at("@type"), "schema:PropertyValue");
    asked[std::string(property.at("schema:name"))] = property.at("schema:value");
  }
  return asked;
}

TEST(Csvw, SaysWhatWasAsked) {
  Report report = SplitReport();
  report.query.include_saved = true;
  report.time_zone = absl::FixedTimeZone(3600);
  EXPECT_EQ(AskedOf(Read(SeriesToCsvw(report, "a.csv"))),
            (Json{{"period", "2026-11-20..2026-11-20"},
                  {"time_zone", report.time_zone.name()},
                  {"now", "2026-11-23T12:00:00Z"},
                  {"latest_complete_day", "2026-11-20"},
                  {"filter", "device:mobile"},
                  {"include_saved", "true"},
                  {"real_time", "false"},
                  {"split", "account"},
                  {"interval", "day"},
                  {"compared_with", ""}}));
  report.month_compared_with = absl::CivilDay(2026, 11, 19);
  EXPECT_EQ(AskedOf(Read(SeriesToCsvw(report, "a.csv"))).at("month_compared_with"), "2026-11-19");
}

TEST(Csvw, WeeksAreDatesWithAFlagBesideTheKey) {
  const Json metadata = Read(SeriesToCsvw(WeeksReport(), "a.csv"));
  EXPECT_EQ(AskedOf(metadata).at("interval"), "week");
  EXPECT_EQ(ColumnOf(metadata, "end").at("datatype"), "date");
  EXPECT_EQ(ColumnOf(metadata, "partial").at("datatype"), "boolean");
  EXPECT_TRUE(ColumnOf(metadata, "partial").at("required"));
  EXPECT_EQ(metadata.at("tableSchema").at("primaryKey"), (Json{"date", "segment"}));
}

TEST(Csvw, TopListSaysItsRanking) {
  TopList list = SampleTopPins();
  list.ranking = {.by = kSaves, .limit = 3};
  Json asked = AskedOf(Read(ToCsvw(list, "a.csv")));
  EXPECT_EQ(asked.at("by"), "saves");
  EXPECT_EQ(asked.at("limit"), "3");
  EXPECT_EQ(asked.at("created_in_last"), "");
  list.ranking.created_in_last_days = 30;
  EXPECT_EQ(AskedOf(Read(ToCsvw(list, "a.csv"))).at("created_in_last"), "30");
}

TEST(Csvw, SaysWhatEachChangeIsAgainst) {
  Report report = SampleReport();
  report.query.metrics[0] = kMonthlyViews;
  report.month_compared_with = absl::CivilDay(2026, 11, 19);
  const auto definition = [&report](const std::string& column) {
    return ColumnOf(Read(TotalsToCsvw(report, "a.csv")), column).at("dc:description");
  };
  EXPECT_EQ(definition("save_rate_change"),
            "(now - before) / before, where before is the figure of 2026-11-19..2026-11-19.");
  EXPECT_EQ(definition("monthly_views_change"),
            "(now - before) / before, where before is the figure of 2026-11-19.");
  report.query.period = LastDays(9, absl::CivilDay(2026, 11, 20));
  report.compared_with = LastDays(9, absl::CivilDay(2026, 11, 11));
  report.month_compared_with = absl::CivilDay(2026, 11, 11);
  EXPECT_EQ(definition("save_rate_change"),
            "(now - before) / before, where before is the figure of 2026-11-03..2026-11-11.");
  EXPECT_EQ(definition("monthly_views_change"),
            "(now - before) / before, where before is the figure of 2026-11-11.");
  report.compared_with.reset();
  EXPECT_EQ(definition("save_rate_change"), "Absent: not all days to compare with are known.");
  EXPECT_EQ(definition("monthly_views_change"),
            "(now - before) / before, where before is the figure of 2026-11-11.");
  report.month_compared_with.reset();
  EXPECT_EQ(definition("monthly_views_change"), "Absent: not all days to compare with are known.");
}

TEST(Csvw, FiguresThatAreNotWholeMakeAColumnOfNumbers) {
  Report report = SampleReport();
  report.query.metrics = {Named("half")};
  report.query.comparison = Comparison::kNone;
  report.days = {{.day = absl::CivilDay(2026, 11, 20), .figures = {2}},
                 {.day = absl::CivilDay(2026, 11, 21), .status = DayStatus::kProcessing}};
  const auto datatype = [&report] {
    const Json metadata = Read(SeriesToCsvw(report, "a.csv"));
    ExpectDescribes(metadata, SeriesToCsv(report));
    return ColumnOf(metadata, "half").at("datatype");
  };
  EXPECT_EQ(datatype(), "integer");
  report.days[1].figures = {1.5};
  EXPECT_EQ(datatype(), "number");
  // Whole, but written with an exponent.
  report.days[1].figures = {1e300};
  EXPECT_EQ(datatype(), "number");
}

TEST(Csvw, NamesOfAHostsMetricsAreEncodedAndTheirHeadersKept) {
  TopList list = SampleTopPins();
  list.query.metrics = {Named("=1+1"), Named("_Größe, \"all\""), Named("a.b-c")};
  const Json metadata = Read(ToCsvw(list, "a.csv"));
  ExpectDescribes(metadata, ToCsv(list));
  EXPECT_THAT(TitlesOf(metadata),
              ElementsAre("rank", "pin_id", "title", "'=1+1", "_Größe, \"all\"", "a.b-c"));
  EXPECT_EQ(ColumnOf(metadata, "'=1+1").at("name"), "%27%3D1%2B1");
  EXPECT_EQ(ColumnOf(metadata, "_Größe, \"all\"").at("name"), "%5FGr%C3%B6%C3%9Fe%2C%20%22all%22");
  EXPECT_EQ(ColumnOf(metadata, "a.b-c").at("name"), "a%2Eb%2Dc");
}

TEST(Csvw, FileNamesBecomeUrls) {
  EXPECT_EQ(CsvwFileName("out/a.csv"), "out/a.csv-metadata.json");
  const auto url = [](std::string_view file) {
    return Read(SeriesToCsvw(SampleReport(), file)).at("url");
  };
  EXPECT_EQ(url("november 2026.csv"), "november%202026.csv");
  EXPECT_EQ(url("http://x?#%"), "http%3A//x%3F%23%25");
  EXPECT_EQ(url("caf\u00E9.csv"), "caf%C3%A9.csv");
}

TEST(Csvw, RefusesOptionsThatTheCsvRefuses) {
  const CsvOptions quote = {.delimiter = '"'};
  EXPECT_EQ(SeriesToCsvw(SampleReport(), "a", quote).status(), CheckCsvOptions(quote));
  EXPECT_EQ(TotalsToCsvw(SampleReport(), "a", quote).status(), CheckCsvOptions(quote));
  EXPECT_EQ(ToCsvw(SampleTopPins(), "a", quote).status(), CheckCsvOptions(quote));
}

}  // namespace
}  // namespace pinmetrics

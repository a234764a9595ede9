#include "pinmetrics/export/csvw.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "export/asked.h"
#include "export/csv_writer.h"
#include "export/json_writer.h"
#include "export/metric_column.h"
#include "export/number.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/report/query.h"

namespace pinmetrics {
namespace {

using Layout = JsonWriter::Layout;

// The datatypes of the vocabulary.
constexpr std::string_view kDate = "date";
constexpr std::string_view kInteger = "integer";
constexpr std::string_view kNumber = "number";
constexpr std::string_view kString = "string";

/// A column of the CSV. Texts that are empty are left out.
struct Column {
  std::string header = {};
  std::string_view datatype = kString;
  /// A regular expression that all cells match.
  std::string format = {};
  bool required = false;
  std::string title = {};
  std::string definition = {};
  std::string_view unit = {};
};

struct Table {
  std::string_view title;
  std::vector<Column> columns = {};
  std::vector<std::string_view> key = {};
};

/// `text` with all but letters, digits and `kept` percent-encoded.
std::string PercentEncoded(std::string_view text, std::string_view kept) {
  constexpr std::string_view kHexDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || kept.find(c) != std::string_view::npos;
    if (is_plain) {
      encoded += c;
      continue;
    }
    const auto code = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += kHexDigits[code >> 4];
    encoded += kHexDigits[code & 0xF];
  }
  return encoded;
}

/// A name as the vocabulary allows it: that of a variable in a URI template, not with _ in front.
std::string ColumnName(std::string_view header) {
  std::string name = PercentEncoded(header, "_");
  if (name.starts_with('_')) name.replace(0, 1, "%5F");
  return name;
}

// ---- columns ----

Column SegmentColumn(const Query& query) {
  return {.header = "segment",
          .required = true,
          .definition = query.split ? "The row's " + std::string(NameOf(*query.split)) + ", or all."
                                    : "The row is about all events."};
}

Column StatusColumn() {
  std::string names;
  for (const std::string_view name : EnumNames<DayStatus>::kNames) {
    if (!names.empty()) names += '|';
    names += name;
  }
  return {.header = "status",
          .format = names,
          .required = true,
          .definition = "How far the day's figures can be relied on."};
}

/// A column for each metric; `figures_of` gives a row's.
template <typename Row, typename FiguresOf>
void AddFigures(const Query& query, const std::vector<Row>& rows, FiguresOf figures_of,
                Table& table) {
  for (std::size_t i = 0; i < query.metrics.size(); ++i) {
    const Metric& metric = query.metrics[i];
    const bool whole = CountsWhole(metric) && std::all_of(rows.begin(), rows.end(), [&](auto& row) {
                         return IsExactInteger(FigureAt(figures_of(row), i).value_or(0));
                       });
    table.columns.push_back({.header = DefusedText(metric.NameWithUnit()),
                             .datatype = whole ? kInteger : kNumber,
                             .title = metric.title(),
                             .definition = metric.description().definition,
                             .unit = NameOfUnit(metric.unit())});
  }
}

/// What the change of a metric is against, see `ReportHead::compared_with`.
std::string DefinitionOfChange(const ReportHead& head, const Metric& metric) {
  std::string before;
  if (metric.needs().month_alone()) {
    if (head.month_compared_with) before = ToString(*head.month_compared_with);
  } else if (head.compared_with) {
    before = ToString(*head.compared_with);
  }
  if (before.empty()) return "Absent: not all days to compare with are known.";
  return "(now - before) / before, where before is the figure of " + before + ".";
}

void AddChange(const ReportHead& head, Table& table) {
  for (const Metric& metric : head.query.metrics) {
    table.columns.push_back({.header = DefusedText(metric.NameOfChange()),
                             .datatype = kNumber,
                             .title = metric.title() + ", change",
                             .definition = DefinitionOfChange(head, metric),
                             .unit = NameOfUnit(Unit::kRatio)});
  }
}

Table SeriesTable(const Report& report) {
  Table table{.title = "Daily series", .key = {"date", "segment"}};
  table.columns = {{.header = "date",
                    .datatype = kDate,
                    .required = true,
                    .definition = "A day of the reporting zone."},
                   SegmentColumn(report.query),
                   StatusColumn()};
  AddFigures(
      report.query, report.days, [](const DayRow& row) -> auto& { return row.figures; }, table);
  return table;
}

Table TotalsTable(const Report& report) {
  Table table{.title = "Totals of the period", .key = {"segment"}};
  table.columns = {SegmentColumn(report.query)};
  AddFigures(
      report.query, report.totals, [](const TotalRow& row) -> auto& { return row.figures; }, table);
  if (report.query.comparison != Comparison::kNone) AddChange(report, table);
  return table;
}

Table TopListTable(const TopList& list) {
  const bool boards = list.item == Dimension::kBoard;
  Table table{.title = boards ? "Top boards" : "Top Pins", .key = {"rank"}};
  table.columns = {{.header = "rank",
                    .datatype = kInteger,
                    .required = true,
                    .definition = "From 1, the highest by " + list.ranking.by.name() + "."},
                   {.header = boards ? "board_id" : "pin_id", .required = true},
                   {.header = "title",
                    .definition = "As last known. An apostrophe is in front of a text that a "
                                  "spreadsheet would run."}};
  AddFigures(
      list.query, list.rows, [](const TopRow& row) -> auto& { return row.figures; }, table);
  return table;
}

// ---- JSON ----

void WriteText(std::string_view key, std::string_view text, JsonWriter& json) {
  json.Key(key);
  json.String(text);
}

void WriteTextUnlessEmpty(std::string_view key, std::string_view text, JsonWriter& json) {
  if (!text.empty()) WriteText(key, text, json);
}

void WriteAsked(const ReportHead& head, JsonWriter& json) {
  json.Key("schema:additionalProperty");
  json.BeginArray(Layout::kLines);
  for (const auto& [name, value] : Asked(head)) {
    json.BeginObject();
    WriteText("@type", "schema:PropertyValue", json);
    WriteText("schema:name", name, json);
    WriteText("schema:value", value, json);
    json.EndObject();
  }
  json.EndArray();
}

void WriteDialect(const CsvOptions& options, JsonWriter& json) {
  json.Key("dialect");
  json.BeginObject();
  WriteText("encoding", "utf-8", json);
  WriteText("delimiter", std::string_view(&options.delimiter, 1), json);
  json.Key("lineTerminators");
  json.BeginArray();
  json.String(LineEndOf(options));
  json.EndArray();
  WriteText("quoteChar", "\"", json);
  json.Key("doubleQuote");
  json.Bool(true);
  json.Key("header");
  json.Bool(true);
  json.EndObject();
}

void WriteColumn(const Column& column, JsonWriter& json) {
  json.BeginObject();
  WriteTextUnlessEmpty("name", ColumnName(column.header), json);
  WriteText("titles", column.header, json);
  if (column.format.empty()) {
    WriteText("datatype", column.datatype, json);
  } else {
    json.Key("datatype");
    json.BeginObject();
    WriteText("base", column.datatype, json);
    WriteText("format", column.format, json);
    json.EndObject();
  }
  if (column.required) {
    json.Key("required");
    json.Bool(true);
  } else {
    WriteText("null", "", json);
  }
  WriteTextUnlessEmpty("dc:title", column.title, json);
  WriteTextUnlessEmpty("dc:description", column.definition, json);
  WriteTextUnlessEmpty("schema:unitText", column.unit, json);
  json.EndObject();
}

void WriteSchema(const Table& table, JsonWriter& json) {
  json.Key("tableSchema");
  json.BeginObject(Layout::kLines);
  json.Key("columns");
  json.BeginArray(Layout::kLines);
  for (const Column& column : table.columns) WriteColumn(column, json);
  json.EndArray();
  json.Key("primaryKey");
  json.BeginArray();
  for (const std::string_view name : table.key) json.String(name);
  json.EndArray();
  json.EndObject();
}

absl::StatusOr<std::string> Describe(const ReportHead& head, const Table& table,
                                     std::string_view csv_file, const CsvOptions& options) {
  absl::Status status = CheckCsvOptions(options);
  if (!status.ok()) return status;
  std::string text;
  JsonWriter json(text);
  json.BeginObject(Layout::kLines);
  json.Key("@context");
  json.BeginArray();
  json.String("http://www.w3.org/ns/csvw");
  json.BeginObject();
  WriteText("@language", "en", json);
  json.EndObject();
  json.EndArray();
  WriteText("url", PercentEncoded(csv_file, "-._~/"), json);
  WriteText("dc:title", table.title, json);
  WriteAsked(head, json);
  WriteDialect(options, json);
  WriteSchema(table, json);
  json.EndObject();
  text += '\n';
  return text;
}

}  // namespace

std::string CsvwFileName(std::string_view csv_file) {
  return std::string(csv_file) + "-metadata.json";
}

absl::StatusOr<std::string> SeriesToCsvw(const Report& report, std::string_view csv_file,
                                         const CsvOptions& options) {
  return Describe(report, SeriesTable(report), csv_file, options);
}

absl::StatusOr<std::string> TotalsToCsvw(const Report& report, std::string_view csv_file,
                                         const CsvOptions& options) {
  return Describe(report, TotalsTable(report), csv_file, options);
}

absl::StatusOr<std::string> ToCsvw(const TopList& list, std::string_view csv_file,
                                   const CsvOptions& options) {
  return Describe(list, TopListTable(list), csv_file, options);
}

}  // namespace pinmetrics

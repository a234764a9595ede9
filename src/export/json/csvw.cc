#include "pinmetrics/export/csvw.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/ascii.h"
#include "export/asked.h"
#include "export/csv_writer.h"
#include "export/json/writer.h"
#include "export/number.h"
#include "export/table.h"

namespace pinmetrics {
namespace {

using Layout = JsonWriter::Layout;

/// `text` with all but letters, digits and `kept` percent-encoded.
std::string PercentEncoded(std::string_view text, std::string_view kept) {
  constexpr std::string_view kHexDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(code) || kept.find(c) != std::string_view::npos) {
      encoded += c;
      continue;
    }
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

/// What CSV does to texts.
constexpr const char* kDefusedTexts =
    " An apostrophe is in front of a text that a spreadsheet would run.";

/// The vocabulary's datatype of a column's cells.
template <typename Row>
struct DatatypeOf {
  const std::vector<Row>& rows;

  std::string_view operator()(const DayCells<Row>&) const { return "date"; }
  std::string_view operator()(const NameCells<Row>&) const { return "string"; }
  std::string_view operator()(const TextCells<Row>&) const { return "string"; }
  /// An id may have 20 digits.
  std::string_view operator()(const IdCells<Row>&) const { return "string"; }
  std::string_view operator()(const FlagCells<Row>&) const { return "boolean"; }
  std::string_view operator()(const RankCells&) const { return "integer"; }
  std::string_view operator()(const FigureCells<Row>& cells) const {
    return AreWhole(rows, cells, IsExactInteger) ? "integer" : "number";
  }
};

/// A regular expression that all cells match, where they are of a few names; else empty.
template <typename Row>
std::string FormatOf(const Cells<Row>& cells) {
  std::string format;
  if (const auto* const names = std::get_if<NameCells<Row>>(&cells)) {
    for (const std::string_view name : names->known) {
      if (!format.empty()) format += '|';
      format += name;
    }
  }
  return format;
}

// ---- JSON ----

void WriteTextUnlessEmpty(std::string_view key, std::string_view text, JsonWriter& json) {
  if (!text.empty()) WriteText(key, text, json);
}

void WriteAsked(const std::vector<AskedItem>& asked, JsonWriter& json) {
  json.Key("schema:additionalProperty");
  json.BeginArray(Layout::kLines);
  for (const AskedItem& item : asked) {
    json.BeginObject();
    WriteText("@type", "schema:PropertyValue", json);
    WriteText("schema:name", item.name, json);
    WriteText("schema:value", ToText(item), json);
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

template <typename Row>
void WriteDatatype(const Cells<Row>& cells, const std::vector<Row>& rows, JsonWriter& json) {
  const std::string_view datatype = std::visit(DatatypeOf<Row>{rows}, cells);
  const std::string format = FormatOf<Row>(cells);
  json.Key("datatype");
  if (format.empty()) {
    json.String(datatype);
    return;
  }
  json.BeginObject();
  WriteText("base", datatype, json);
  WriteText("format", format, json);
  json.EndObject();
}

template <typename Row>
void WriteColumn(const TableColumn<Row>& column, const std::vector<Row>& rows, JsonWriter& json) {
  const std::string header = DefusedText(column.name);
  // An empty text is an empty cell, as no value is.
  const bool is_text = std::holds_alternative<TextCells<Row>>(column.cells);
  json.BeginObject();
  WriteText("name", ColumnName(header), json);
  WriteText("titles", header, json);
  WriteDatatype<Row>(column.cells, rows, json);
  if (column.nullable() || is_text) {
    WriteText("null", "", json);
  } else {
    json.Key("required");
    json.Bool(true);
  }
  WriteTextUnlessEmpty("dc:title", column.title, json);
  WriteTextUnlessEmpty("dc:description", column.definition + (is_text ? kDefusedTexts : ""), json);
  if (const auto* const figures = std::get_if<FigureCells<Row>>(&column.cells)) {
    WriteText("schema:unitText", NameOfUnit(figures->unit), json);
  }
  json.EndObject();
}

template <typename Row>
void WriteSchema(const ReportTable<Row>& table, JsonWriter& json) {
  json.Key("tableSchema");
  json.BeginObject(Layout::kLines);
  json.Key("columns");
  json.BeginArray(Layout::kLines);
  for (const TableColumn<Row>& column : table.columns) WriteColumn(column, table.rows, json);
  json.EndArray();
  json.Key("primaryKey");
  json.BeginArray();
  for (const TableColumn<Row>& column : table.columns) {
    if (column.is_key) json.String(ColumnName(column.name));
  }
  json.EndArray();
  json.EndObject();
}

template <typename Row>
absl::StatusOr<std::string> Describe(const std::vector<AskedItem>& asked,
                                     const ReportTable<Row>& table, std::string_view csv_file,
                                     const CsvOptions& options) {
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
  WriteAsked(asked, json);
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
  return Describe(Asked(report), SeriesTable(report), csv_file, options);
}

absl::StatusOr<std::string> TotalsToCsvw(const Report& report, std::string_view csv_file,
                                         const CsvOptions& options) {
  return Describe(Asked(report), TotalsTable(report), csv_file, options);
}

absl::StatusOr<std::string> ToCsvw(const TopList& list, std::string_view csv_file,
                                   const CsvOptions& options) {
  return Describe(Asked(list), TopListTable(list), csv_file, options);
}

}  // namespace pinmetrics

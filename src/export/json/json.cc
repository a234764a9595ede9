#include "pinmetrics/export/json.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "export/asked.h"
#include "export/json/writer.h"
#include "export/number.h"
#include "export/same_question.h"
#include "export/sink_buffer.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/report/query.h"

namespace pinmetrics {
namespace {

using Layout = JsonWriter::Layout;

/// Writes one thing that was asked.
struct AskedWriter {
  JsonWriter& json;

  void operator()(std::monostate) const { json.Null(); }
  void operator()(bool value) const { json.Bool(value); }
  void operator()(std::int64_t value) const { json.Whole(value); }
  void operator()(std::uint64_t value) const { json.Whole(value); }
  void operator()(const std::string& value) const { json.String(value); }
  void operator()(const DateRange& days) const {
    json.BeginObject();
    WriteText("start", ToString(days.first()), json);
    WriteText("end", ToString(days.last()), json);
    json.EndObject();
  }
};

/// The keys of a query's figures, in order.
std::vector<JsonKey> KeysOf(const Query& query) {
  std::vector<JsonKey> keys;
  for (const Metric& metric : query.metrics) keys.emplace_back(metric.NameWithUnit());
  return keys;
}

// A member for each metric of the query. Changes are under the same names as what has changed.
void WriteFigures(std::string_view key, const std::vector<JsonKey>& keys, const Figures& figures,
                  JsonWriter& json) {
  json.Key(key);
  json.BeginObject();
  // A day without values has none; anything else has all.
  if (!figures.empty()) {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      json.Key(keys[i]);
      if (const std::optional<double> figure = FigureAt(figures, i)) {
        json.Number(*figure);
      } else {
        json.Null();
      }
    }
  }
  json.EndObject();
}

// Each table stops where the sink has failed.

void WriteTotals(const Report& report, JsonWriter& json, SinkBuffer& buffer) {
  const std::vector<JsonKey> keys = KeysOf(report.query);
  json.Key("totals");
  json.BeginArray(Layout::kLines);
  for (const TotalRow& row : report.totals) {
    json.BeginObject();
    WriteText("segment", SegmentText(report.query, row.segment), json);
    WriteFigures("metrics", keys, row.figures, json);
    if (report.query.comparison != Comparison::kNone) {
      WriteFigures("change", keys, row.change, json);
    }
    json.EndObject();
    if (!buffer.Drain()) break;
  }
  json.EndArray();
}

void WriteDays(const Report& report, JsonWriter& json, SinkBuffer& buffer) {
  const std::vector<JsonKey> keys = KeysOf(report.query);
  json.Key("days");
  json.BeginArray(Layout::kLines);
  for (const DayRow& row : report.days) {
    json.BeginObject();
    WriteText("date", ToString(row.day), json);
    if (!report.query.interval.is_day()) {
      WriteText("end", ToString(row.last_day), json);
      json.Key("partial");
      json.Bool(row.partial);
    }
    WriteText("status", NameOf(row.status), json);
    WriteText("segment", SegmentText(report.query, row.segment), json);
    WriteFigures("metrics", keys, row.figures, json);
    json.EndObject();
    if (!buffer.Drain()) break;
  }
  json.EndArray();
}

void WriteTable(const TopList& list, JsonWriter& json, SinkBuffer& buffer) {
  const std::vector<JsonKey> keys = KeysOf(list.query);
  const bool boards = list.item == Dimension::kBoard;
  json.Key(boards ? "top_boards" : "top_pins");
  json.BeginArray(Layout::kLines);
  for (const TopRow& row : list.rows) {
    json.BeginObject();
    WriteText(boards ? "board_id" : "pin_id", std::to_string(row.number()), json);
    if (!boards) WriteText("title", row.title, json);
    WriteFigures("metrics", keys, row.figures, json);
    json.EndObject();
    if (!buffer.Drain()) break;
  }
  json.EndArray();
}

// One document: the keys of what was asked and the tables', each on a line of its own and each row
// on one.
template <typename WriteTables>
absl::Status WriteDocument(const std::vector<AskedItem>& asked, const Sink& sink,
                           WriteTables write_tables) {
  SinkBuffer buffer(sink);
  JsonWriter json(buffer.text());
  json.BeginObject(Layout::kLines);
  for (const AskedItem& item : asked) {
    json.Key(item.name);
    std::visit(AskedWriter{json}, item.value);
  }
  write_tables(json, buffer);
  json.EndObject();
  buffer.text() += '\n';
  return buffer.Finish();
}

template <typename Answer>
std::string CollectDocument(const Answer& answer) {
  return Collect([&answer](const Sink& sink) { return WriteJson(answer, sink); });
}

}  // namespace

absl::Status WriteJson(const Report& report, const Sink& sink) {
  return WriteDocument(Asked(report), sink, [&report](JsonWriter& json, SinkBuffer& buffer) {
    WriteTotals(report, json, buffer);
    WriteDays(report, json, buffer);
  });
}

absl::Status WriteJson(const TopList& list, const Sink& sink) {
  return WriteDocument(Asked(list), sink, [&list](JsonWriter& json, SinkBuffer& buffer) {
    WriteTable(list, json, buffer);
  });
}

absl::Status WriteJson(const Overview& overview, const Sink& sink) {
  if (absl::Status status = CheckTopListsOf(overview); !status.ok()) return status;
  return WriteDocument(Asked(overview.report), sink,
                       [&overview](JsonWriter& json, SinkBuffer& buffer) {
                         WriteTotals(overview.report, json, buffer);
                         WriteDays(overview.report, json, buffer);
                         WriteTable(overview.top_pins, json, buffer);
                         WriteTable(overview.top_boards, json, buffer);
                       });
}

std::string ToJson(const Report& report) { return CollectDocument(report); }
std::string ToJson(const TopList& list) { return CollectDocument(list); }
std::string ToJson(const Overview& overview) { return CollectDocument(overview); }

}  // namespace pinmetrics

#include "pinmetrics/export/json.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "export/json_writer.h"
#include "export/number.h"
#include "export/same_question.h"
#include "export/sink_buffer.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/fault.h"
#include "pinmetrics/report/query.h"

namespace pinmetrics {
namespace {

using Layout = JsonWriter::Layout;

void WriteText(std::string_view key, std::string_view text, JsonWriter& json) {
  json.Key(key);
  json.String(text);
}

void WriteSwitch(std::string_view key, bool value, JsonWriter& json) {
  json.Key(key);
  json.Bool(value);
}

void WriteRange(const DateRange& days, JsonWriter& json) {
  json.BeginObject();
  WriteText("start", ToString(days.first()), json);
  WriteText("end", ToString(days.last()), json);
  json.EndObject();
}

void WriteHead(const ReportHead& head, JsonWriter& json) {
  json.Key("period");
  WriteRange(head.query.period, json);
  WriteText("time_zone", head.time_zone.name(), json);
  WriteText("now", FormatInstant(head.now), json);
  WriteText("latest_complete_day", ToString(head.latest_complete_day), json);
  WriteText("filter", FilterText(head.query), json);
  WriteSwitch("include_saved", head.query.include_saved, json);
  WriteSwitch("real_time", head.query.real_time, json);
  json.Key("split");
  if (head.query.split) {
    json.String(NameOf(*head.query.split));
  } else {
    json.Null();
  }
  json.Key("compared_with");
  if (head.compared_with) {
    WriteRange(*head.compared_with, json);
  } else {
    json.Null();
  }
}

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

// One document: the head's keys and the tables', each on a line of its own and each row on one.
template <typename WriteTables>
absl::Status WriteDocument(const ReportHead& head, const Sink& sink, WriteTables write_tables) {
  SinkBuffer buffer(sink);
  JsonWriter json(buffer.text());
  json.BeginObject(Layout::kLines);
  WriteHead(head, json);
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
  return WriteDocument(report, sink, [&report](JsonWriter& json, SinkBuffer& buffer) {
    WriteTotals(report, json, buffer);
    WriteDays(report, json, buffer);
  });
}

absl::Status WriteJson(const TopList& list, const Sink& sink) {
  return WriteDocument(list, sink, [&list](JsonWriter& json, SinkBuffer& buffer) {
    WriteTable(list, json, buffer);
  });
}

absl::Status WriteJson(const Overview& overview, const Sink& sink) {
  if (absl::Status status = CheckTopListsOf(overview); !status.ok()) return status;
  return WriteDocument(overview.report, sink, [&overview](JsonWriter& json, SinkBuffer& buffer) {
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

#include "pinmetrics/export/json.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "export/json_writer.h"
#include "export/number.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/fault.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"

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

void WriteHead(const ReportHead& head, JsonWriter& json) {
  json.Key("period");
  json.BeginObject();
  WriteText("start", ToString(head.query.period.first()), json);
  WriteText("end", ToString(head.query.period.last()), json);
  json.EndObject();
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
}

// A member for each metric of the query. Changes are under the same names as what has changed.
void WriteFigures(std::string_view key, const Query& query, const Figures& figures,
                  JsonWriter& json) {
  json.Key(key);
  json.BeginObject();
  // A day without values has none; anything else has all.
  if (!figures.empty()) {
    for (std::size_t i = 0; i < query.metrics.size(); ++i) {
      json.Key(query.metrics[i].NameWithUnit());
      if (const std::optional<double> figure = FigureAt(figures, i)) {
        json.Number(*figure);
      } else {
        json.Null();
      }
    }
  }
  json.EndObject();
}

void WriteTables(const Report& report, JsonWriter& json) {
  json.Key("totals");
  json.BeginArray(Layout::kLines);
  for (const TotalRow& row : report.totals) {
    json.BeginObject();
    WriteText("segment", SegmentText(report.query, row.segment), json);
    WriteFigures("metrics", report.query, row.figures, json);
    if (report.query.comparison != Comparison::kNone) {
      WriteFigures("change", report.query, row.change, json);
    }
    json.EndObject();
  }
  json.EndArray();

  json.Key("days");
  json.BeginArray(Layout::kLines);
  for (const DayRow& row : report.days) {
    json.BeginObject();
    WriteText("date", ToString(row.day), json);
    WriteText("status", NameOf(row.status), json);
    WriteText("segment", SegmentText(report.query, row.segment), json);
    WriteFigures("metrics", report.query, row.figures, json);
    json.EndObject();
  }
  json.EndArray();
}

void WriteTable(const TopList& list, JsonWriter& json) {
  const bool boards = list.item == Dimension::kBoard;
  json.Key(boards ? "top_boards" : "top_pins");
  json.BeginArray(Layout::kLines);
  for (const TopRow& row : list.rows) {
    json.BeginObject();
    WriteText(boards ? "board_id" : "pin_id", std::to_string(row.id), json);
    if (!boards) WriteText("title", row.title, json);
    WriteFigures("metrics", list.query, row.figures, json);
    json.EndObject();
  }
  json.EndArray();
}

// One document: the head's keys and the tables', each on a line of its own and each row on one.
template <typename WriteTheTables>
std::string Document(const ReportHead& head, WriteTheTables write_tables) {
  std::string text;
  JsonWriter json(text);
  json.BeginObject(Layout::kLines);
  WriteHead(head, json);
  write_tables(json);
  json.EndObject();
  text += '\n';
  return text;
}

}  // namespace

std::string ToJson(const Report& report) {
  return Document(report, [&report](JsonWriter& json) { WriteTables(report, json); });
}

std::string ToJson(const TopList& list) {
  return Document(list, [&list](JsonWriter& json) { WriteTable(list, json); });
}

std::string ToJson(const Overview& overview) {
  return Document(overview.report, [&overview](JsonWriter& json) {
    WriteTables(overview.report, json);
    WriteTable(overview.top_pins, json);
    WriteTable(overview.top_boards, json);
  });
}

}  // namespace pinmetrics

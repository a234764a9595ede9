#include "pinmetrics/export/pinterest_json.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "export/json/writer.h"
#include "export/number.h"
#include "export/sink_buffer.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/calendar/reporting_calendar.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/metrics/metric.h"
#include "report/pinterest_call.h"
#include "report/pinterest_names.h"

namespace pinmetrics {
namespace {

using Layout = JsonWriter::Layout;

constexpr double kMillisecondsPerMinute = 60'000;
constexpr double kMillisecondsPerSecond = 1'000;

/// Rows of figures as the API has them: its metrics under its names, in its units.
class ApiMetrics {
 public:
  /// `metrics` are those of a query and must outlive this.
  explicit ApiMetrics(const std::vector<Metric>& metrics) {
    for (std::size_t i = 0; i < metrics.size(); ++i) {
      if (!metrics[i].description().pinterest_name.empty()) columns_.push_back({metrics[i], i});
      if (metrics[i] == kTotalPlayTime) total_play_time_ = i;
      if (metrics[i] == kVideoStarts) video_starts_ = i;
    }
  }

  absl::Status Check() const {
    std::set<std::string_view> names;
    for (const Column& column : columns_) {
      if (names.insert(column.name()).second) continue;
      return absl::InvalidArgumentError("metrics: two are " + std::string(column.name()) +
                                        " in the API, expected each of its names once");
    }
    return absl::OkStatus();
  }

  /// An object with a member for each metric; without any if there are no figures.
  void WriteValues(const Figures& figures, JsonWriter& json) const {
    json.BeginObject();
    for (const Column& column : columns_) {
      const std::optional<double> value = ValueOf(column, figures);
      if (!value) continue;
      json.Key(column.name());
      if (column.IsReal()) {
        json.Real(*value);
      } else {
        json.Number(*value);
      }
    }
    json.EndObject();
  }

  /// The same members as above, each with the status.
  void WriteStatus(const Figures& figures, DayStatus status, JsonWriter& json) const {
    json.BeginObject();
    for (const Column& column : columns_) {
      if (!ValueOf(column, figures)) continue;
      json.Key(column.name());
      json.String(PinterestName(status));
    }
    json.EndObject();
  }

 private:
  struct Column {
    const Metric& metric;
    std::size_t index;

    std::string_view name() const { return metric.description().pinterest_name; }
    bool IsReal() const { return metric.unit() == Unit::kRatio || metric.unit() == Unit::kSeconds; }
  };

  std::optional<double> ValueOf(const Column& column, const Figures& figures) const {
    if (figures.empty()) return std::nullopt;
    const std::optional<double> figure = FigureAt(figures, column.index);
    if (!figure) return column.IsReal() ? std::optional<double>(0) : std::nullopt;
    switch (column.metric.unit()) {
      case Unit::kMinutes:
        return std::round(*figure * kMillisecondsPerMinute);
      case Unit::kSeconds:
        if (column.metric == kAveragePlayTime) {
          if (const std::optional<double> average = AveragePlayTimeMs(figures)) return average;
        }
        return *figure * kMillisecondsPerSecond;
      default:
        return figure;
    }
  }

  /// Divided once, from the two figures it is the quotient of, if both are there.
  std::optional<double> AveragePlayTimeMs(const Figures& figures) const {
    if (!total_play_time_ || !video_starts_) return std::nullopt;
    const std::optional<double> minutes = FigureAt(figures, *total_play_time_);
    const std::optional<double> starts = FigureAt(figures, *video_starts_);
    if (!minutes || !starts || *starts == 0) return std::nullopt;
    return std::round(*minutes * kMillisecondsPerMinute) / *starts;
  }

  std::vector<Column> columns_;
  std::optional<std::size_t> total_play_time_;
  std::optional<std::size_t> video_starts_;
};

/// The rows of each day of a report: all segments, or one row for a day without values.
std::vector<std::span<const DayRow>> RowsByDay(const Report& report) {
  std::vector<std::span<const DayRow>> days;
  for (auto begin = report.days.begin(); begin != report.days.end();) {
    const auto end = std::find_if(begin, report.days.end(),
                                  [&begin](const DayRow& row) { return row.day != begin->day; });
    days.emplace_back(begin, end);
    begin = end;
  }
  return days;
}

/// Writes the segments of one report: the members of an AnalyticsResponse or a
/// PinAnalyticsResponse.
class SegmentWriter {
 public:
  SegmentWriter(const Report& report, bool is_of_pin, JsonWriter& json, SinkBuffer& buffer)
      : report_(report),
        is_of_pin_(is_of_pin),
        metrics_(report.query.metrics),
        days_(RowsByDay(report)),
        json_(json),
        buffer_(buffer) {}

  void WriteAll() {
    if (report_.totals.empty()) {
      WriteSegment(0, std::nullopt, FiguresOfADay());
      return;
    }
    const bool has_values = !FiguresOfADay().empty();
    for (std::size_t i = 0; i < report_.totals.size(); ++i) {
      const TotalRow& total = report_.totals[i];
      WriteSegment(i, total.segment, has_values ? total.figures : Figures());
    }
  }

 private:
  /// Those of any day with values; empty if there is none. In a split in which nothing occurs every
  /// day is the same zeros, and so is the period.
  Figures FiguresOfADay() const {
    const auto row = std::find_if(report_.days.begin(), report_.days.end(),
                                  [](const DayRow& day) { return HasValues(day.status); });
    return row == report_.days.end() ? Figures() : row->figures;
  }

  void WriteSegment(std::size_t index, const std::optional<Attribute>& segment,
                    const Figures& summary) {
    const std::optional<Dimension>& split = report_.query.split;
    if (split && segment) {
      json_.Key(PinterestName(*split, *segment));
    } else {
      json_.Key("all");
    }
    json_.BeginObject(Layout::kLines);
    json_.Key("daily_metrics");
    json_.BeginArray(Layout::kLines);
    for (const std::span<const DayRow> day : days_) {
      WriteDay(index < day.size() ? day[index] : day.front());
      if (!buffer_.Drain()) break;
    }
    json_.EndArray();
    if (is_of_pin_) {
      json_.Key("lifetime_metrics");
      json_.BeginObject();
      json_.EndObject();
    }
    json_.Key("summary_metrics");
    metrics_.WriteValues(summary, json_);
    json_.EndObject();
  }

  void WriteDay(const DayRow& row) {
    json_.BeginObject();
    json_.Key("data_status");
    json_.String(PinterestName(row.status));
    json_.Key("date");
    json_.String(ToString(row.day));
    json_.Key("metrics");
    metrics_.WriteValues(HasValues(row.status) ? row.figures : Figures(), json_);
    json_.EndObject();
  }

  const Report& report_;
  bool is_of_pin_;
  ApiMetrics metrics_;
  std::vector<std::span<const DayRow>> days_;
  JsonWriter& json_;
  SinkBuffer& buffer_;
};

/// Whether the API can carry the report.
absl::Status CheckReport(const Report& report) {
  if (report.query.split == Dimension::kAccount) {
    return absl::InvalidArgumentError(
        "split: account splits no report of the API, expected claimed: all accounts together and "
        "the Pins that lead to none");
  }
  if (!report.query.interval.is_day()) {
    return absl::InvalidArgumentError("interval: " + ToString(report.query.interval) +
                                      " is in no report of the API, which knows days only, "
                                      "expected day; the library's JSON has weeks and months");
  }
  return ApiMetrics(report.query.metrics).Check();
}

/// The response with one report, which is checked.
absl::Status WriteResponse(const Report& report, bool is_of_pin, const Sink& sink) {
  SinkBuffer buffer(sink);
  JsonWriter json(buffer.text());
  json.BeginObject(Layout::kLines);
  SegmentWriter(report, is_of_pin, json, buffer).WriteAll();
  json.EndObject();
  buffer.text() += '\n';
  return buffer.Finish();
}

/// Whether the API can carry the report, and it is about the Pin alone.
absl::Status CheckPinReport(const PinReport& pin) {
  const Filter& filter = pin.report.query.filter;
  if (filter.RequiredValues(Dimension::kPin) != std::vector<Attribute>{pin.pin}) {
    const std::string id = std::to_string(pin.pin.value());
    return absl::InvalidArgumentError("pin: " + id + " has the report of the filter '" +
                                      FilterText(pin.report.query) + "', expected pin:" + id +
                                      " as a condition of it");
  }
  return CheckReport(pin.report);
}

/// What the API sorts lists by, of Pins and of video Pins.
std::vector<Metric> SortingMetrics() {
  std::vector<Metric> metrics = RankingsOf(PinterestCall::kTopPins);
  for (const Metric& metric : RankingsOf(PinterestCall::kTopVideoPins)) {
    if (std::find(metrics.begin(), metrics.end(), metric) == metrics.end()) {
      metrics.push_back(metric);
    }
  }
  return metrics;
}

absl::Status CheckTopList(const TopList& list) {
  if (list.item != Dimension::kPin) {
    return absl::InvalidArgumentError("item: " + std::string(NameOf(list.item)) +
                                      " is in no top list of the API, expected Pins");
  }
  const std::vector<Metric> sorting = SortingMetrics();
  if (std::find(sorting.begin(), sorting.end(), list.ranking.by) == sorting.end()) {
    std::string known;
    for (const Metric& metric : sorting) known += (known.empty() ? "" : ", ") + metric.name();
    return absl::InvalidArgumentError("by: " + list.ranking.by.name() +
                                      " sorts no list of the API, expected one of " + known);
  }
  return ApiMetrics(list.query.metrics).Check();
}

void WriteAvailability(const TopList& list, JsonWriter& json) {
  const ReportingCalendar calendar(list.time_zone);
  json.Key("date_availability");
  json.BeginObject();
  json.Key("is_realtime");
  json.Bool(list.query.real_time);
  json.Key("latest_available_timestamp");
  // 23:59:59 of that day, however long it is.
  json.Number(static_cast<double>(
      absl::ToUnixMillis(calendar.End(list.latest_complete_day) - absl::Seconds(1))));
  json.EndObject();
}

/// The response as a string.
template <typename Answer>
absl::StatusOr<std::string> CollectResponse(const Answer& answer) {
  absl::Status status;
  std::string text =
      Collect([&](const Sink& sink) { return status = WritePinterestJson(answer, sink); });
  if (!status.ok()) return status;
  return text;
}

}  // namespace

absl::Status WritePinterestJson(const Report& report, const Sink& sink) {
  absl::Status status = CheckReport(report);
  return status.ok() ? WriteResponse(report, false, sink) : status;
}

absl::Status WritePinterestJson(const PinReport& pin, const Sink& sink) {
  absl::Status status = CheckPinReport(pin);
  return status.ok() ? WriteResponse(pin.report, true, sink) : status;
}

absl::Status WritePinterestJson(const TopList& list, const Sink& sink) {
  absl::Status status = CheckTopList(list);
  if (!status.ok()) return status;
  const ApiMetrics metrics(list.query.metrics);
  const DayStatus data_status =
      list.query.real_time && list.query.period.last() > list.latest_complete_day
          ? DayStatus::kEstimate
          : DayStatus::kReady;
  SinkBuffer buffer(sink);
  JsonWriter json(buffer.text());
  json.BeginObject(Layout::kLines);
  WriteAvailability(list, json);
  json.Key("pins");
  json.BeginArray(Layout::kLines);
  for (const TopRow& row : list.rows) {
    json.BeginObject();
    json.Key("data_status");
    metrics.WriteStatus(row.figures, data_status, json);
    json.Key("metrics");
    metrics.WriteValues(row.figures, json);
    json.Key("pin_id");
    json.String(std::to_string(row.number()));
    json.EndObject();
    if (!buffer.Drain()) break;
  }
  json.EndArray();
  json.Key("sort_by");
  json.String(list.ranking.by.description().pinterest_name);
  json.EndObject();
  buffer.text() += '\n';
  return buffer.Finish();
}

absl::Status WritePinterestJson(std::span<const PinReport> pins, const Sink& sink) {
  std::set<PinId> ids;
  for (const PinReport& pin : pins) {
    if (!ids.insert(pin.pin).second) {
      return absl::InvalidArgumentError("pins: " + std::to_string(pin.pin.value()) +
                                        " is there twice, expected once");
    }
    absl::Status status = CheckPinReport(pin);
    if (!status.ok()) return status;
  }
  SinkBuffer buffer(sink);
  JsonWriter json(buffer.text());
  json.BeginObject(Layout::kLines);
  for (const PinReport& pin : pins) {
    json.Key(std::to_string(pin.pin.value()));
    json.BeginObject(Layout::kLines);
    SegmentWriter(pin.report, true, json, buffer).WriteAll();
    json.EndObject();
    if (!buffer.Drain()) break;
  }
  json.EndObject();
  buffer.text() += '\n';
  return buffer.Finish();
}

absl::StatusOr<std::string> ToPinterestJson(const Report& report) {
  return CollectResponse(report);
}
absl::StatusOr<std::string> ToPinterestJson(const TopList& list) { return CollectResponse(list); }
absl::StatusOr<std::string> ToPinterestJson(const PinReport& pin) { return CollectResponse(pin); }
absl::StatusOr<std::string> ToPinterestJson(std::span<const PinReport> pins) {
  return CollectResponse(pins);
}

}  // namespace pinmetrics

// Reports into their forms, on one thread, from memory to a sink that counts and drops: 18 months
// of days, split by age (8 segments), with all metrics of the catalogue, 4 392 rows of 21 figures;
// about 1 % of the figures are absent. The page is of an overview of 18 months with four splits
// beside it. Each result is read back, or its ends looked at, before it is timed. `largest_piece`
// is the most that the sink was handed at once; the cases of 10 times the days show that it does
// not grow. Events are read from Arrow out of a table in slices of 100 rows, each of which has the
// whole columns: the time for a row does not depend on how many there are.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/export/arrow.h"
#include "pinmetrics/export/arrow_events.h"
#include "pinmetrics/export/csv.h"
#include "pinmetrics/export/html.h"
#include "pinmetrics/export/json.h"
#include "pinmetrics/export/sink.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/metrics/tally.h"
#include "pinmetrics/model/attribute.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"
#include "tests/export/arrow/sliced_events.h"

namespace pinmetrics {
namespace {

constexpr std::int64_t kDays = 549;
const absl::CivilDay kFirstDay(2025, 5, 23);

/// What a slice of an account's events comes to: some thousands of impressions, fewer of the rest.
Facts RandomFacts(std::mt19937_64& random) {
  const auto below = [&random](std::uint64_t n) {
    return static_cast<std::int64_t>(random() % (n + 1));
  };
  std::array<std::int64_t, Tally::kCounters> counts{};
  for (std::int64_t& count : counts) count = below(300);
  counts[Tally::kImpressions] = random() % 100 == 0 ? 0 : below(20'000);
  counts[Tally::kPlayTimeMs] = below(4'000'000);
  Facts facts{.tally = Tally(counts)};
  facts.total_audience = below(9'000);
  facts.engaged_audience = below(900);
  facts.month = MonthlyFacts{below(500'000), below(200'000), below(20'000)};
  return facts;
}

Figures RandomFigures(std::mt19937_64& random) {
  const Facts facts = RandomFacts(random);
  Figures figures;
  for (const Metric& metric : Catalogue()) figures.push_back(metric.Value(facts));
  return figures;
}

Report MakeReport(std::int64_t days, std::optional<Dimension> split) {
  std::mt19937_64 random(1);
  Report report;
  report.query = {.period = DateRange(kFirstDay, kFirstDay + days),
                  .metrics = Catalogue(),
                  .split = split,
                  .comparison = Comparison::kPreviousPeriod};
  report.now = absl::FromCivil(kFirstDay + days + 1, absl::UTCTimeZone());
  report.latest_complete_day = kFirstDay + days - 1;
  std::vector<std::optional<Attribute>> segments = {std::nullopt};
  if (split) {
    segments.clear();
    for (std::size_t i = 0; i < kCountOf<Age>; ++i) {
      segments.push_back(Attribute(static_cast<Age>(i)));
    }
  }
  for (const std::optional<Attribute>& segment : segments) {
    report.totals.push_back(
        {.segment = segment, .figures = RandomFigures(random), .change = RandomFigures(random)});
  }
  for (const absl::CivilDay day : report.query.period) {
    for (const std::optional<Attribute>& segment : segments) {
      report.days.push_back({.day = day, .segment = segment, .figures = RandomFigures(random)});
    }
  }
  return report;
}

/// The report of so many times 18 months, split by age.
const Report& TheReport(std::int64_t times) {
  static const Report once = MakeReport(kDays, Dimension::kAge);
  static const Report ten_times = MakeReport(10 * kDays, Dimension::kAge);
  return times == 1 ? once : ten_times;
}

/// Counts what it gets and drops it.
struct Counter {
  std::size_t bytes = 0;
  std::size_t largest = 0;

  Sink sink() {
    return [this](std::string_view piece) {
      bytes += piece.size();
      largest = std::max(largest, piece.size());
      return absl::OkStatus();
    };
  }
};

/// Times `write`, given a sink, and counts what it hands over.
template <typename Write>
void TimeWriting(benchmark::State& state, std::size_t rows, Write write) {
  Counter counter;
  const Sink sink = counter.sink();
  for (auto _ : state) benchmark::DoNotOptimize(write(sink).ok());
  state.SetBytesProcessed(static_cast<std::int64_t>(counter.bytes));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows));
  state.counters["largest_piece"] = static_cast<double>(counter.largest);
}

/// Whether the CSV has the report's rows, each figure reading back to the same double.
bool IsSeriesOf(const Report& report, std::string_view csv) {
  const auto next = [&csv](std::string_view end) {
    const std::string_view cell = csv.substr(0, csv.find_first_of(end));
    csv.remove_prefix(std::min(csv.size(), cell.size() + 1));
    return cell;
  };
  if (!next("\n").starts_with("date,segment,status,impressions,")) return false;
  for (const DayRow& row : report.days) {
    if (next(",") != ToString(row.day)) return false;
    if (next(",") != SegmentText(report.query, row.segment) || next(",") != "ready") return false;
    for (const std::optional<double>& figure : row.figures) {
      const std::string cell(next(",\r"));
      if (cell.empty() ? figure.has_value() : figure != std::stod(cell)) return false;
    }
    if (!next("\n").empty()) return false;
  }
  return csv.empty();
}

void SeriesAsCsv(benchmark::State& state) {
  const Report& report = TheReport(state.range(0));
  if (!IsSeriesOf(report, SeriesToCsv(report))) return state.SkipWithError("the CSV is wrong");
  TimeWriting(state, report.days.size(),
              [&report](const Sink& sink) { return WriteSeriesCsv(report, {}, sink); });
}
BENCHMARK(SeriesAsCsv)->ArgName("times_18_months")->Arg(1)->Arg(10)->Unit(benchmark::kMillisecond);

/// Whether the JSON has a line for each row, the first and the last day with their first figure.
bool IsReportOf(const Report& report, std::string_view json) {
  const auto line_of = [&report](const DayRow& row) {
    return "    {\"date\": \"" + ToString(row.day) + "\", \"status\": \"ready\", \"segment\": \"" +
           SegmentText(report.query, row.segment) + "\", \"metrics\": {\"impressions\": " +
           std::to_string(static_cast<std::int64_t>(row.figures[0].value_or(-1))) + ",";
  };
  const std::size_t first = json.find(line_of(report.days.front()));
  const std::size_t last = json.find(line_of(report.days.back()));
  if (first == std::string_view::npos || last == std::string_view::npos) return false;
  const auto lines =
      std::count(json.begin() + static_cast<std::ptrdiff_t>(first), json.end(), '\n');
  return lines == static_cast<std::ptrdiff_t>(report.days.size()) + 2 && json.ends_with("\n}\n");
}

void ReportAsJson(benchmark::State& state) {
  const Report& report = TheReport(state.range(0));
  if (!IsReportOf(report, ToJson(report))) return state.SkipWithError("the JSON is wrong");
  TimeWriting(state, report.days.size() + report.totals.size(),
              [&report](const Sink& sink) { return WriteJson(report, sink); });
}
BENCHMARK(ReportAsJson)->ArgName("times_18_months")->Arg(1)->Arg(10)->Unit(benchmark::kMillisecond);

void OverviewAsHtml(benchmark::State& state) {
  const Overview overview = [] {
    Overview made{.report = MakeReport(kDays, std::nullopt)};
    made.top_pins.query.metrics = Catalogue();
    made.top_boards.query.metrics = Catalogue();
    made.top_boards.item = Dimension::kBoard;
    std::mt19937_64 random(2);
    for (std::uint64_t id = 1; id <= 10; ++id) {
      made.top_pins.rows.push_back({.id = PinId(id),
                                    .title = "Crème brûlée & \"friends\"",
                                    .figures = RandomFigures(random)});
      made.top_boards.rows.push_back({.id = BoardId(id), .figures = RandomFigures(random)});
    }
    return made;
  }();
  const std::vector<Report> splits(4, MakeReport(kDays, Dimension::kAge));
  const HtmlOptions options = {.splits = splits};
  const auto page = ToHtml(overview, options);
  if (!page.ok() || !page->ends_with("</html>\n") ||
      page->find("Crème brûlée &amp; &quot;friends&quot;") == std::string::npos) {
    return state.SkipWithError("the page is wrong");
  }
  // The items are pages: rows of this form are charts and tables.
  TimeWriting(state, 1, [&](const Sink& sink) { return WriteHtml(overview, options, sink); });
}
BENCHMARK(OverviewAsHtml)->Unit(benchmark::kMillisecond);

/// Reads a stream to its end: how many rows it has, and what its first column of figures adds up
/// to.
std::pair<std::int64_t, std::int64_t> ReadToEnd(ArrowArrayStream stream) {
  std::int64_t rows = 0;
  std::int64_t impressions = 0;
  while (true) {
    ArrowArray batch{};
    if (stream.get_next(&stream, &batch) != 0 || batch.release == nullptr) break;
    rows += batch.length;
    const auto* const values = static_cast<const std::int64_t*>(batch.children[3]->buffers[1]);
    for (std::int64_t i = 0; i < batch.length; ++i) impressions += values[i];
    batch.release(&batch);
  }
  stream.release(&stream);
  return {rows, impressions};
}

void SeriesAsArrow(benchmark::State& state) {
  const auto report = std::make_shared<const Report>(TheReport(1));
  const auto rows = static_cast<std::int64_t>(report->days.size());
  double impressions = 0;
  for (const DayRow& row : report->days) impressions += row.figures[0].value_or(0);
  if (ReadToEnd(SeriesToArrow(report)) != std::pair(rows, static_cast<std::int64_t>(impressions))) {
    return state.SkipWithError("the columns are wrong");
  }
  for (auto _ : state) benchmark::DoNotOptimize(ReadToEnd(SeriesToArrow(report)));
  state.SetItemsProcessed(state.iterations() * rows);
}
BENCHMARK(SeriesAsArrow)->Unit(benchmark::kMillisecond);

/// Rows from 0 on, counted and their ids added up.
std::pair<std::size_t, std::uint64_t> ReadEvents(const SlicedEvents& table) {
  std::pair<std::size_t, std::uint64_t> read;
  ArrowArrayStream stream = table.Stream();
  const absl::Status status = ReadArrowEvents(&stream, [&read](const ArrowEventBatch& batch) {
    read.first += batch.events.size();
    for (const Event& event : batch.events) read.second += event.pin.value();
    return absl::OkStatus();
  });
  return status.ok() ? read : std::pair<std::size_t, std::uint64_t>();
}

void EventsFromArrowInSlices(benchmark::State& state) {
  const auto rows = static_cast<std::size_t>(state.range(0));
  const SlicedEvents table(rows, 100);
  if (ReadEvents(table) != std::pair(rows, std::uint64_t{rows} * (rows - 1) / 2)) {
    state.SkipWithError("events are missing");
    return;
  }
  for (auto _ : state) benchmark::DoNotOptimize(ReadEvents(table));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(EventsFromArrowInSlices)->Arg(100'000)->Arg(400'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace pinmetrics

#ifndef PINMETRICS_TESTS_EXPORT_SAMPLE_REPORTS_H_
#define PINMETRICS_TESTS_EXPORT_SAMPLE_REPORTS_H_

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/filter/filter.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/model/attribute.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"

/// Reports put together by hand and at random, which the tests of every export share.

namespace pinmetrics {

inline constexpr std::uint64_t kLargestId = std::numeric_limits<std::uint64_t>::max();

inline ReportHead SampleHead() {
  ReportHead head;
  head.query = {
      .period = DateRange::Inclusive(absl::CivilDay(2026, 11, 20), absl::CivilDay(2026, 11, 21)),
      .filter = Is(Device::kMobile),
      .metrics = {kImpressions, kSaveRate, kTotalPlayTime}};
  head.now = absl::FromCivil(absl::CivilSecond(2026, 11, 23, 12), absl::UTCTimeZone());
  head.latest_complete_day = absl::CivilDay(2026, 11, 20);
  return head;
}

/// One day with values and one without, compared with the days before.
inline Report SampleReport() {
  Report report{SampleHead()};
  report.query.comparison = Comparison::kPreviousPeriod;
  report.compared_with = LastDays(1, absl::CivilDay(2026, 11, 19));
  report.totals = {{.figures = {1200, 0.0125, 3.5}, .change = {-0.05, std::nullopt, 2}}};
  report.days = {{.day = absl::CivilDay(2026, 11, 20), .figures = {1200, 0.0125, 3.5}},
                 {.day = absl::CivilDay(2026, 11, 21), .status = DayStatus::kProcessing}};
  return report;
}

/// Two weeks, of the second of which the period has two days, and but one of these has values.
inline Report WeeksReport() {
  Report report = SampleReport();
  report.query.period =
      DateRange::Inclusive(absl::CivilDay(2026, 11, 9), absl::CivilDay(2026, 11, 17));
  report.query.interval = Interval::Week();
  report.query.metrics = {kImpressions, kSaveRate};
  report.latest_complete_day = absl::CivilDay(2026, 11, 16);
  report.compared_with.reset();
  report.totals = {{.figures = {1200, 0.0125}, .change = {-0.05, std::nullopt}}};
  report.days = {{.day = absl::CivilDay(2026, 11, 9),
                  .figures = {1000, 0.01},
                  .last_day = absl::CivilDay(2026, 11, 15)},
                 {.day = absl::CivilDay(2026, 11, 16),
                  .status = DayStatus::kProcessing,
                  .figures = {200, std::nullopt},
                  .last_day = absl::CivilDay(2026, 11, 22),
                  .partial = true}};
  return report;
}

/// A day split by account: the lowest and the highest id, and none.
inline Report SplitReport() {
  Report report{SampleHead()};
  report.query.period =
      DateRange::Inclusive(absl::CivilDay(2026, 11, 20), absl::CivilDay(2026, 11, 20));
  report.query.metrics = {kImpressions, kSaveRate};
  report.query.split = Dimension::kAccount;
  const Figures figures = {3, std::nullopt};
  for (const Attribute segment : {Attribute(0), Attribute(kLargestId), Attribute()}) {
    report.totals.push_back({.segment = segment, .figures = figures});
    report.days.push_back(
        {.day = absl::CivilDay(2026, 11, 20), .segment = segment, .figures = figures});
  }
  return report;
}

inline TopList SampleTopPins() {
  TopList list{SampleHead()};
  list.rows = {{.id = PinId(kLargestId), .title = "Say \"hi\", now", .figures = {900, 0.02, 0}},
               {.id = PinId(7), .figures = {300, std::nullopt, 1.25}}};
  return list;
}

inline TopList SampleTopBoards() {
  TopList list{SampleHead()};
  list.item = Dimension::kBoard;
  list.rows = {{.id = BoardId(0), .figures = {1200, 0.0125, 3.5}}};
  return list;
}

inline Overview SampleOverview() {
  return {.report = SampleReport(), .top_pins = SampleTopPins(), .top_boards = SampleTopBoards()};
}

/// Tables that are each longer than what an exporter gathers before it hands over.
inline Overview LongOverview() {
  Overview overview = SampleOverview();
  for (int i = 0; i < 15; ++i) {
    const auto doubled = [](auto& rows) {
      const std::size_t count = rows.size();
      for (std::size_t row = 0; row < count; ++row) rows.push_back(rows[row]);
    };
    if (overview.report.days.size() < 20'000) doubled(overview.report.days);
    if (overview.report.totals.size() < 5'000) doubled(overview.report.totals);
    if (overview.top_pins.rows.size() < 5'000) doubled(overview.top_pins.rows);
    if (overview.top_boards.rows.size() < 5'000) doubled(overview.top_boards.rows);
  }
  for (std::size_t i = 0; i < overview.report.days.size(); ++i) {
    overview.report.days[i].day = absl::CivilDay(2026, 11, 20) + static_cast<std::int64_t>(i);
  }
  return overview;
}

/// A count of nothing with a name of the host's own.
inline Metric Named(const std::string& name) {
  return Formula(name, Unit::kCount, Needs{},
                 [](const Facts&) -> std::optional<double> { return 0; });
}

/// New on each run, unless PINMETRICS_TEST_SEED names one to replay.
inline std::uint64_t Seed() {
  const char* text = std::getenv("PINMETRICS_TEST_SEED");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : std::random_device{}();
}

/// A few pieces of all that is special to some format, or random bytes.
inline std::string RandomText(std::mt19937_64& random) {
  using std::string_view_literals::operator""sv;
  constexpr std::array kPieces = {""sv,
                                  ","sv,
                                  "\""sv,
                                  "\"\""sv,
                                  "\r\n"sv,
                                  "\r"sv,
                                  "\n"sv,
                                  "="sv,
                                  "+1"sv,
                                  "-1"sv,
                                  "@A1"sv,
                                  "\t"sv,
                                  "'"sv,
                                  " "sv,
                                  ";"sv,
                                  "\\"sv,
                                  "\\u0041"sv,
                                  "/"sv,
                                  "\0"sv,
                                  "\x1F"sv,
                                  "\x7F"sv,
                                  "\b\f"sv,
                                  "cake"sv,
                                  "12.5"sv,
                                  "null"sv,
                                  "{}[]:"sv,
                                  "<b>"sv,
                                  "\xC3\xA6"sv,
                                  "\xEF\xBC\x9D"sv,
                                  "\xEF\xBB\xBF"sv,
                                  "\x80"sv,
                                  "\xE2\x82"sv,
                                  "\xED\xA0\x80"sv,
                                  "\xF0\x9F\x93\x8C"sv,
                                  "\xE2\x80\xA8"sv,
                                  "\xFF"sv};
  std::string text;
  const bool is_bytes = random() % 4 == 0;
  for (std::uint64_t left = random() % 8; left > 0; --left) {
    if (is_bytes) {
      text += static_cast<char>(random());
    } else {
      text += kPieces[random() % kPieces.size()];
    }
  }
  return text;
}

/// Any finite double, whole numbers as often as others.
inline double RandomNumber(std::mt19937_64& random) {
  if (random() % 2 == 0) return static_cast<double>(random() >> (random() % 64));
  while (true) {
    const auto number = std::bit_cast<double>(random());
    if (std::isfinite(number)) return number;
  }
}

inline TopList RandomTopPins(std::mt19937_64& random) {
  TopList list{SampleHead()};
  list.query.metrics.clear();
  for (std::size_t i = random() % 5; i > 0; --i) {
    list.query.metrics.push_back(Named(RandomText(random)));
  }
  for (std::size_t i = random() % 20; i > 0; --i) {
    TopRow row{.id = PinId(random() >> (random() % 64)), .title = RandomText(random)};
    for (std::size_t j = 0; j < list.query.metrics.size(); ++j) {
      row.figures.push_back(random() % 4 == 0 ? std::nullopt
                                              : std::optional<double>(RandomNumber(random)));
    }
    list.rows.push_back(row);
  }
  return list;
}

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_EXPORT_SAMPLE_REPORTS_H_

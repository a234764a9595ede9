#include "pinmetrics/export/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinmetrics/filter/filter.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/id.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"
#include "tests/export/comma_locale.h"
#include "tests/export/recorded_sink.h"
#include "tests/export/sample_reports.h"

namespace pinmetrics {
namespace {

using ::testing::HasSubstr;

// ---------------------------------------------------------------------------------------------
// A reader of JSON by the letter of RFC 8259, to hold the writer against.

struct JsonValue {
  enum class Kind { kNull, kBool, kNumber, kText, kArray, kObject };

  Kind kind = Kind::kNull;
  bool truth = false;
  double number = 0;
  std::string text = {};
  std::vector<JsonValue> items = {};    // An array's, or an object's members.
  std::vector<std::string> names = {};  // Of the members.

  const JsonValue& operator[](std::string_view name) const {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] == name) return items[i];
    }
    ADD_FAILURE() << "no member " << name;
    return *this;
  }
};

std::string EncodeUtf8(std::uint32_t code) {
  const auto tail = [code](unsigned shift) {
    return static_cast<char>(0x80 | ((code >> shift) & 0x3F));
  };
  if (code < 0x80) return {static_cast<char>(code)};
  if (code < 0x800) return {static_cast<char>(0xC0 | (code >> 6)), tail(0)};
  if (code < 0x10000) return {static_cast<char>(0xE0 | (code >> 12)), tail(6), tail(0)};
  return {static_cast<char>(0xF0 | (code >> 18)), tail(12), tail(6), tail(0)};
}

/// Every character's UTF-8 and every beginning of it: what well-formed text is made of, as data, so
/// that no second decoder is needed to judge the first.
struct Utf8Table {
  std::set<std::string, std::less<>> whole;
  std::set<std::string, std::less<>> begun;

  Utf8Table() {
    for (std::uint32_t code = 0; code <= 0x10FFFF; ++code) {
      if (code >= 0xD800 && code <= 0xDFFF) continue;
      const std::string bytes = EncodeUtf8(code);
      // The same for all that differ in their last six bits.
      for (std::size_t n = 1; code % 64 == 0 && n < bytes.size(); ++n) {
        begun.insert(bytes.substr(0, n));
      }
      whole.insert(whole.end(), bytes);
    }
  }
};

const Utf8Table& Utf8() {
  static const Utf8Table table;
  return table;
}

/// `text` with U+FFFD for each maximal subpart, by their definition in the Unicode standard.
std::string Repaired(std::string_view text) {
  std::string repaired;
  while (!text.empty()) {
    std::size_t n = 1;
    while (n < text.size() && Utf8().begun.contains(text.substr(0, n)) &&
           (Utf8().begun.contains(text.substr(0, n + 1)) ||
            Utf8().whole.contains(text.substr(0, n + 1)))) {
      ++n;
    }
    repaired += Utf8().whole.contains(text.substr(0, n)) ? text.substr(0, n) : "\uFFFD";
    text.remove_prefix(n);
  }
  return repaired;
}

class JsonReader {
 public:
  /// The value that `text` is; nothing if it is not one.
  static std::optional<JsonValue> Read(std::string_view text) {
    if (Repaired(text) != text) return std::nullopt;
    JsonReader reader(text);
    std::optional<JsonValue> value = reader.Value();
    reader.SkipSpace();
    return reader.rest_.empty() ? std::move(value) : std::nullopt;
  }

 private:
  explicit JsonReader(std::string_view text) : rest_(text) {}

  using Kind = JsonValue::Kind;

  std::optional<JsonValue> Value() {
    SkipSpace();
    if (Take("null")) return JsonValue{};
    if (Take("true")) return JsonValue{.kind = Kind::kBool, .truth = true};
    if (Take("false")) return JsonValue{.kind = Kind::kBool};
    if (Take("[")) return Array();
    if (Take("{")) return Object();
    if (rest_.starts_with('"')) {
      std::optional<std::string> text = String();
      if (!text) return std::nullopt;
      return JsonValue{.kind = Kind::kText, .text = *std::move(text)};
    }
    return Number();
  }

  std::optional<JsonValue> Array() {
    JsonValue array{.kind = Kind::kArray};
    SkipSpace();
    if (Take("]")) return array;
    do {
      std::optional<JsonValue> value = Value();
      if (!value) return std::nullopt;
      array.items.push_back(*std::move(value));
      SkipSpace();
    } while (Take(","));
    if (!Take("]")) return std::nullopt;
    return array;
  }

  std::optional<JsonValue> Object() {
    JsonValue object{.kind = Kind::kObject};
    SkipSpace();
    if (Take("}")) return object;
    do {
      SkipSpace();
      std::optional<std::string> name = String();
      SkipSpace();
      if (!name || !Take(":")) return std::nullopt;
      std::optional<JsonValue> value = Value();
      if (!value) return std::nullopt;
      object.names.push_back(*std::move(name));
      object.items.push_back(*std::move(value));
      SkipSpace();
    } while (Take(","));
    if (!Take("}")) return std::nullopt;
    return object;
  }

  std::optional<std::string> String() {
    if (!Take("\"")) return std::nullopt;
    std::string text;
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') return text;
      if (static_cast<unsigned char>(c) < 0x20) return std::nullopt;
      if (c != '\\') {
        text += c;
        continue;
      }
      constexpr std::string_view kEscapes = "\"\\/bfnrt";
      constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
      if (Take("u")) {
        std::uint32_t code = 0;
        const std::string_view digits = rest_.substr(0, 4);
        const std::from_chars_result end =
            std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
        if (end.ptr != digits.data() + 4) return std::nullopt;
        rest_.remove_prefix(4);
        text += EncodeUtf8(code);
      } else {
        const std::size_t escape =
            rest_.empty() ? std::string_view::npos : kEscapes.find(rest_.front());
        if (escape == std::string_view::npos) return std::nullopt;
        text += kMeanings[escape];
        rest_.remove_prefix(1);
      }
    }
    return std::nullopt;
  }

  std::optional<JsonValue> Number() {
    const std::string_view text = rest_;
    Take("-");
    if (!Take("0") && !Digits()) return std::nullopt;
    if (Take(".") && !Digits()) return std::nullopt;
    if (Take("e") || Take("E")) {
      if (!Take("+")) Take("-");
      if (!Digits()) return std::nullopt;
    }
    double number = 0;
    std::from_chars(text.data(), rest_.data(), number);
    return JsonValue{.kind = Kind::kNumber, .number = number};
  }

  bool Digits() {
    const std::size_t end = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    rest_.remove_prefix(end);
    return end > 0;
  }

  bool Take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  void SkipSpace() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size()));
  }

  std::string_view rest_;
};

// ---------------------------------------------------------------------------------------------

/// A list of one Pin with that title, without metrics.
TopList ListTitled(std::string title) {
  TopList list;
  list.rows = {{.id = PinId(1), .title = std::move(title)}};
  return list;
}

/// What stands between the quotes of the title of a Pin.
std::string TitleText(std::string title) {
  const std::string json = ToJson(ListTitled(std::move(title)));
  const std::string before = R"({"pin_id": "1", "title": ")";
  const std::string after = "\", \"metrics\": {}}\n  ]\n}\n";
  const std::size_t begin = json.find(before) + before.size();
  EXPECT_EQ(json.substr(json.size() - after.size()), after);
  return json.substr(begin, json.size() - after.size() - begin);
}

/// What is written of one figure.
std::string FigureText(std::optional<double> figure) {
  TopList list = ListTitled("");
  list.query.metrics = {kImpressions};
  list.rows[0].figures = {figure};
  const std::string json = ToJson(list);
  const std::string before = R"("impressions": )";
  const std::size_t begin = json.find(before) + before.size();
  return json.substr(begin, json.find('}', begin) - begin);
}

constexpr std::string_view kSampleHead = R"({
  "period": {"start": "2026-11-20", "end": "2026-11-21"},
  "time_zone": "UTC",
  "now": "2026-11-23T12:00:00Z",
  "latest_complete_day": "2026-11-20",
  "filter": "device:mobile",
  "include_saved": false,
  "real_time": false,
  "split": null,
  "interval": "day",
)";

constexpr std::string_view kCompared =
    R"(  "compared_with": {"start": "2026-11-19", "end": "2026-11-19"},
)";

constexpr std::string_view kNotCompared = R"(  "compared_with": null,
)";

constexpr std::string_view kSampleRanking = R"(  "by": "impressions",
  "limit": 10,
  "created_in_last": null,
)";

constexpr std::string_view kSampleTables = R"(  "totals": [
    {"segment": "all", "metrics": {"impressions": 1200, "save_rate": 0.0125, "total_play_time_minutes": 3.5}, "change": {"impressions": -0.05, "save_rate": null, "total_play_time_minutes": 2}}
  ],
  "days": [
    {"date": "2026-11-20", "status": "ready", "segment": "all", "metrics": {"impressions": 1200, "save_rate": 0.0125, "total_play_time_minutes": 3.5}},
    {"date": "2026-11-21", "status": "processing", "segment": "all", "metrics": {}}
  ])";

constexpr std::string_view kSampleTopPins = R"(  "top_pins": [
    {"pin_id": "18446744073709551615", "title": "Say \"hi\", now", "metrics": {"impressions": 900, "save_rate": 0.02, "total_play_time_minutes": 0}},
    {"pin_id": "7", "title": "", "metrics": {"impressions": 300, "save_rate": null, "total_play_time_minutes": 1.25}}
  ])";

constexpr std::string_view kSampleTopBoards = R"(  "top_boards": [
    {"board_id": "0", "metrics": {"impressions": 1200, "save_rate": 0.0125, "total_play_time_minutes": 3.5}}
  ])";

constexpr std::string_view kEnd = "\n}\n";

std::string Joined(const std::vector<std::string_view>& parts) {
  std::string text;
  for (const std::string_view part : parts) text += part;
  return text;
}

TEST(Json, ReportIsWhatWasAskedWithTotalsAndDays) {
  EXPECT_EQ(ToJson(SampleReport()), Joined({kSampleHead, kCompared, kSampleTables, kEnd}));
}

TEST(Json, TopListIsWhatWasAskedWithItsRows) {
  EXPECT_EQ(ToJson(SampleTopPins()),
            Joined({kSampleHead, kNotCompared, kSampleRanking, kSampleTopPins, kEnd}));
  EXPECT_EQ(ToJson(SampleTopBoards()),
            Joined({kSampleHead, kNotCompared, kSampleRanking, kSampleTopBoards, kEnd}));
}

TEST(Json, TopListSaysItsRanking) {
  TopList list = SampleTopPins();
  list.ranking = {.by = kSaveRate,
                  .limit = std::numeric_limits<std::size_t>::max(),
                  .created_in_last_days = 30};
  EXPECT_EQ(ToJson(list), Joined({kSampleHead, kNotCompared, R"(  "by": "save_rate",
  "limit": 18446744073709551615,
  "created_in_last": 30,
)",
                                  kSampleTopPins, kEnd}));
}

TEST(Json, OverviewHasAllTables) {
  EXPECT_EQ(ToJson(SampleOverview()), Joined({kSampleHead, kCompared, kSampleTables, ",\n",
                                              kSampleTopPins, ",\n", kSampleTopBoards, kEnd}));
}

TEST(Json, SaysWhichDayMonthlyFiguresAreComparedWith) {
  Report report = SampleReport();
  report.month_compared_with = absl::CivilDay(2026, 11, 19);
  EXPECT_EQ(ToJson(report),
            Joined({kSampleHead, kCompared, "  \"month_compared_with\": \"2026-11-19\",\n",
                    kSampleTables, kEnd}));
}

TEST(Json, SplitNamesItsDimensionAndSegments) {
  EXPECT_EQ(ToJson(SplitReport()), R"({
  "period": {"start": "2026-11-20", "end": "2026-11-20"},
  "time_zone": "UTC",
  "now": "2026-11-23T12:00:00Z",
  "latest_complete_day": "2026-11-20",
  "filter": "device:mobile",
  "include_saved": false,
  "real_time": false,
  "split": "account",
  "interval": "day",
  "compared_with": null,
  "totals": [
    {"segment": "0", "metrics": {"impressions": 3, "save_rate": null}},
    {"segment": "18446744073709551615", "metrics": {"impressions": 3, "save_rate": null}},
    {"segment": "none", "metrics": {"impressions": 3, "save_rate": null}}
  ],
  "days": [
    {"date": "2026-11-20", "status": "ready", "segment": "0", "metrics": {"impressions": 3, "save_rate": null}},
    {"date": "2026-11-20", "status": "ready", "segment": "18446744073709551615", "metrics": {"impressions": 3, "save_rate": null}},
    {"date": "2026-11-20", "status": "ready", "segment": "none", "metrics": {"impressions": 3, "save_rate": null}}
  ]
}
)");
}

TEST(Json, ReportOfNothingIsComplete) {
  Report report;
  report.now = absl::UnixEpoch();
  EXPECT_EQ(ToJson(report), R"({
  "period": {"start": "1970-01-01", "end": "1969-12-31"},
  "time_zone": "UTC",
  "now": "1970-01-01T00:00:00Z",
  "latest_complete_day": "1970-01-01",
  "filter": "",
  "include_saved": false,
  "real_time": false,
  "split": null,
  "interval": "day",
  "compared_with": null,
  "totals": [],
  "days": []
}
)");
}

TEST(Json, WeekHasItsLastDayAndWhetherThePeriodCutsIt) {
  Report report = WeeksReport();
  report.query.interval = Interval::Week(absl::Weekday::sunday);
  const std::string json = ToJson(report);
  EXPECT_NE(json.find("  \"split\": null,\n  \"interval\": \"week_from_sunday\",\n"),
            std::string::npos);
  EXPECT_NE(json.find(R"(  "days": [
    {"date": "2026-11-09", "end": "2026-11-15", "partial": false, "status": "ready", "segment": "all", "metrics": {"impressions": 1000, "save_rate": 0.01}},
    {"date": "2026-11-16", "end": "2026-11-22", "partial": true, "status": "processing", "segment": "all", "metrics": {"impressions": 200, "save_rate": null}}
  ])"),
            std::string::npos)
      << json;
}

TEST(Json, ShowsTheSwitchesTheFilterAndTheZone) {
  Report report = SampleReport();
  report.query.filter = Is(Age::k65Plus, Age::k18To24) && !Is(AccountId(7), kNoAccount);
  report.query.include_saved = true;
  report.query.real_time = true;
  report.time_zone = absl::FixedTimeZone(2 * 60 * 60);
  report.now += absl::Milliseconds(250);
  const std::optional<JsonValue> json = JsonReader::Read(ToJson(report));
  ASSERT_TRUE(json);
  EXPECT_EQ((*json)["filter"].text, "age:18-24,65+ -account:7,none");
  EXPECT_TRUE((*json)["include_saved"].truth);
  EXPECT_TRUE((*json)["real_time"].truth);
  EXPECT_EQ((*json)["time_zone"].text, report.time_zone.name());
  EXPECT_EQ((*json)["now"].text, "2026-11-23T12:00:00.25Z");
}

TEST(Json, ChangeIsThereOnlyWithAComparison) {
  Report report = SampleReport();
  report.query.comparison = Comparison::kNone;
  report.totals[0].change.clear();
  EXPECT_EQ(ToJson(report).find("change"), std::string::npos);
}

TEST(Json, TotalsWithoutDataAreNull) {
  Report report = SampleReport();
  report.totals[0].figures.assign(3, std::nullopt);
  EXPECT_THAT(
      ToJson(report),
      HasSubstr(
          R"("metrics": {"impressions": null, "save_rate": null, "total_play_time_minutes": null})"));
}

TEST(Json, MetricsAreCompleteWhateverFiguresARowHas) {
  Report report = SampleReport();
  report.query.metrics = {kImpressions, kSaves};
  report.days = {{.day = absl::CivilDay(2026, 11, 20), .figures = {1}},
                 {.day = absl::CivilDay(2026, 11, 21), .figures = {1, 2, 3}}};
  EXPECT_THAT(ToJson(report), HasSubstr(R"("metrics": {"impressions": 1, "saves": null}})"));
  EXPECT_THAT(ToJson(report), HasSubstr(R"("metrics": {"impressions": 1, "saves": 2}})"));
}

TEST(Json, WholeNumbersAreIntegersAndOthersAreShortest) {
  EXPECT_EQ(FigureText(0), "0");
  EXPECT_EQ(FigureText(-0.0), "0");
  EXPECT_EQ(FigureText(100'000), "100000");
  EXPECT_EQ(FigureText(9'007'199'254'740'991), "9007199254740991");
  EXPECT_EQ(FigureText(1e300), "1e+300");
  EXPECT_EQ(FigureText(-1e-7), "-1e-07");
  EXPECT_EQ(FigureText(65.0 / 1368), "0.04751461988304093");
}

TEST(Json, FiguresWithoutDataAreNull) {
  EXPECT_EQ(FigureText(std::nullopt), "null");
  EXPECT_EQ(FigureText(std::numeric_limits<double>::quiet_NaN()), "null");
  EXPECT_EQ(FigureText(std::numeric_limits<double>::infinity()), "null");
}

TEST(Json, EscapesTextOnlyWhereItMust) {
  EXPECT_EQ(TitleText("=1+1, 'a' / <b>\x7F"), "=1+1, 'a' / <b>\x7F");
  EXPECT_EQ(TitleText("\u00E6 \u2028 \U0001F4CC"), "\u00E6 \u2028 \U0001F4CC");
  EXPECT_EQ(TitleText("\"\\"), R"(\"\\)");
  EXPECT_EQ(TitleText("\b\f\n\r\t"), R"(\b\f\n\r\t)");
  EXPECT_EQ(TitleText(std::string("\0\x01\x1F", 3)), R"(\u0000\u0001\u001f)");
}

TEST(Json, EscapesNamesOfMetrics) {
  TopList list = ListTitled("");
  list.query.metrics = {Named("a \"b\"\n")};
  list.rows[0].figures = {1};
  EXPECT_THAT(ToJson(list), HasSubstr(R"("metrics": {"a \"b\"\n": 1})"));
}

// The examples of the Unicode standard, section 3.9, with what it makes of them.
TEST(Json, ReplacesBrokenUtf8AsTheUnicodeStandardDoes) {
  const auto replaced = [](int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += "\uFFFD";
    return text;
  };
  EXPECT_EQ(TitleText("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41"), replaced(8) + "A");
  EXPECT_EQ(TitleText("\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41"), replaced(8) + "A");
  EXPECT_EQ(TitleText("\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42"),
            replaced(5) + "A" + replaced(2) + "B");
  EXPECT_EQ(TitleText("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41"), replaced(4) + "A");
}

TEST(Json, ReplacesEveryBrokenPieceAndKeepsEveryCharacter) {
  // All that two bytes can be, and their continuations where it matters.
  for (int first = 0x70; first < 0x100; ++first) {
    for (int second = 0x70; second < 0x100; ++second) {
      for (const char* rest : {"", "a", "\x80", "\xBF\xBF", "\x80\x7F"}) {
        const std::string text =
            std::string{static_cast<char>(first), static_cast<char>(second)} + rest;
        ASSERT_EQ(TitleText(text), Repaired(text)) << first << " " << second << " " << rest;
      }
    }
  }
}

TEST(Json, IsTheSameUnderALocaleWithCommas) {
  const Overview overview = SampleOverview();
  const std::string expected = ToJson(overview);
  const CommaLocale locale;
  ASSERT_EQ(CommaLocale::Sample(), "1.234,5");
  EXPECT_EQ(ToJson(overview), expected);
}

TEST(Json, ReadBackLosesNothing) {
  const std::uint64_t seed = Seed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 1'000; ++i) {
    const TopList list = RandomTopPins(random);
    const std::string text = ToJson(list);
    const std::optional<JsonValue> json = JsonReader::Read(text);
    ASSERT_TRUE(json) << text;
    const std::vector<JsonValue>& rows = (*json)["top_pins"].items;
    ASSERT_EQ(rows.size(), list.rows.size());
    for (std::size_t r = 0; r < rows.size(); ++r) {
      ASSERT_EQ(rows[r]["pin_id"].text, std::to_string(list.rows[r].number()));
      ASSERT_EQ(rows[r]["title"].text, Repaired(list.rows[r].title));
      const JsonValue& metrics = rows[r]["metrics"];
      ASSERT_EQ(metrics.items.size(), list.query.metrics.size());
      for (std::size_t j = 0; j < metrics.items.size(); ++j) {
        ASSERT_EQ(metrics.names[j], Repaired(list.query.metrics[j].name()));
        const std::optional<double> figure = list.rows[r].figures[j];
        const JsonValue::Kind kind = figure ? JsonValue::Kind::kNumber : JsonValue::Kind::kNull;
        ASSERT_EQ(metrics.items[j].kind, kind);
        ASSERT_EQ(metrics.items[j].number, figure.value_or(0));
      }
    }
  }
}

TEST(JsonSink, IsRefusedIfItIsEmpty) {
  const absl::Status refused = absl::InvalidArgumentError("the sink is empty, expected a function");
  EXPECT_EQ(WriteJson(SampleReport(), Sink()), refused);
  EXPECT_EQ(WriteJson(SampleTopPins(), Sink()), refused);
  EXPECT_EQ(WriteJson(LongOverview(), Sink()), refused);
}

TEST(Json, RefusesAnOverviewWhosePartsDoNotBelongTogether) {
  const auto refusal = [](auto change) {
    Overview overview = SampleOverview();
    change(overview);
    RecordedSink sink;
    const absl::Status status = WriteJson(overview, sink.sink());
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_EQ(sink.calls(), 0U);
    EXPECT_EQ(ToJson(overview), "");
    return std::string(status.message().data(), status.message().size());
  };
  // Its key would be there twice.
  EXPECT_EQ(refusal([](Overview& overview) { overview.top_boards = overview.top_pins; }),
            "top_boards.item: is pin, expected board");
  EXPECT_EQ(refusal([](Overview& overview) { overview.top_pins = overview.top_boards; }),
            "top_pins.item: is board, expected pin");
  EXPECT_EQ(refusal([](Overview& overview) { overview.top_pins.query.include_saved = true; }),
            "top_pins.include_saved: on, expected the overview's, off");
  EXPECT_NE(ToJson(Overview()), "");
}

TEST(JsonSink, GetsTheBytesOfTheText) {
  const Overview overview = LongOverview();
  const auto written = [](const auto& answer) {
    RecordedSink sink;
    EXPECT_EQ(WriteJson(answer, sink.sink()), absl::OkStatus());
    return sink.text();
  };
  EXPECT_EQ(written(overview), ToJson(overview));
  EXPECT_EQ(written(overview.report), ToJson(overview.report));
  EXPECT_EQ(written(overview.top_pins), ToJson(overview.top_pins));
  EXPECT_EQ(written(overview.top_boards), ToJson(overview.top_boards));
}

TEST(JsonSink, GetsAFewRowsAtATime) {
  RecordedSink sink;
  ASSERT_TRUE(WriteJson(LongOverview(), sink.sink()).ok());
  EXPECT_GT(sink.text().size(), 2'000'000U);
  EXPECT_LT(sink.largest(), 100'000U);
}

TEST(JsonSink, EndsTheExportWithItsError) {
  const Overview overview = LongOverview();
  RecordedSink whole;
  ASSERT_TRUE(WriteJson(overview, whole.sink()).ok());
  for (const std::size_t call : {std::size_t{1}, whole.calls() / 2, whole.calls()}) {
    RecordedSink sink(call);
    EXPECT_EQ(WriteJson(overview, sink.sink()), RecordedSink::Error());
    EXPECT_EQ(sink.calls(), call);
    EXPECT_EQ(whole.text().compare(0, sink.text().size(), sink.text()), 0);
  }
}

TEST(Json, ReaderOfTheseTestsIsStrict) {
  EXPECT_TRUE(JsonReader::Read("{\"a\": [1, -0.5e+3, null], \"b\": {}} \n"));
  for (const char* text :
       {"", "[1,]", "{\"a\" 1}", "{a: 1}", "01", "1.", ".5", "+1", "nan", "[1 2]", "\"\n\"",
        "\"\xFF\"", "\"\\x\"", "\"\\u12\"", "1 2", "[", "\"a"}) {
    EXPECT_FALSE(JsonReader::Read(text)) << text;
  }
}

}  // namespace
}  // namespace pinmetrics

// Arrow's C interface against another implementation of it: DuckDB scans our tables and gives back
// equal values, and what it hands over from a query comes in as the events it was made of.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "benchmarks/peers/database.h"
#include "pinmetrics/export/arrow.h"
#include "pinmetrics/export/arrow_events.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/pin.h"
#include "pinmetrics/report/evaluate.h"
#include "pinmetrics/store/store.h"
#include "tests/conformance/duckdb_arrow.h"
#include "tests/export/arrow/table_reader.h"
#include "tests/export/sample_events.h"
#include "tests/export/sample_reports.h"
#include "tests/report/dated_evaluation.h"

namespace pinmetrics {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const absl::Time kNow = absl::FromUnixSeconds(1'795'435'200);  // 2026-11-23T12:00:00Z

class DuckDb : public ::testing::Test {
 protected:
  void SetUp() override {
    absl::StatusOr<peers::Database> opened = peers::Database::Open("1GB");
    ASSERT_TRUE(opened.ok()) << opened.status();
    database_ = std::make_unique<peers::Database>(*std::move(opened));
  }

  peers::Database& database() { return *database_; }

  void Execute(const std::string& sql) {
    const absl::Status status = database_->Execute(sql);
    ASSERT_TRUE(status.ok()) << status;
  }

  /// Scans `stream` and expects what `same` gives, another stream of the same table.
  void ExpectEqualAfterScan(ArrowArrayStream stream, ArrowArrayStream same) {
    const ArrowReadTable expected = ArrowTableReader::Read(same);
    ASSERT_EQ(expected.fault, "");
    const std::string table = "table" + std::to_string(tables_++);
    const absl::Status scanned = ScanInto(database(), table, stream);
    ASSERT_TRUE(scanned.ok()) << scanned;
    const absl::StatusOr<ArrowReadTable> read = ReadTable(database(), table);
    ASSERT_TRUE(read.ok()) << read.status();
    ASSERT_EQ(read->columns.size(), expected.columns.size());
    for (std::size_t i = 0; i < expected.columns.size(); ++i) {
      EXPECT_EQ(read->columns[i].name, expected.columns[i].name);
      EXPECT_EQ(read->columns[i].cells, expected.columns[i].cells) << expected.columns[i].name;
    }
  }

 private:
  std::unique_ptr<peers::Database> database_;
  int tables_ = 0;
};

/// Events that can be counted, of every kind, on 20 Pins in the weeks before now.
std::vector<Event> RandomEvents(std::size_t count, std::mt19937_64& random) {
  const auto any = [&random](auto value) {
    return static_cast<decltype(value)>(random() % kCountOf<decltype(value)>);
  };
  std::vector<Event> events;
  for (std::size_t i = 0; i < count; ++i) {
    const auto ago = static_cast<std::int64_t>(random() % (28 * 86'400'000'000));
    Event event{.id = EventId(i + 1),
                .time = kNow - absl::Microseconds(ago),
                .pin = PinId(random() % 20),
                .viewer = ViewerId(random() % 300),
                .action = any(Action{}),
                .device = any(Device{}),
                .content_type = any(ContentType{}),
                .age = any(Age{}),
                .gender = any(Gender{})};
    if (event.action == Action::kPlayback) {
      const auto play_time = static_cast<std::int64_t>(random() % 40'000);
      event.playback = {.play_time = absl::Milliseconds(play_time),
                        .half_visible = absl::Milliseconds(play_time / 2),
                        .progress = static_cast<double>(random() % 1001) / 1000};
    }
    events.push_back(event);
  }
  return events;
}

std::vector<Pin> Pins() {
  std::vector<Pin> pins;
  for (std::uint64_t id = 0; id < 20; ++id) {
    pins.push_back({.id = PinId(id),
                    .board = BoardId(id % 3),
                    .format = static_cast<PinFormat>(id % 4),
                    .created_at = kNow - absl::Hours(24 * 60),
                    .title = "Pin " + std::to_string(id)});
  }
  return pins;
}

template <NamedEnum E>
std::string EnumType() {
  const auto quoted = [](std::string* out, std::string_view name) {
    absl::StrAppend(out, "'", std::string(name), "'");
  };
  return absl::StrCat("ENUM (", absl::StrJoin(EnumNames<E>::kNames, ", ", quoted), ")");
}

/// The columns of a log as a database would have them: names behind enumerations, or as text.
std::string CreateLog(bool with_enums) {
  const auto names = [with_enums](const std::string& type) {
    return with_enums ? type : std::string("VARCHAR");
  };
  return absl::StrCat("CREATE TABLE log (event_id BIGINT, time TIMESTAMP", with_enums ? "" : "TZ",
                      ", pin_id INTEGER, viewer_id UBIGINT, action ", names(EnumType<Action>()),
                      ", device ", names(EnumType<Device>()), ", content_type ",
                      names(EnumType<ContentType>()), ", age ", names(EnumType<Age>()), ", gender ",
                      names(EnumType<Gender>()),
                      ", play_time_ms BIGINT, half_visible_ms UINTEGER, progress DOUBLE)");
}

/// A row of `log`. Some of what is the default is null.
std::string LogRow(const Event& event) {
  const auto text = [](auto value) { return absl::StrCat("'", std::string(NameOf(value)), "'"); };
  const bool even = event.id.value() % 2 == 0;
  const std::optional<Playback>& playback = event.playback;
  return absl::StrCat(
      "(", event.id.value(), ", make_timestamp(", absl::ToUnixMicros(event.time), "), ",
      event.pin.value(), ", ",
      even && event.viewer == ViewerId() ? "NULL" : std::to_string(event.viewer.value()), ", ",
      text(event.action), ", ",
      even && event.device == Device::kUnspecified ? "NULL" : text(event.device), ", ",
      even && event.content_type == ContentType::kOrganic ? "NULL" : text(event.content_type), ", ",
      text(event.age), ", ", text(event.gender), ", ",
      playback ? std::to_string(absl::ToInt64Milliseconds(playback->play_time)) : "NULL", ", ",
      playback ? std::to_string(absl::ToInt64Milliseconds(playback->half_visible)) : "NULL", ", ",
      playback ? model_internal::FormatShortest(playback->progress) : "NULL", ")");
}

std::string InsertLog(const std::vector<Event>& events) {
  const auto row = [](std::string* out, const Event& event) { *out += LogRow(event); };
  return "INSERT INTO log VALUES " + absl::StrJoin(events, ", ", row);
}

// ---- tables out ----

TEST_F(DuckDb, GivesBackTheSamples) {
  ExpectEqualAfterScan(SeriesToArrow(SampleReport()), SeriesToArrow(SampleReport()));
  ExpectEqualAfterScan(TotalsToArrow(SampleReport()), TotalsToArrow(SampleReport()));
  ExpectEqualAfterScan(SeriesToArrow(SplitReport()), SeriesToArrow(SplitReport()));
  ExpectEqualAfterScan(TotalsToArrow(SplitReport()), TotalsToArrow(SplitReport()));
  ExpectEqualAfterScan(ToArrow(SampleTopPins()), ToArrow(SampleTopPins()));
  ExpectEqualAfterScan(ToArrow(SampleTopBoards()), ToArrow(SampleTopBoards()));
}

TEST_F(DuckDb, GivesBackATableWithoutRows) {
  TopList list = SampleTopPins();
  list.rows.clear();
  ExpectEqualAfterScan(ToArrow(list), ToArrow(list));
}

TEST_F(DuckDb, ReadsTypesAsTheyAreMeant) {
  ASSERT_TRUE(ScanInto(database(), "series", SeriesToArrow(SampleReport())).ok());
  Execute(
      "CREATE TABLE types AS SELECT column_name || ' ' || data_type AS type "
      "FROM duckdb_columns() WHERE table_name = 'series' ORDER BY column_index");
  const absl::StatusOr<ArrowReadTable> types = ReadTable(database(), "types");
  ASSERT_TRUE(types.ok()) << types.status();
  EXPECT_EQ(types->columns[0].cells,
            (std::vector<ArrowCell>{"date DATE", "segment VARCHAR", "status VARCHAR",
                                    "impressions BIGINT", "save_rate DOUBLE",
                                    "total_play_time_minutes DOUBLE"}));
}

TEST_F(DuckDb, GivesBackReportsOfAnySizeInBatchesOfAnySize) {
  const std::uint64_t seed = Seed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  const std::vector<Event> events = RandomEvents(5'000, random);
  const std::vector<Pin> pins = Pins();
  const DatedEvaluation evaluation(Evaluation(events, pins, kNow), kNow);
  const absl::CivilDay today = absl::ToCivilDay(kNow, absl::UTCTimeZone());
  for (std::size_t batch_rows : {1U, 7U, 100U, 65'536U}) {
    const ArrowOptions options{.batch_rows = batch_rows};
    for (const auto split : {std::optional<Dimension>(), std::optional(Dimension::kAge),
                             std::optional(Dimension::kFormat)}) {
      const absl::StatusOr<Report> run =
          evaluation.Run({.period = LastDays(60, today),
                          .split = split,
                          .comparison = Comparison::kPreviousPeriod});
      ASSERT_TRUE(run.ok()) << run.status();
      const auto report = std::make_shared<const Report>(*run);
      ExpectEqualAfterScan(SeriesToArrow(report, options), SeriesToArrow(report));
      ExpectEqualAfterScan(TotalsToArrow(report, options), TotalsToArrow(report));
    }
    const absl::StatusOr<TopList> top =
        evaluation.TopPins({.period = LastDays(30, today)}, {.limit = 100});
    ASSERT_TRUE(top.ok()) << top.status();
    ExpectEqualAfterScan(ToArrow(*top, options), ToArrow(*top));
  }
}

TEST_F(DuckDb, MayLeaveAStreamBeforeItsEnd) {
  Report report = SampleReport();
  report.days.resize(20'000, report.days[0]);
  ArrowArrayStream stream = SeriesToArrow(report, {.batch_rows = 10});
  ASSERT_EQ(duckdb_arrow_scan(database().connection(), "series",
                              reinterpret_cast<duckdb_arrow_stream>(&stream)),
            DuckDBSuccess);
  Execute("CREATE TABLE first_row AS SELECT * FROM series LIMIT 1");
  if (stream.release != nullptr) stream.release(&stream);
  EXPECT_THAT(ReadTable(database(), "first_row")->columns[0].cells, SizeIs(1));
}

// ---- events in ----

class DuckDbEvents : public DuckDb, public ::testing::WithParamInterface<bool> {};

TEST_P(DuckDbEvents, AreThoseThatWereInserted) {
  const std::uint64_t seed = Seed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  // More than one of DuckDB's chunks.
  const std::vector<Event> events = RandomEvents(5'000, random);
  Execute(CreateLog(GetParam()));
  Execute(InsertLog(events));

  absl::StatusOr<ArrowArrayStream> stream = QueryAsStream(database(), "SELECT * FROM log");
  ASSERT_TRUE(stream.ok()) << stream.status();
  const ReadEvents read = ReadAll(*stream);
  ASSERT_TRUE(read.status.ok()) << read.status;
  EXPECT_THAT(read.refused, IsEmpty());
  ASSERT_EQ(read.events, events);
  EXPECT_GT(read.pieces.size(), 1U);
}

TEST_P(DuckDbEvents, GiveTheReportOfTheEventsThemselves) {
  const std::uint64_t seed = Seed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  const std::vector<Event> events = RandomEvents(3'000, random);
  const std::vector<Pin> pins = Pins();
  Execute(CreateLog(GetParam()));
  Execute(InsertLog(events));

  Store store;
  for (const Pin& pin : pins) ASSERT_TRUE(store.PutPin(pin).ok());
  absl::StatusOr<ArrowArrayStream> stream = QueryAsStream(database(), "SELECT * FROM log");
  ASSERT_TRUE(stream.ok()) << stream.status();
  const absl::Status status = ReadArrowEvents(&*stream, [&store](const ArrowEventBatch& batch) {
    const AppendResult appended = store.Append(batch.events, kNow);
    EXPECT_THAT(appended.refused, IsEmpty());
    EXPECT_THAT(batch.refused, IsEmpty());
    return appended.status;
  });
  ASSERT_TRUE(status.ok()) << status;

  const Query query = OverviewQuery(absl::ToCivilDay(kNow, absl::UTCTimeZone()));
  const absl::StatusOr<Report> expected = Evaluate(events, pins, query, kNow);
  const absl::StatusOr<Report> report = store.TakeSnapshot().Run(query, kNow);
  ASSERT_TRUE(expected.ok()) << expected.status();
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(*report, *expected);
}

INSTANTIATE_TEST_SUITE_P(Names, DuckDbEvents, ::testing::Bool(), [](const auto& param) {
  return std::string(param.param ? "BehindDictionaries" : "AsText");
});

TEST_F(DuckDb, HandsOverOtherTypesWhichAreRefusedByName) {
  const auto status_of = [this](const std::string& columns) {
    absl::StatusOr<ArrowArrayStream> stream = QueryAsStream(
        database(), "SELECT now() AS time, 'save' AS action, 1 AS pin_id, " + columns);
    return stream.ok() ? ReadAll(*stream).status : stream.status();
  };
  EXPECT_EQ(status_of("0::UTINYINT AS viewer_id, NULL::VARCHAR AS device"), absl::OkStatus());
  EXPECT_THAT(std::string(status_of("0.5 AS progress").message()),
              HasSubstr("column progress: its type is \"d:2,1"));
  EXPECT_THAT(std::string(status_of("[1] AS tags").message()),
              HasSubstr("column \"tags\": is not known"));
  EXPECT_THAT(std::string(status_of("1::HUGEINT AS viewer_id").message()),
              HasSubstr("column viewer_id: its type is"));
}

}  // namespace
}  // namespace pinmetrics

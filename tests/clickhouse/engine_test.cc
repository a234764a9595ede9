#include "pinmetrics/clickhouse/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "calendar/day_number.h"
#include "clickhouse/acknowledgement.h"
#include "clickhouse/answer.h"
#include "clickhouse/event_rows.h"
#include "clickhouse/key_hash.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/report/engine.h"

namespace pinmetrics {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using ::testing::StartsWith;

static_assert(Engine<ClickHouseEngine>);

constexpr absl::CivilDay kDay(2026, 11, 10);
const absl::Time kNow = absl::FromCivil(absl::CivilDay(2026, 11, 20), absl::UTCTimeZone());
const auto kDayNumber = static_cast<std::uint16_t>(DayNumber(kDay));

/// Bytes of an array of rows.
template <typename... Rows>
std::string Answer(const Rows&... rows) {
  std::string bytes;
  AppendLength(sizeof...(rows), bytes);
  ((bytes += rows), ...);
  return bytes;
}

template <typename... Numbers>
std::string Row(Numbers... numbers) {
  std::string bytes;
  (AppendNumber(numbers, bytes), ...);
  return bytes;
}

std::string Text(std::string_view text) {
  std::string bytes;
  AppendLength(text.size(), bytes);
  return bytes.append(text);
}

using U8 = std::uint8_t;
using U16 = std::uint16_t;
using U32 = std::uint32_t;
using U64 = std::uint64_t;

std::string DaysRow(U8 what, U16 day, U32 number, U64 rows = 0, U64 other = 0) {
  return Row(what, day, number, rows, other);
}

std::string ZoneRow(std::string_view zone) { return DaysRow(3, 0, 0, 0, ZoneNumber(zone)); }

/// A server that knows one sealed day of two impressions by one viewer, on Pin 7.
struct CannedServer {
  std::string settings =
      Answer(Text("skip_unavailable_shards"), Text("insert_distributed_sync"),
             Text("read_overflow_mode"), Text("max_memory_usage"), Text("async_insert"));
  /// Asked when an engine connects.
  std::string version = Answer(DaysRow(0, 0, 2), DaysRow(2, 0, 0));
  std::string days =
      Answer(DaysRow(0, 0, 2), DaysRow(1, kDayNumber, 5, 2), DaysRow(2, 0, U32{kDayNumber} + 1));
  std::string sums =
      Answer(Row(U64{0}, U8{0}, kDayNumber, U8{0}, U64{2}, U64{0}, U64{2}, U32{5}, U64{2}));
  std::string people = Answer(Row(U64{0}, U8{0}, U8{0}, kDayNumber, U16{0}, U64{1}),
                              Row(U64{5}, U8{0}, U8{2}, kDayNumber, U16{0}, U64{2}));
  std::string top = Answer(Row(U8{1}, U64{7}, U16{0}, U8{0}, U64{2}, U64{0}, U64{2}, U64{2}),
                           Row(U8{0}, U64{5}, kDayNumber, U8{0}, U64{2}, U64{0}, U64{0}, U64{0}));
  std::string titles = Answer(Row(U64{7}) + Text("a title"));
  std::string pins = Answer(
      Row(U64{7}, U64{1}, U8{0}, U8{0}, U8{0}, U64{0}, U8{1}, U64{0}, U8{1}, std::int32_t{20'000}));
  std::string batch = Answer();
  std::string zones = Answer(Row(ZoneNumber("Europe/Oslo")) + Text("Europe/Oslo"));
  std::string members = Answer();
  std::string written = "";
  absl::Status failure = absl::OkStatus();
  std::vector<ClickHouseRequest> requests = {};

  absl::StatusOr<std::string> Send(const ClickHouseRequest& request) {
    requests.push_back(request);
    if (!failure.ok()) return failure;
    const auto has = [&request](const char* part) {
      return request.sql.find(part) != std::string::npos;
    };
    if (has("system.settings")) return settings;
    if (has("INSERT")) return written;
    if (has("(identity, ")) return members;
    if (has(".batches")) return batch;
    if (has("time_zone")) return zones;
    if (has("day BETWEEN 0 AND 0 ")) return version;
    if (has(".schema_version")) return days;
    if (has("sum((day >=")) return top;
    if (has("arrayJoin")) return people;
    if (has("title")) return titles;
    if (has("created_day")) return pins;
    return sums;
  }
};

absl::StatusOr<ClickHouseEngine> Connect(CannedServer& server, ClickHouseOptions options = {}) {
  options.server = "db:8123";
  return ClickHouseEngine::Connect(
      [&server](const ClickHouseRequest& request) { return server.Send(request); },
      std::move(options));
}

const Query kOnDay = {.period = DateRange::Inclusive(kDay, kDay),
                      .metrics = {kImpressions, kTotalAudience}};

TEST(ClickHouseEngine, AssemblesAReportOfAnswers) {
  CannedServer server;
  const auto engine = Connect(server);
  ASSERT_TRUE(engine.ok()) << engine.status();
  const auto report = engine->Run(kOnDay, kNow);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->Total(kImpressions), 2);
  EXPECT_EQ(report->Total(kTotalAudience), 1);
  // Settings and version once, then three statements.
  EXPECT_EQ(server.requests.size(), 2 + 3);
  const auto list = engine->TopPins({.period = kOnDay.period, .metrics = {kSaves}}, {}, kNow);
  ASSERT_TRUE(list.ok()) << list.status();
  ASSERT_EQ(list->rows.size(), 1);
  EXPECT_EQ(list->rows[0].pin(), PinId(7));
  EXPECT_EQ(list->rows[0].title, "a title");
}

TEST(ClickHouseEngine, SealsNoDayWithAnEventThatIsOutOfOrder) {
  CannedServer server;
  const auto engine = Connect(server);
  ASSERT_TRUE(engine.ok()) << engine.status();
  const std::size_t sent = server.requests.size();
  const absl::Time noon = absl::FromCivil(kDay, absl::UTCTimeZone()) + absl::Hours(12);
  const Pin pin = {.id = PinId(7), .created_at = noon};
  const Event event = {.time = noon,
                       .pin = PinId(7),
                       .action = Action::kPlayback,
                       .playback = Playback{.play_time = -absl::Seconds(1)}};
  const Observation observation = {&event, &pin};
  const absl::Status status = engine->AppendSealedDay(kDay, {&observation, 1}, 17, kNow);
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_THAT(std::string(status.message()), AllOf(StartsWith("event 0: "), HasSubstr("-1s")));
  EXPECT_EQ(server.requests.size(), sent);
}

TEST(ClickHouseEngine, SendsTheSettingsThatTheServerHas) {
  CannedServer server;
  ASSERT_TRUE(Connect(server, {.settings = {{"max_memory_usage", "1"}}}).ok());
  const auto& sent = server.requests.back().settings;
  EXPECT_THAT(sent, Contains(Pair("wait_end_of_query", "1")));
  EXPECT_THAT(sent, Contains(Pair("skip_unavailable_shards", "0")));
  EXPECT_THAT(sent, Contains(Pair("insert_distributed_sync", "1")));
  EXPECT_THAT(sent, Contains(Pair("async_insert", "0")));
  EXPECT_THAT(sent, Contains(Pair("read_overflow_mode", "throw")));
  EXPECT_THAT(sent, Contains(Pair("max_memory_usage", "1")));
  EXPECT_EQ(sent.size(), 6);
}

TEST(ClickHouseEngine, RefusesSettingsThatItNeedsOtherwise) {
  CannedServer server;
  EXPECT_TRUE(absl::IsInvalidArgument(
      Connect(server, {.settings = {{"skip_unavailable_shards", "1"}}}).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(Connect(server, {.settings = {{"no_such", "1"}}}).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(Connect(server, {.settings = {{"a=b", "1"}}}).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(Connect(server, {.database = "a;b"}).status()));
  server.settings = Answer(Text("insert_distributed_sync"));
  EXPECT_TRUE(absl::IsFailedPrecondition(Connect(server).status()));
}

TEST(ClickHouseEngine, RefusesTablesOfAnotherVersion) {
  CannedServer server;
  server.version = Answer(DaysRow(0, 0, 2), DaysRow(0, 0, 3));  // One shard was upgraded.
  const absl::Status status = Connect(server).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status));
  EXPECT_THAT(std::string(status.message()),
              AllOf(StartsWith("db:8123: "), HasSubstr("of version 3, expected 2")));
  server.version = Answer(DaysRow(0, 0, 1));
  EXPECT_THAT(std::string(Connect(server).status().message()),
              HasSubstr("of version 1, expected 2, to which ClickHouseSchemaUpgrade brings them"));
  server.version = Answer();
  EXPECT_TRUE(absl::IsFailedPrecondition(Connect(server).status()));
}

TEST(ClickHouseEngine, RefusesAnAccountWhoseDaysAreThoseOfAnotherZone) {
  CannedServer server;
  server.days = server.version = Answer(DaysRow(0, 0, 2), ZoneRow("Europe/Oslo"));
  const std::vector<Event> events = {{.id = EventId(1), .time = kNow, .pin = PinId(7)}};
  const auto engine = Connect(server);
  ASSERT_TRUE(engine.ok()) << engine.status();
  for (const absl::Status& status :
       {engine->Run(kOnDay, kNow).status(), engine->TopPins(kOnDay, {}, kNow).status(),
        engine->Append(events, kNow).status, engine->Seal(kNow).status,
        engine->AppendSealedDay(kDay, {}, 1, kNow),
        engine->PutPins(std::vector<Pin>{{.created_at = kNow}}, kNow).status}) {
    EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
    EXPECT_EQ(std::string(status.message()),
              "db:8123: the days of account 1 are those of the time zone Europe/Oslo, expected it "
              "in place of UTC");
  }
  for (const ClickHouseRequest& request : server.requests) EXPECT_EQ(request.rows, "");
  EXPECT_TRUE(engine->Withdraw(std::vector{EventId(1)}).status.ok());
  server.days = server.version = Answer(DaysRow(0, 0, 2), ZoneRow("UTC"));
  EXPECT_TRUE(engine->Append(events, kNow).status.ok());
}

TEST(ClickHouseEngine, TellsABatchThatComesAgainWhatItWasToldBefore) {
  CannedServer server;
  server.days = server.version;
  const auto engine = Connect(server);
  ASSERT_TRUE(engine.ok()) << engine.status();
  const std::vector<Event> events = {
      {.id = EventId(1), .time = kNow, .pin = PinId(7)},
      {.id = EventId(2), .time = kNow + absl::Hours(1), .pin = PinId(7)},
      {.id = EventId(3), .time = kNow, .pin = PinId(8)}};
  const ClickHouseAppendResult first = engine->Append(events, kNow, "key");
  EXPECT_EQ(first.taken, 1) << first.status;
  EXPECT_EQ(first.refused.size(), 2);
  EXPECT_FALSE(first.repeated_batch);
  const ClickHouseRequest& kept = server.requests.back();
  EXPECT_THAT(kept.sql, StartsWith("INSERT INTO pinmetrics.batches "));
  // Behind account, key and day.
  server.batch = Answer(kept.rows.substr(8 + 16 + 2));
  const std::size_t sent = server.requests.size();
  const ClickHouseAppendResult again = engine->Append(std::vector<Event>(), kNow, "key");
  EXPECT_TRUE(again.repeated_batch);
  EXPECT_EQ(again.taken, first.taken);
  EXPECT_EQ(again.refused, first.refused);
  EXPECT_EQ(server.requests.size(), sent + 1);
}

TEST(ReadRefusals, TakesNoBytesThatAreNone) {
  const std::vector<Refusal> refused = {{3, {FaultKind::kSealedDay, "time", "is on a sealed day"}},
                                        {70'000, {FaultKind::kNotAValue, "progress", ""}}};
  const std::string bytes = WriteRefusals(refused);
  EXPECT_EQ(ReadRefusals(bytes), refused);
  EXPECT_EQ(ReadRefusals(""), std::vector<Refusal>());
  for (std::size_t length = 1; length < bytes.size(); ++length) {
    const auto read = ReadRefusals(std::string_view(bytes).substr(0, length));
    EXPECT_TRUE(!read || read->size() == 1) << length;
  }
  EXPECT_EQ(ReadRefusals(std::string(40, '\xFF')), std::nullopt);
}

TEST(BatchKeyOf, IsFrozen) {
  EXPECT_EQ(BatchKeyOf("batch"), (BatchKey{0x0B45E0614E8676CE, 0xA33C94A031F348E3}));
  EXPECT_EQ(ZoneNumber("Europe/Oslo"), 10686302968264551342u);
}

TEST(ClickHouseEngine, NamesTheDayOfWhichRowsAreMissing) {
  CannedServer server;
  const auto engine = Connect(server);
  ASSERT_TRUE(engine.ok()) << engine.status();
  const auto receipt_of = [](U32 generation, U64 rows) {
    return Row(U64{0}, U8{0}, kDayNumber, U8{0}, U64{0}, U64{0}, U64{0}, generation, rows);
  };
  for (const std::string& receipts :
       {Answer(), Answer(receipt_of(5, 1)), Answer(receipt_of(5, 3)), Answer(receipt_of(6, 2))}) {
    server.sums = receipts;
    const absl::Status status = engine->Run(kOnDay, kNow).status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << status;
    EXPECT_THAT(
        std::string(status.message()),
        AllOf(StartsWith("db:8123: 2026-11-10: generation 5 has "), HasSubstr("of 2 rows")));
  }
  server.sums = Answer(receipt_of(5, 2), receipt_of(6, 2));
  EXPECT_TRUE(absl::IsDataLoss(engine->Run(kOnDay, kNow).status()));
  server = CannedServer();
  server.people = Answer();
  EXPECT_TRUE(absl::IsDataLoss(engine->Run(kOnDay, kNow).status()));
}

TEST(ClickHouseEngine, LetsServersRankByWhatCountsEventsOnce) {
  CannedServer server;
  const auto engine = Connect(server);
  ASSERT_TRUE(engine.ok()) << engine.status();
  const auto sums_by = [&](const Metric& by) {
    const auto sent = engine->ExplainTopPins(kOnDay, {.by = by, .limit = 50}, kNow);
    return sent.ok() && sent->size() > 1 ? (*sent)[1] : sent.status().ToString();
  };
  EXPECT_THAT(sums_by(kImpressions), HasSubstr("kind IN (0) GROUP BY s "));
  EXPECT_THAT(sums_by(kImpressions), HasSubstr("ORDER BY count() DESC, s LIMIT 50"));
  EXPECT_THAT(sums_by(Count("views", Tally::kVideoViews)), HasSubstr("kind IN (8,10,12,14) GROUP"));
  EXPECT_THAT(sums_by(Sum("two", kSaves, kPinClicks)), HasSubstr("kind IN (1,3) GROUP"));
  // Twice, in milliseconds, a quotient, of the month.
  for (const Metric& by : {Metric(Sum("twice", kSaves, kSaves)),
                           Metric(Sum("plays", kVideoViews, Count("all", Tally::kPlaybacks))),
                           Metric(Count("ms", Tally::kPlayTimeMs)), kSaveRate, kMonthlyViews}) {
    EXPECT_THAT(sums_by(by), Not(HasSubstr("LIMIT"))) << by.name();
  }
}

/// What each statement's answer is kept in.
constexpr std::string CannedServer::*kAnswers[] = {
    &CannedServer::settings, &CannedServer::version, &CannedServer::days,  &CannedServer::sums,
    &CannedServer::people,   &CannedServer::top,     &CannedServer::titles};

/// The first error of all that can be asked.
absl::Status AskAll(CannedServer& server) {
  const auto engine = Connect(server);
  if (!engine.ok()) return engine.status();
  absl::Status status = engine->Run(kOnDay, kNow).status();
  status.Update(engine->TopPins({.period = kOnDay.period, .metrics = {kSaves}}, {}, kNow).status());
  return status;
}

TEST(ClickHouseEngine, GivesNoReportOfAnAnswerThatIsNoWholeOne) {
  const CannedServer whole;
  for (const auto answer : kAnswers) {
    const std::string& bytes = whole.*answer;
    for (std::size_t length = 0; length <= bytes.size(); ++length) {
      const std::string begin = bytes.substr(0, length);
      for (const std::string& broken :
           {begin, begin + "Code: 241, e.displayText() = DB::Exception: Memory limit",
            begin + bytes, begin + std::string(100, '\xFF')}) {
        CannedServer server;
        server.*answer = broken;
        const bool is_whole = broken == bytes;
        const absl::Status status = AskAll(server);
        ASSERT_EQ(status.ok(), is_whole) << length << " " << status;
        if (is_whole) continue;
        EXPECT_THAT(std::string(status.message()), StartsWith("db:8123: "));
      }
    }
  }
}

TEST(ClickHouseEngine, PassesOnWhatTheTransportSays) {
  CannedServer server;
  const auto engine = Connect(server);
  ASSERT_TRUE(engine.ok()) << engine.status();
  server.failure = absl::DeadlineExceededError("db:8123: no answer within 60 s");
  EXPECT_EQ(engine->Run(kOnDay, kNow).status(), server.failure);
  EXPECT_EQ(engine->TopBoards(kOnDay, {}, kNow).status(), server.failure);
  EXPECT_EQ(engine->RunOverview(kNow).status(), server.failure);
  EXPECT_EQ(engine->Explain(kOnDay, kNow).status(), server.failure);
  const std::vector<Event> events = {{.id = EventId(1), .time = kNow, .pin = PinId(7)}};
  EXPECT_EQ(engine->Append(events, kNow).status, server.failure);
  EXPECT_EQ(engine->Append(events, kNow).taken, 0);
  EXPECT_EQ(engine->Withdraw(std::vector{EventId(1)}).status, server.failure);
  EXPECT_EQ(engine->Seal(kNow).status, server.failure);
  EXPECT_EQ(engine->PutPins(std::vector<Pin>{{.created_at = kNow}}, kNow).status, server.failure);
}

TEST(ClickHouseEngine, TakesNoAnswerForAnInsertThatWasDone) {
  CannedServer server;
  server.days = server.version;
  server.written = "Code: 243, e.displayText() = DB::Exception: Cannot reserve 1.00 MiB";
  const auto engine = Connect(server);
  ASSERT_TRUE(engine.ok()) << engine.status();
  const std::vector<Event> events = {{.id = EventId(1), .time = kNow, .pin = PinId(7)}};
  const ClickHouseAppendResult result = engine->Append(events, kNow);
  EXPECT_THAT(std::string(result.status.message()),
              AllOf(StartsWith("db:8123: "), HasSubstr("Cannot reserve")));
  EXPECT_EQ(result.taken, 0);
}

TEST(ClickHouseEngine, RefusesAnEventThatNobodyCouldTellFromItsRepeat) {
  CannedServer server;
  server.days = server.version;
  const auto engine = Connect(server);
  ASSERT_TRUE(engine.ok()) << engine.status();
  const std::vector<Event> events = {{.id = EventId(1), .time = kNow, .pin = PinId(7)},
                                     {.time = kNow, .pin = PinId(7)}};
  const absl::Status status = engine->Append(events, kNow).status;
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("event 1 has no id"));
  EXPECT_TRUE(engine->Append(events, kNow, "key").status.ok());
}

TEST(ClickHouseEngine, RefusesDaysThatAServerCannotKeep) {
  CannedServer server;
  server.days = Answer(DaysRow(0, 0, 2));
  const absl::Time last = absl::FromCivil(absl::CivilDay(2106, 2, 7), absl::UTCTimeZone());
  const auto engine = Connect(server);
  ASSERT_TRUE(engine.ok()) << engine.status();
  const std::vector<Event> events = {
      {.id = EventId(1), .time = last - absl::Seconds(1), .pin = PinId(7)},
      {.id = EventId(2), .time = last, .pin = PinId(7)}};
  const ClickHouseAppendResult result = engine->Append(events, last);
  EXPECT_EQ(result.taken, 1) << result.status;
  ASSERT_EQ(result.refused.size(), 1);
  EXPECT_EQ(result.refused[0].ToString(),
            "1: time: 2106-02-07T00:00:00Z is outside the days 1970-01-01..2106-02-06 that "
            "ClickHouse keeps");
}

TEST(ClickHouseEngine, ShowsTheStatementsOfAnAnswer) {
  CannedServer server;
  const auto engine = Connect(server);
  ASSERT_TRUE(engine.ok()) << engine.status();
  const auto sent = engine->Explain(kOnDay, kNow);
  ASSERT_TRUE(sent.ok()) << sent.status();
  ASSERT_EQ(sent->size(), 3);
  EXPECT_EQ((*sent)[2], server.requests.back().sql);
  EXPECT_THAT((*sent)[1],
              HasSubstr("FROM pinmetrics.final WHERE account = 1 AND day BETWEEN 20767 AND 20767 "
                        "AND generation = 5"));
  EXPECT_LE(engine->ExplainTopPins({.period = kOnDay.period}, {}, kNow)->size(), 4);
}

TEST(IdentityOf, IsFrozen) {
  EXPECT_EQ(IdentityOf("batch", 0), 2846122680501083029u);
  EXPECT_EQ(IdentityOf("batch", 1), 10034671855777373561u);
}

TEST(KindOf, IsFrozen) {
  Event event;
  for (std::size_t i = 0; i < kCountOf<Action>; ++i) {
    event.action = static_cast<Action>(i);
    EXPECT_EQ(KindOf(event), i);
  }
  event.playback = Playback{.play_time = absl::Seconds(10), .half_visible = absl::Seconds(2)};
  EXPECT_EQ(KindOf(event), 7 + 1 + 2);
  event.playback->progress = 0.95;
  EXPECT_EQ(KindOf(event), 14);
  Tally tally;
  tally.Add(event);
  EXPECT_EQ(TallyOf(KindOf(event), 1, 10'000), tally);
}

}  // namespace
}  // namespace pinmetrics

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/clickhouse/engine.h"
#include "pinmetrics/clickhouse/schema.h"
#include "pinmetrics/report/evaluate.h"
#include "tests/clickhouse/servers.h"
#include "tests/store/same_answer.h"

namespace pinmetrics {
namespace {

using ::testing::HasSubstr;

constexpr std::uint64_t kLargest = std::numeric_limits<std::uint64_t>::max();

/// In bytes, line ends alone.
constexpr std::uint64_t kEmptyLines = 0x0a0a0a0a0a0a0a0a;

/// Ten days of events by many viewers, some on Pins, boards and accounts whose ids are the least
/// and the greatest.
struct Account {
  absl::CivilDay first;
  std::vector<Pin> pins;
  std::vector<Event> events;
  absl::Time now;

  explicit Account(absl::CivilDay first_day) : first(first_day) {
    const absl::Time begin = absl::FromCivil(first, absl::UTCTimeZone());
    now = begin + absl::Hours(24 * 20);
    for (const std::uint64_t id : {std::uint64_t{0}, std::uint64_t{1}, kLargest}) {
      Pin pin{.id = PinId(id), .board = BoardId(kLargest - id), .created_at = begin};
      if (id != 1) pin.account = AccountId(id);
      pins.push_back(pin);
    }
    for (std::uint64_t i = 0; i < 600; ++i) {
      events.push_back({.id = EventId(i == 0   ? kLargest
                                      : i == 1 ? kEmptyLines
                                               : i),
                        .time = begin + absl::Minutes(24 * static_cast<std::int64_t>(i)),
                        .pin = pins[i % 3].id,
                        .viewer = ViewerId(i % 7 == 0 ? 0 : kLargest - i % 50),
                        .action = i % 4 == 0 ? Action::kSave : Action::kImpression,
                        .device = static_cast<Device>(i % 4)});
    }
  }

  Query Asked() const {
    return {.period = DateRange(first, first + 10),
            .include_saved = true,
            .comparison = Comparison::kPreviousPeriod};
  }
  Evaluation Expected() const { return {events, pins, now}; }
};

class Promises : public testing::TestWithParam<std::string> {
 protected:
  ClickHouseEngine Connect(Transport transport) {
    absl::StatusOr<ClickHouseEngine> engine =
        ClickHouseEngine::Connect(std::move(transport), NewAccount(TablesOf(GetParam())));
    EXPECT_TRUE(engine.ok()) << engine.status();
    return *std::move(engine);
  }
  const TestTables& tables() { return TablesOf(GetParam()); }
  const Transport& server() { return tables().servers.front(); }

  /// A database of the test's own, beside that of all.
  ClickHouseSchemaOptions SchemaOf(const std::string& name) {
    return {.database = tables().database + "_" + name,
            .cluster = GetParam() == "Cluster" ? "two" : ""};
  }
  void OnEveryServer(const std::vector<std::string>& statements) {
    for (const Transport& one : tables().servers) {
      for (const std::string& sql : statements) {
        const auto done = one({.sql = sql});
        EXPECT_TRUE(done.ok()) << done.status() << "\n" << sql;
      }
    }
  }

  void Fill(const ClickHouseEngine& engine, const Account& account) {
    EXPECT_TRUE(engine.PutPins(account.pins, account.now).status.ok());
    const ClickHouseAppendResult result = engine.Append(account.events, account.now);
    EXPECT_TRUE(result.status.ok()) << result.status;
    EXPECT_EQ(result.taken, account.events.size());
  }
};

TEST_P(Promises, ADayThatLostRowsIsRefused) {
  // In months that no other test has events in.
  const Account account(absl::CivilDay(1999, 5, 3));
  const ClickHouseEngine engine = Connect(server());
  Fill(engine, account);
  // In two nights, so that the days have two generations.
  ASSERT_TRUE(engine.Seal(account.now - absl::Hours(24 * 13)).status.ok());
  ASSERT_TRUE(engine.Seal(account.now).status.ok());
  ExpectSame(engine.Run(account.Asked(), account.now),
             account.Expected().Run(account.Asked(), account.now), "whole");
  const bool is_cluster = GetParam() == "Cluster";
  const auto dropped = tables().servers.back()({.sql = "ALTER TABLE " + tables().database +
                                                       (is_cluster ? ".final_shard" : ".final") +
                                                       " DROP PARTITION 199905"});
  ASSERT_TRUE(dropped.ok()) << dropped.status();
  for (const absl::Status& status :
       {engine.Run(account.Asked(), account.now).status(),
        engine.TopPins({.period = account.Asked().period}, {}, account.now).status(),
        engine.TopBoards({.period = account.Asked().period}, {}, account.now).status()}) {
    EXPECT_TRUE(absl::IsDataLoss(status)) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("1999-05-03: generation "));
  }
}

TEST_P(Promises, NothingIsAnsweredWithoutATable) {
  const Account account(absl::CivilDay(2008, 3, 3));
  const ClickHouseSchemaOptions schema = SchemaOf("dropped");
  OnEveryServer(ClickHouseSchema(schema).value());
  ClickHouseOptions options = NewAccount(tables());
  options.database = schema.database;
  const auto engine = ClickHouseEngine::Connect(server(), options);
  ASSERT_TRUE(engine.ok()) << engine.status();
  Fill(*engine, account);
  ASSERT_TRUE(engine->Seal(account.now - absl::Hours(24 * 13)).status.ok());
  for (const std::string table : {"final", "live", "days", "accounts"}) {
    // The rows stay, under another name.
    const std::string name =
        schema.database + "." + table + (schema.cluster.empty() ? "" : "_shard");
    const auto moved =
        tables().servers.back()({.sql = "RENAME TABLE " + name + " TO " + name + "_away"});
    ASSERT_TRUE(moved.ok()) << moved.status();
    const absl::Status status = engine->Run(account.Asked(), account.now).status();
    EXPECT_FALSE(status.ok()) << table;
    EXPECT_THAT(std::string(status.message()), HasSubstr(table)) << status;
    const auto back = tables().servers.back()({.sql = "RENAME TABLE " + name + "_away TO " + name});
    ASSERT_TRUE(back.ok()) << back.status();
    ExpectSame(engine->Run(account.Asked(), account.now),
               account.Expected().Run(account.Asked(), account.now), "back again");
  }
  OnEveryServer({"DROP DATABASE " + schema.database});
}

TEST_P(Promises, NothingIsAnsweredWhileAShardIsDown) {
  const Account account(absl::CivilDay(2000, 3, 3));
  const ClickHouseEngine engine = Connect(server());
  Fill(engine, account);
  ASSERT_TRUE(engine.Seal(account.now - absl::Hours(24 * 13)).status.ok());
  const auto expected = account.Expected().Run(account.Asked(), account.now);
  ExpectSame(engine.Run(account.Asked(), account.now), expected, "before");
  if (GetParam() == "Cluster" && CanEndServers()) {
    KillServer(2);
    for (const absl::Status& status :
         {engine.Run(account.Asked(), account.now).status(),
          engine.TopPins({.period = account.Asked().period}, {}, account.now).status(),
          engine.RunOverview(account.now).status(),
          engine.Append(account.events, account.now).status, engine.Seal(account.now).status,
          engine.Withdraw(std::vector{account.events[0].id}).status}) {
      EXPECT_FALSE(status.ok());
    }
    StartServer(2);
  }
  ExpectSame(engine.Run(account.Asked(), account.now), expected, "after");
  EXPECT_EQ(engine.Append(account.events, account.now).taken, account.events.size());
  ASSERT_TRUE(engine.Seal(account.now).status.ok());
  ExpectSame(engine.Run(account.Asked(), account.now), expected, "sealed");
}

TEST_P(Promises, ASealStoppedBetweenAnyTwoStatementsIsMadeGoodByTheNext) {
  const Account account(absl::CivilDay(2001, 3, 3));
  for (const bool is_lost_on_the_way_back : {false, true}) {
    bool has_finished = false;
    for (int steps = 0; !has_finished; ++steps) {
      ASSERT_LT(steps, 20);
      int left = std::numeric_limits<int>::max();
      const ClickHouseEngine engine =
          Connect([&](const ClickHouseRequest& request) -> absl::StatusOr<std::string> {
            if (left-- > 0) return server()(request);
            if (is_lost_on_the_way_back && left == -1) (void)server()(request);
            return absl::UnavailableError("stopped");
          });
      Fill(engine, account);
      if (is_lost_on_the_way_back) {
        ASSERT_TRUE(engine.Seal(account.now - absl::Hours(24 * 13)).status.ok());
      }
      left = steps;
      has_finished = engine.Seal(account.now).status.ok();
      left = std::numeric_limits<int>::max();
      const auto expected = account.Expected().Run(account.Asked(), account.now);
      ExpectSame(engine.Run(account.Asked(), account.now), expected, "stopped");
      const ClickHouseSealResult again = engine.Seal(account.now);
      ASSERT_TRUE(again.status.ok()) << again.status;
      ExpectSame(engine.Run(account.Asked(), account.now), expected, "sealed");
      // And what comes again is known.
      const ClickHouseAppendResult late = engine.Append(account.events, account.now);
      EXPECT_EQ(late.taken, account.events.size()) << late.status;
      ExpectSame(engine.Run(account.Asked(), account.now), expected, "appended again");
    }
  }
}

TEST_P(Promises, ASealedDayThatMovesHereIsThereOnce) {
  const Account account(absl::CivilDay(2002, 3, 3));
  const ClickHouseEngine engine = Connect(server());
  const auto expected = account.Expected().Run(account.Asked(), account.now);
  for (int times = 0; times < 2; ++times) {
    for (const absl::CivilDay day : account.Asked().period) {
      std::vector<Observation> observations;
      for (std::size_t i = 0; i < account.events.size(); ++i) {
        if (engine.calendar().DayOf(account.events[i].time) != day) continue;
        observations.push_back({&account.events[i], &account.pins[i % 3]});
      }
      const absl::Status status = engine.AppendSealedDay(day, observations, 17, account.now);
      ASSERT_TRUE(status.ok()) << status;
      EXPECT_TRUE(
          absl::IsAlreadyExists(engine.AppendSealedDay(day, observations, 18, account.now)));
    }
    ExpectSame(engine.Run(account.Asked(), account.now), expected, "moved");
  }
  const absl::CivilDay today = engine.Today(account.now);
  EXPECT_TRUE(absl::IsInvalidArgument(engine.AppendSealedDay(today, {}, 1, account.now)));
}

TEST_P(Promises, AnAccountHasOneTimeZone) {
  const Account account(absl::CivilDay(2005, 3, 3));
  ClickHouseOptions options = NewAccount(tables());
  const auto utc = ClickHouseEngine::Connect(server(), options);
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Oslo", &options.reporting.time_zone));
  const auto oslo = ClickHouseEngine::Connect(server(), options);
  ASSERT_TRUE(utc.ok() && oslo.ok()) << utc.status() << oslo.status();
  // Nobody has written yet: either may.
  EXPECT_TRUE(utc->Run(account.Asked(), account.now).ok());
  EXPECT_TRUE(oslo->Run(account.Asked(), account.now).ok());
  Fill(*oslo, account);
  Fill(*oslo, account);
  for (const absl::Status& status :
       {utc->Run(account.Asked(), account.now).status(),
        utc->Append(account.events, account.now).status,
        utc->PutPins(account.pins, account.now).status, utc->Seal(account.now).status}) {
    EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("of the time zone Europe/Oslo, expected it in place of UTC"));
  }
  EXPECT_EQ(utc->Withdraw(std::vector{account.events[5].id}).withdrawn, 1);
  const auto report = oslo->Run(account.Asked(), account.now);
  ASSERT_TRUE(report.ok()) << report.status();
  std::vector<Event> rest = account.events;
  rest.erase(rest.begin() + 5);
  ExpectSame(report,
             Evaluation(rest, account.pins, account.now, options.reporting)
                 .Run(account.Asked(), account.now),
             "in Oslo");
}

// Version 1 had neither the zones of accounts nor the keys of batches, and the same tables else.
TEST_P(Promises, TablesOfVersion1AreReadAfterTheirUpgrade) {
  const Account account(absl::CivilDay(2007, 3, 3));
  const ClickHouseSchemaOptions schema = SchemaOf("old");
  OnEveryServer(ClickHouseSchema(schema).value());
  ClickHouseOptions options = NewAccount(tables());
  options.database = schema.database;
  {
    const auto engine = ClickHouseEngine::Connect(server(), options);
    ASSERT_TRUE(engine.ok()) << engine.status();
    Fill(*engine, account);
    // Sealed days and live ones.
    ASSERT_TRUE(engine->Seal(account.now - absl::Hours(24 * 13)).status.ok());
  }
  const std::string shard = schema.cluster.empty() ? "" : "_shard";
  std::vector<std::string> back;
  for (const std::string table : {"accounts", "batches"}) {
    back.push_back("DROP TABLE " + schema.database + "." + table);
    if (!shard.empty()) back.push_back(back.back() + shard);
  }
  const std::string version = schema.database + ".schema_version" + shard;
  back.push_back("TRUNCATE TABLE " + version);
  back.push_back("INSERT INTO " + version + " (version) VALUES (1)");
  OnEveryServer(back);
  const absl::Status refused = ClickHouseEngine::Connect(server(), options).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;

  // Once more changes nothing.
  for (int times = 0; times < 2; ++times) {
    OnEveryServer(ClickHouseSchemaUpgrade(schema, 1).value());
    const auto engine = ClickHouseEngine::Connect(server(), options);
    ASSERT_TRUE(engine.ok()) << engine.status();
    const auto expected = account.Expected().Run(account.Asked(), account.now);
    ExpectSame(engine->Run(account.Asked(), account.now), expected, "upgraded");
    EXPECT_EQ(engine->Append(account.events, account.now, "key").taken, account.events.size());
    ASSERT_TRUE(engine->Seal(account.now).status.ok());
    ExpectSame(engine->Run(account.Asked(), account.now), expected, "appended again and sealed");
  }
  OnEveryServer({"DROP DATABASE " + schema.database});
}

TEST_P(Promises, ABatchCountsOnceUnderItsKey) {
  const Account account(absl::CivilDay(2006, 3, 3));
  int until_lost = std::numeric_limits<int>::max();
  const ClickHouseEngine engine =
      Connect([&](const ClickHouseRequest& request) -> absl::StatusOr<std::string> {
        if (request.sql.starts_with("INSERT INTO " + tables().database + ".batches ")) {
          if (until_lost-- <= 0) return absl::UnavailableError("lost on the way there");
        }
        return server()(request);
      });
  ASSERT_TRUE(engine.PutPins(account.pins, account.now).status.ok());
  std::vector<Event> first = account.events;
  for (Event& event : first) event.id = EventId();
  first[7].pin = PinId(77);
  const ClickHouseAppendResult taken = engine.Append(first, account.now, "key");
  ASSERT_TRUE(taken.status.ok()) << taken.status;
  EXPECT_EQ(taken.taken, first.size() - 1);
  const auto impressions = [&] {
    Query query = account.Asked();
    query.metrics = {kImpressions};
    const auto report = engine.Run(query, account.now);
    EXPECT_TRUE(report.ok()) << report.status();
    return report.ok() ? report->Total(kImpressions).value_or(-1) : -1;
  };
  const double before = impressions();

  // What was refused is not taken by a repeat, nor is another batch under the key.
  first[7].pin = PinId(1);
  for (const std::vector<Event>& batch : {first, {first[1]}, account.events}) {
    const ClickHouseAppendResult again = engine.Append(batch, account.now, "key");
    EXPECT_TRUE(again.status.ok() && again.repeated_batch) << again.status;
    EXPECT_EQ(again.taken, taken.taken);
    EXPECT_EQ(again.refused, taken.refused);
  }
  EXPECT_EQ(impressions(), before);

  // A batch of which nothing was taken leaves its key free.
  const std::vector<Event> unknown = {{.time = account.now, .pin = PinId(77)}};
  EXPECT_EQ(engine.Append(unknown, account.now, "free").refused.size(), 1);
  EXPECT_EQ(engine.Append({&first[1], 1}, account.now, "free").taken, 1);
  EXPECT_EQ(impressions(), before + 1);

  // Of repeats alone, too, nothing was taken, but an insert does not tell them.
  const std::vector<Event> known = {account.events[2]};
  EXPECT_EQ(engine.Append(known, account.now, "first").taken, 1);
  EXPECT_EQ(engine.Append(known, account.now, "repeats").taken, 1);
  EXPECT_TRUE(engine.Append({&first[3], 1}, account.now, "repeats").repeated_batch);
  EXPECT_EQ(impressions(), before + 2);

  // After an error nothing is known of the batch: the same may come again, and counts once; another
  // one under its key is taken, too.
  until_lost = 0;
  EXPECT_FALSE(engine.Append({&first[5], 1}, account.now, "lost").status.ok());
  until_lost = std::numeric_limits<int>::max();
  EXPECT_EQ(impressions(), before + 3);
  EXPECT_EQ(engine.Append(std::vector<Event>{first[5], first[6]}, account.now, "lost").taken, 2);
  EXPECT_EQ(impressions(), before + 4);
}

TEST_P(Promises, LiveEventsThatMoveHereKeepTheirPinsAttributes) {
  const Account account(absl::CivilDay(2003, 3, 3));
  const ClickHouseEngine engine = Connect(server());
  std::vector<Observation> observations;
  for (std::size_t i = 0; i < account.events.size(); ++i) {
    observations.push_back({&account.events[i], &account.pins[i % 3]});
  }
  const ClickHouseAppendResult result = engine.Append(observations, account.now);
  EXPECT_TRUE(result.status.ok()) << result.status;
  EXPECT_EQ(result.taken, observations.size());
  ExpectSame(engine.Run(account.Asked(), account.now),
             account.Expected().Run(account.Asked(), account.now), "moved");
}

TEST_P(Promises, FiltersOfManyIdsAndLevelsAreAnswered) {
  const Account account(absl::CivilDay(2004, 3, 3));
  const ClickHouseEngine engine = Connect(server());
  Fill(engine, account);
  std::vector<PinId> ids = {PinId(0), PinId(kLargest)};
  for (std::uint64_t i = 0; i < 100'000; ++i) ids.push_back(PinId(kLargest / 3 + i));
  Filter nested = Is(Device::kMobile);
  for (std::size_t i = 0; i < 63; ++i) {
    nested = i % 2 == 0 ? Is(Age::kUnspecified) && nested : Is(Device::kDesktop) || nested;
  }
  for (const Filter& filter : {IsAnyOf(ids), !IsAnyOf(ids), nested, !nested, !Filter(),
                               Is(AccountId(0)), Is(AccountId(0), kNoAccount)}) {
    Query query = account.Asked();
    query.filter = filter;
    const auto expected = account.Expected().Run(query, account.now);
    const auto actual = engine.Run(query, account.now);
    if (filter == !nested) {
      EXPECT_TRUE(absl::IsInvalidArgument(actual.status()));  // A level more.
    } else {
      ExpectSame(actual, expected, "a large filter");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, Promises, testing::ValuesIn(TestTableKinds()),
                         [](const auto& kind) { return kind.param; });

}  // namespace
}  // namespace pinmetrics

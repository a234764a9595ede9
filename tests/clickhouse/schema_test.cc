#include "pinmetrics/clickhouse/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace pinmetrics {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kFacts =
    "account UInt64, day UInt16, event UInt64, identity UInt8, viewer UInt64, kind UInt8, play_ms "
    "UInt32, device UInt8, content_type UInt8, age UInt8, gender UInt8, pin UInt64, board UInt64, "
    "format UInt8, source UInt8, saved UInt8, claimed_account UInt64, account_none UInt8, "
    "product_group UInt64, product_group_none UInt8, created_day Int32";

// Tables that are there are never made anew: what stands here is what every later release reads.
TEST(ClickHouseSchema, IsThatOfVersion2) {
  EXPECT_EQ(
      ClickHouseSchema({}).value(),
      (std::vector<std::string>{
          "CREATE DATABASE IF NOT EXISTS pinmetrics",
          "CREATE TABLE IF NOT EXISTS pinmetrics.live (" + kFacts +
              ", version UInt64, withdrawn UInt8) ENGINE = ReplacingMergeTree(version) PARTITION "
              "BY "
              "toYYYYMM(toDate(day)) ORDER BY (account, day, identity, event)",
          "CREATE TABLE IF NOT EXISTS pinmetrics.final (" + kFacts +
              ", generation UInt32) ENGINE = MergeTree() PARTITION BY toYYYYMM(toDate(day)) ORDER "
              "BY (account, day, board, pin, viewer)",
          "CREATE TABLE IF NOT EXISTS pinmetrics.days (account UInt64, day UInt16, generation "
          "UInt32, rows UInt64, checksum UInt64, version UInt64) ENGINE = "
          "ReplacingMergeTree(version) ORDER BY (account, day)",
          "CREATE TABLE IF NOT EXISTS pinmetrics.pins (account UInt64, pin UInt64, version UInt64, "
          "board UInt64, format UInt8, source UInt8, saved UInt8, claimed_account UInt64, "
          "account_none UInt8, product_group UInt64, product_group_none UInt8, created_day Int32, "
          "title String) ENGINE = ReplacingMergeTree(version) ORDER BY (account, pin)",
          "CREATE TABLE IF NOT EXISTS pinmetrics.accounts (account UInt64, zone UInt64, time_zone "
          "String) ENGINE = MergeTree() ORDER BY (account)",
          "CREATE TABLE IF NOT EXISTS pinmetrics.batches (account UInt64, key_high UInt64, key_low "
          "UInt64, day UInt16, taken UInt64, refused String) ENGINE = MergeTree() PARTITION BY "
          "toYYYYMM(toDate(day)) ORDER BY (account, key_high, key_low)",
          "CREATE TABLE IF NOT EXISTS pinmetrics.schema_version (version UInt32) ENGINE = "
          "ReplacingMergeTree(version) ORDER BY (version)",
          "INSERT INTO pinmetrics.schema_version (version) VALUES (2)",
      }));
}

TEST(ClickHouseSchema, HasATableOverTheShardsOfACluster) {
  const auto schema = ClickHouseSchema({.database = "stats", .cluster = "two"});
  ASSERT_TRUE(schema.ok()) << schema.status();
  EXPECT_THAT(*schema, Contains(AllOf(HasSubstr("EXISTS stats.live_shard ("),
                                      HasSubstr("ENGINE = ReplacingMergeTree(version)"))));
  EXPECT_THAT(*schema, Contains("CREATE TABLE IF NOT EXISTS stats.live (" + kFacts +
                                ", version UInt64, withdrawn UInt8) ENGINE = Distributed(two, "
                                "stats, live_shard, if(viewer = 0, intHash64(event), "
                                "intHash64(viewer)))"));
  EXPECT_THAT(*schema, Contains("INSERT INTO stats.schema_version_shard (version) VALUES (2)"));
}

TEST(ClickHouseSchema, ReplicatesTheTablesOfEachShard) {
  const auto schema = ClickHouseSchema({.cluster = "two", .replicated = true});
  ASSERT_TRUE(schema.ok()) << schema.status();
  EXPECT_THAT(*schema, Contains(HasSubstr(
                           "ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/"
                           "pinmetrics/live_shard', '{replica}', version) PARTITION")));
  EXPECT_THAT(*schema,
              Contains(HasSubstr("ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/"
                                 "pinmetrics/final_shard', '{replica}') PARTITION")));
}

TEST(ClickHouseSchemaUpgrade, AddsWhatAnEarlierVersionLacks) {
  const auto upgrade = ClickHouseSchemaUpgrade({.cluster = "two"}, 1);
  ASSERT_TRUE(upgrade.ok()) << upgrade.status();
  const auto schema = ClickHouseSchema({.cluster = "two"}).value();
  ASSERT_EQ(upgrade->size(), 6);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_THAT((*upgrade)[i], HasSubstr(i < 2 ? ".accounts" : ".batches"));
    EXPECT_THAT(schema, Contains((*upgrade)[i]));
  }
  EXPECT_EQ((*upgrade)[4], "TRUNCATE TABLE pinmetrics.schema_version_shard");
  EXPECT_EQ((*upgrade)[5], schema.back());
  for (const std::uint32_t from : {0u, kClickHouseSchemaVersion, kClickHouseSchemaVersion + 1}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ClickHouseSchemaUpgrade({}, from).status())) << from;
  }
  EXPECT_TRUE(absl::IsInvalidArgument(ClickHouseSchemaUpgrade({.database = "a;b"}, 1).status()));
}

TEST(ClickHouseSchema, TakesNamesAlone) {
  const std::vector<std::string> none = {
      "", "1st", "a-b", "a.b", "a;DROP", "a'", "\xC3\xA5", "a b", std::string(129, 'a')};
  for (const std::string& name : none) {
    EXPECT_TRUE(absl::IsInvalidArgument(ClickHouseSchema({.database = name}).status())) << name;
    if (name.empty()) continue;
    EXPECT_TRUE(absl::IsInvalidArgument(ClickHouseSchema({.cluster = name}).status())) << name;
  }
  EXPECT_TRUE(ClickHouseSchema({.database = std::string(128, 'a'), .cluster = "_2"}).ok());
}

}  // namespace
}  // namespace pinmetrics

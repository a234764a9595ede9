#include "clickhouse/statements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "clickhouse/columns.h"
#include "clickhouse/filter_sql.h"
#include "pinmetrics/filter/filter.h"
#include "tests/store/random_account.h"
#include "tests/store/random_query.h"

namespace pinmetrics {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// All names that may stand in a statement.
const std::set<std::string, std::less<>>& KnownNames() {
  static const std::set<std::string, std::less<>> names = [] {
    std::set<std::string, std::less<>> known = {
        // The language and its functions.
        "SELECT", "FROM", "WHERE", "AND", "OR", "NOT", "IN", "BETWEEN", "GROUP", "BY", "AS",
        "UNION", "ALL", "FINAL", "FORMAT", "RowBinary", "INSERT", "INTO", "count", "sum", "max",
        "if", "toUInt8", "toUInt16", "toUInt32", "toUInt64", "groupArray", "groupUniqArray",
        "groupUniqArrayIf", "groupArrayArray", "arraySort", "arrayJoin", "arrayConcat", "arrayMap",
        "arrayEnumerate", "cityHash64", "GLOBAL", "ORDER", "DESC", "LIMIT", "groupBitOr",
        "bitShiftLeft", "bitmaskToArray", "round", "log2",
        // Names that the statements give.
        "w", "s", "n", "d", "k", "c", "p", "u", "a", "g", "r", "h", "v", "x", "y", "i", "z", "ds",
        "es", "b", "e", "m", "fs", "gs", "later", "taken_back", "sealed_as",
        // Database and tables.
        "pinmetrics", "live", "final", "days", "pins", "accounts", "batches", "schema_version"};
    const auto add = [&known](const auto& columns) {
      for (const ClickHouseColumn& column : columns) known.emplace(column.name);
    };
    add(kFactColumns);
    add(kLiveColumns);
    add(kFinalColumns);
    add(kDayColumns);
    add(kPinColumns);
    add(kAccountColumns);
    add(kBatchColumns);
    return known;
  }();
  return names;
}

bool IsLetter(char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// The first token that is no integer, known name or sign of the grammar; empty if there is none.
std::string StrangeToken(std::string_view sql) {
  constexpr std::string_view kSigns = " ,().=!>+-[]*";
  std::size_t open = 0;
  while (!sql.empty()) {
    std::size_t length = 1;
    if (IsDigit(sql.front()) || IsLetter(sql.front())) {
      while (length < sql.size() && (IsDigit(sql[length]) || IsLetter(sql[length]))) ++length;
      const std::string token(sql.substr(0, length));
      const bool is_number = std::all_of(token.begin(), token.end(), IsDigit);
      if (!is_number && !KnownNames().contains(token)) return token;
    } else if (sql.starts_with("->")) {
      length = 2;
    } else if (kSigns.find(sql.front()) == std::string_view::npos) {
      return std::string(1, sql.front());
    }
    if (sql.front() == '(') ++open;
    if (sql.front() == ')' && open-- == 0) return "a bracket too many";
    sql.remove_prefix(length);
  }
  return open == 0 ? "" : "a bracket that is not closed";
}

TEST(StrangeToken, IsFound) {
  EXPECT_EQ(StrangeToken("SELECT count() FROM pinmetrics.live WHERE pin IN (1,2)"), "");
  EXPECT_EQ(StrangeToken("SELECT day FROM pinmetrics.live WHERE title = 'x'"), "'");
  EXPECT_EQ(StrangeToken("SELECT evil FROM pinmetrics.live"), "evil");
  EXPECT_EQ(StrangeToken("SELECT 1; DROP"), ";");
  EXPECT_EQ(StrangeToken("SELECT 1a"), "1a");
  EXPECT_EQ(StrangeToken("(SELECT day))"), "a bracket too many");
}

/// Days 100..109, of which some are published.
DayScope AnyScope(Dice& dice) {
  DayStates states;
  const std::uint32_t one = 7;
  for (std::int64_t day = 100; day < 110; ++day) {
    if (dice.Percent(60)) {
      states.published[day] = {dice.Percent(80) ? one : static_cast<std::uint32_t>(dice.Bits()) | 1,
                               dice.Percent(70) ? 5u : 0u, 0};
    }
  }
  return DayScope(100 + dice.Between(0, 5), 109 - dice.Between(0, 4), states);
}

std::size_t StatementsToMake() {
  const char* text = std::getenv("PINMETRICS_CLICKHOUSE_STATEMENTS");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : 10'000;
}

TEST(Statements, AreOfIntegersAndKnownNames) {
  const std::uint64_t seed = TestSeed();
  std::cout << "PINMETRICS_TEST_SEED=" << seed << "\n";
  Dice dice(seed);
  RandomAccount account({.first_day = absl::CivilDay(2026, 11, 1)}, dice);
  RandomQuery queries(account, dice);
  std::size_t made = 0;
  while (made < StatementsToMake()) {
    const Statements statements("pinmetrics", dice.Percent(50) ? 1 : dice.Bits());
    const Query query = queries.AnyQuery(absl::CivilDay(2026, 11, 9));
    const absl::StatusOr<std::string> filter = FilterSql(query.filter);
    ASSERT_TRUE(filter.ok()) << filter.status();
    const RowConditions conditions = {.include_saved = query.include_saved,
                                      .filter = filter->empty() ? "" : " AND " + *filter};
    std::optional<Dimension> split = query.split;
    if (split && !CanSplit(*split)) split.reset();
    const DayScope scope = AnyScope(dice);
    std::vector<std::string> all = {
        statements.Days(100, 109, dice.Percent(50)).sql,
        statements.Titles(std::vector<std::uint64_t>{1, dice.Bits()}).sql,
        statements.Pins(std::vector<std::uint64_t>{0, dice.Bits()}).sql,
        statements.FinalRows(100, 109, 8).sql,
        statements.InsertLive(),
        statements.InsertFinal(),
        statements.InsertDays(),
        statements.InsertPins(),
        statements.InsertAccounts(),
        statements.InsertBatches(),
        statements.Zones().sql,
        statements.Batch({dice.Bits(), dice.Bits()}).sql,
    };
    if (scope.has_final() || scope.has_live()) {
      all.push_back(statements.Sums(scope, split, conditions).sql);
      all.push_back(statements.People(scope, split, conditions.Sql()).sql);
      std::optional<Statements::Highest> highest;
      if (dice.Percent(50)) highest = {.kinds = {0, 14}, .limit = dice.Bits()};
      all.push_back(
          statements.TopSums(scope, Dimension::kBoard, 105, 90, conditions.Sql(), highest).sql);
      all.push_back(statements.Members(scope, std::vector<std::uint64_t>{1, dice.Bits()}).sql);
    }
    if (scope.has_live()) {
      all.push_back(statements.LiveRows(scope).sql);
      all.push_back(statements.Seal(scope, 9));
      all.push_back(statements.Withdraw(scope, std::vector<std::uint64_t>{1, dice.Bits()}));
    }
    for (const std::string& sql : all) {
      ASSERT_THAT(StrangeToken(sql), IsEmpty()) << sql << "\nPINMETRICS_TEST_SEED=" << seed;
    }
    made += all.size();
  }
  std::cout << made << " statements\n";
}

TEST(Statements, ReadEachDayFromOnePlace) {
  DayStates states;
  for (std::int64_t day = 100; day <= 103; ++day) states.published[day] = {7, 5, 0};
  EXPECT_EQ(DayScope(100, 103, states).FinalSql(), "day BETWEEN 100 AND 103");
  EXPECT_EQ(DayScope(100, 103, states).OnlyGeneration(), 7);
  EXPECT_FALSE(DayScope(100, 103, states).has_live());
  EXPECT_EQ(DayScope(98, 105, states).FinalSql(), "day BETWEEN 100 AND 103");
  EXPECT_EQ(DayScope(98, 105, states).LiveSql(),
            "(day BETWEEN 98 AND 99 OR day BETWEEN 104 AND 105)");
  states.published[102] = {9, 0, 0};  // No events: nothing to read.
  EXPECT_EQ(DayScope(100, 103, states).OnlyGeneration(), 7);
  EXPECT_FALSE(DayScope(102, 102, states).has_final());
  EXPECT_FALSE(DayScope(102, 102, states).has_live());
  states.published[102] = {9, 5, 0};
  EXPECT_EQ(DayScope(100, 103, states).OnlyGeneration(), std::nullopt);
  states.published.erase(101);
  EXPECT_EQ(DayScope(99, 103, states).FinalSql(),
            "(day BETWEEN 100 AND 100 OR day BETWEEN 102 AND 103)");
  EXPECT_EQ(DayScope(99, 103, states).LiveSql(),
            "(day BETWEEN 99 AND 99 OR day BETWEEN 101 AND 101)");
}

TEST(Statements, CountNoGenerationThatIsNotPublished) {
  const Statements statements("pinmetrics", 1);
  DayStates states;
  states.published[100] = states.published[101] = {7, 5, 0};
  EXPECT_THAT(
      statements.Sums(DayScope(100, 101, states), std::nullopt, {.filter = " AND device = 0"}).sql,
      HasSubstr("day BETWEEN 100 AND 101 AND generation = 7 GROUP BY d, g"));
  states.published[101] = {9, 5, 0};
  EXPECT_THAT(
      statements.Sums(DayScope(100, 101, states), std::nullopt, {.filter = " AND device = 0"}).sql,
      HasSubstr("day BETWEEN 100 AND 101 AND (day, generation) GLOBAL IN (SELECT day, generation "
                "FROM pinmetrics.days FINAL WHERE account = 1) GROUP BY d, g"));
}

TEST(Statements, AreShortBesideIdsHoweverManyNightsSealedTheirDays) {
  const Statements statements("pinmetrics", 1'000'000'007);
  std::vector<std::size_t> longest;
  for (const std::int64_t days : {30, 90, 548}) {
    DayStates states;
    for (std::int64_t day = 20'000; day < 20'000 + days; ++day) {
      states.published[day] = {4'000'000'000u + static_cast<std::uint32_t>(day), 5, 0};
    }
    longest.push_back(0);
    for (const std::int64_t live : {0, 3}) {
      const DayScope scope(20'000, 20'000 + days - 1 + live, states);
      for (const Statement& statement :
           {statements.Sums(scope, Dimension::kAccount, {.include_saved = false}),
            statements.Sums(scope, Dimension::kAccount, {.filter = " AND device = 0"}),
            statements.People(scope, Dimension::kAccount, " AND saved = 0"),
            statements.TopSums(scope, Dimension::kPin, 20'000, 20'000, " AND saved = 0",
                               Statements::Highest{.kinds = {1, 2, 3, 4, 5, 6}, .limit = 50})}) {
        EXPECT_LE(statement.sql.size(), 1'792) << statement.sql;
        longest.back() = std::max(longest.back(), statement.sql.size());
      }
    }
    std::cout << days << " days: " << longest.back() << " bytes at most\n";
  }
  EXPECT_EQ(longest.front(), longest.back());
}

TEST(FilterSql, KeepsNoneApartFromTheIdZero) {
  EXPECT_EQ(FilterSql(Is(kNoAccount)).value(), "account_none = 1");
  EXPECT_EQ(FilterSql(Is(AccountId(7))).value(), "claimed_account = 7");
  EXPECT_EQ(FilterSql(Is(AccountId(0))).value(), "(account_none = 0 AND claimed_account = 0)");
  EXPECT_EQ(FilterSql(Is(AccountId(0), kNoAccount)).value(),
            "(account_none = 1 OR claimed_account = 0)");
  EXPECT_EQ(FilterSql(Is(ProductGroupId(3), ProductGroupId(~std::uint64_t{0}))).value(),
            "product_group IN (3,18446744073709551615)");
}

TEST(FilterSql, JoinsAndNegates) {
  EXPECT_EQ(FilterSql(Filter()).value(), "");
  EXPECT_EQ(FilterSql(!Filter()).value(), "0");
  EXPECT_EQ(FilterSql(Is(Device::kMobile) && !(Is(Age::k18To24) || Is(PinFormat::kVideo))).value(),
            "(device = 0 AND NOT ((age = 0 OR format = 3)))");
  EXPECT_EQ(FilterSql(Is(Claimed::kNo) || Is(Promotion::kPaidAndEarned)).value(),
            "(account_none = 1 OR (content_type != 0) = 1)");
}

/// Or in and in or, so that nothing flattens: `levels` of them around a condition.
Filter Nested(std::size_t levels) {
  Filter filter = Is(Device::kMobile);
  for (std::size_t i = 0; i < levels; ++i) {
    filter = i % 2 == 0 ? Is(Age::k18To24) && filter : Is(Gender::kMale) || filter;
  }
  return filter;
}

TEST(FilterSql, RefusesWhatIsNestedDeeperThanAServerBears) {
  EXPECT_TRUE(FilterSql(Nested(63)).ok());
  EXPECT_TRUE(absl::IsInvalidArgument(FilterSql(Nested(64)).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(FilterSql(Nested(1'000)).status()));
}

}  // namespace
}  // namespace pinmetrics

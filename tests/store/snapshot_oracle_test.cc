#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "store/block/block.h"
#include "tests/store/account_run.h"

namespace pinmetrics {
namespace {

std::size_t QuestionsToAsk() {
  const char* text = std::getenv("PINMETRICS_STORE_TEST_QUERIES");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : 10'500;
}

/// Tables that lead to others and are not counted apart from these, and that of the day's facts,
/// which opening a block reads.
const std::set<std::string_view> kLeadToOthers = {"day", "pin_bases", "heavy_pins", "play_pins",
                                                  "play_starts"};

/// Every table that a query can read of a history of this shape.
std::vector<std::string> TablesToReach(Shape shape) {
  std::vector<std::string> tables;
  for (std::uint32_t i = 0; i < Block::kTables; ++i) {
    const std::string name(Block::TableName(static_cast<Block::Table>(i)));
    if (!kLeadToOthers.contains(name)) tables.push_back(name);
  }
  tables.push_back("new_viewers");
  // New viewers are those of sealed days, and the first chunks of a live one are seldom large
  // enough for lists with classes.
  if (shape == Shape::kAllLive) {
    std::erase(tables, "new_viewers");
    std::erase(tables, "list_classes");
  }
  return tables;
}

class AnySnapshot : public testing::TestWithParam<Shape> {};

TEST_P(AnySnapshot, AnswersAsEvaluateDoes) {
  const std::uint64_t first_seed = TestSeed();
  std::cout << "PINMETRICS_TEST_SEED=" << first_seed << "\n";
  const std::vector<std::string> tables = TablesToReach(GetParam());
  Reached reached;
  const auto has_reached_all = [&] {
    return std::all_of(tables.begin(), tables.end(),
                       [&](const std::string& table) { return reached.tables.contains(table); });
  };
  // Whether a table pays, and is asked for, is up to the dice: they are thrown until each was read.
  const std::size_t questions = QuestionsToAsk() / kShapes.size();
  const std::size_t most_questions = 20 * questions;
  for (std::uint64_t seed = first_seed;
       reached.questions < questions || (!has_reached_all() && reached.questions < most_questions);
       ++seed) {
    StoreHome in_memory;
    AccountRun(GetParam(), seed, in_memory, reached).Run();
    // An account is made of one seed, so that a failure replays at once.
    ASSERT_FALSE(HasFailure()) << "PINMETRICS_TEST_SEED=" << seed;
  }
  std::cout << reached.questions << " questions, " << reached.answers << " of them answered, "
            << reached.bounded_lists << " lists by bounds\n";
  EXPECT_GT(reached.answers, reached.questions / 2);
  EXPECT_THAT(reached.tables, testing::IsSupersetOf(tables));
}

INSTANTIATE_TEST_SUITE_P(Shapes, AnySnapshot, testing::ValuesIn(kShapes),
                         [](const auto& shape) { return ShapeName(shape.param); });

}  // namespace
}  // namespace pinmetrics

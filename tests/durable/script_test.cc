#include "tests/durable/script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include "tests/store/random_account.h"

namespace pinmetrics {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Script, WhatIsSeenOfItsStoresTellsItsStepsApart) {
  const std::uint64_t seed = TestSeed();
  std::cout << "PINMETRICS_TEST_SEED=" << seed << "\n";
  Dice dice(seed);
  const std::vector<Step> script = MakeScript(dice, 80);
  Stores stores = MakeStores();
  std::size_t appends = 0;
  std::size_t seen = 0;
  for (const Step& step : script) {
    // As of one instant, that only the step makes a difference.
    const std::string before = Describe(stores, step.now);
    ASSERT_TRUE(Do(step, stores, nullptr).ok());
    const std::string after = Describe(stores, step.now);
    // No answer is an error.
    ASSERT_THAT(after, Not(HasSubstr("period: ")));
    ASSERT_THAT(after, Not(HasSubstr("INVALID_ARGUMENT")));
    if (!std::holds_alternative<Step::Append>(step.call)) continue;
    ++appends;
    if (after != before) ++seen;
  }
  // Events that are refused change nothing.
  EXPECT_GT(appends, 20);
  EXPECT_GT(seen, appends / 2);
}

}  // namespace
}  // namespace pinmetrics

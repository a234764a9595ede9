#include "store/class_loops.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "pinmetrics/store/viewer_cursor.h"
#include "tests/store/random_account.h"

namespace pinmetrics {
namespace {

TEST(ClassLoops, ViewersArePickedByClass) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  for (std::size_t size = 0; size < 200; ++size) {
    ClassSet set;
    std::vector<bool> wanted(256);
    const auto percent = dice.OneOf<std::size_t>({0, 5, 50, 100});
    for (std::uint32_t i = 0; i < wanted.size(); ++i) {
      wanted[i] = dice.Percent(percent);
      if (wanted[i]) set.Add(i);
    }
    std::vector<std::uint16_t> viewers;
    std::vector<std::uint8_t> classes;
    std::vector<std::uint16_t> expected;
    for (std::size_t i = 0; i < size; ++i) {
      viewers.push_back(static_cast<std::uint16_t>(dice.Below(kChunkViewers)));
      classes.push_back(static_cast<std::uint8_t>(dice.Below(256)));
      if (wanted[classes.back()]) expected.push_back(viewers.back());
    }
    for (const ClassLoops* loops : AllClassLoops()) {
      std::vector<std::uint16_t> picked(size + ClassLoops::kSpare);
      picked.resize(loops->pick(viewers, classes.data(), set, picked.data()));
      EXPECT_EQ(picked, expected);
    }
  }
}

}  // namespace
}  // namespace pinmetrics

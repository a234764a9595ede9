#include "store/kernels/class_kernels.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "store/block/viewer_cursor.h"
#include "tests/store/random_account.h"

namespace pinmetrics {
namespace {

TEST(ClassKernels, ViewersArePickedByClass) {
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
    for (const ClassKernels* kernels : AllClassKernels()) {
      std::vector<std::uint16_t> picked(size + ClassKernels::kSpare);
      picked.resize(kernels->pick(viewers, classes.data(), set, picked.data()));
      EXPECT_EQ(picked, expected);
    }
  }
}

TEST(ClassKernels, ClassesOfASetAreFound) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  for (std::size_t size = 0; size < 300; ++size) {
    ClassSet set;
    std::vector<std::uint8_t> classes(size + ClassKernels::kSpare);
    for (std::uint8_t& index : classes) index = static_cast<std::uint8_t>(dice.Below(256));
    const auto percent = dice.OneOf<std::size_t>({0, 5, 50, 100});
    for (std::uint32_t i = 0; i < ClassSet::kClasses; ++i) {
      if (dice.Percent(percent)) set.Add(i);
    }
    // What follows on the last word is not touched.
    std::vector<std::uint64_t> expected((size + 63) / 64 + 1);
    expected.back() = 77;
    for (std::size_t i = 0; i < size; ++i) {
      expected[i / 64] |= std::uint64_t{set.Has(classes[i])} << i % 64;
    }
    for (const ClassKernels* kernels : AllClassKernels()) {
      std::vector<std::uint64_t> found(expected.size(), 77);
      kernels->find(std::span(classes).first(size), set, found.data());
      EXPECT_EQ(found, expected);
    }
  }
}

}  // namespace
}  // namespace pinmetrics

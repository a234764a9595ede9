#ifndef PINMETRICS_TESTS_STORE_BLOCK_CORRUPTION_H_
#define PINMETRICS_TESTS_STORE_BLOCK_CORRUPTION_H_

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/store/block/edit_block.h"
#include "tests/store/block/sample_days.h"

namespace pinmetrics {

/// What is done to a block, and what its refusal says at least.
struct Corruption {
  std::string refusal;
  std::function<void(EditBlock&)> corrupt;
};

inline void ExpectRefused(const Day& day, const std::vector<Corruption>& corruptions) {
  const auto packed = Pack(day);
  for (std::size_t i = 0; i < corruptions.size(); ++i) {
    EditBlock edited(packed->bytes());
    corruptions[i].corrupt(edited);
    EXPECT_THAT(RefusalOf(edited.Resealed().bytes()), ::testing::HasSubstr(corruptions[i].refusal))
        << "number " << i;
  }
}

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_STORE_BLOCK_CORRUPTION_H_

// Which kernels the tests of kernels held against each other, and the store's tests ran on: that
// depends on the processor, so the output says it.

#include <iostream>
#include <span>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "store/block/code_kernels.h"
#include "store/kernels/bitmap_kernels.h"
#include "store/kernels/class_kernels.h"

namespace pinmetrics {
namespace {

using ::testing::ElementsAre;
using ::testing::IsSubsetOf;

/// Names `kernels` in the output, the best last.
template <typename Kernels>
std::vector<std::string_view> Tell(std::string_view what, std::span<const Kernels* const> kernels) {
  std::vector<std::string_view> names;
  std::cout << what << " kernels:";
  for (const Kernels* const some : kernels) {
    names.push_back(some->name);
    std::cout << (names.size() == 1 ? " " : ", ") << some->name;
  }
  std::cout << "\n";
  return names;
}

TEST(KernelsThatRun, AreTold) {
  for (const std::vector<std::string_view>& names :
       {Tell("bitmap", AllBitmapKernels()), Tell("class", AllClassKernels()),
        Tell("code", AllCodeKernels())}) {
    ASSERT_FALSE(names.empty());
    EXPECT_EQ(names.front(), "Portable");
#if defined(__x86_64__)
    EXPECT_THAT(names, IsSubsetOf({"Portable", "Avx2"}));
#else
    EXPECT_THAT(names, ElementsAre("Portable"));
#endif
  }
}

TEST(KernelsThatRun, TheBestAreTheLast) {
  EXPECT_EQ(&BestBitmapKernels(), AllBitmapKernels().back());
  EXPECT_EQ(&BestClassKernels(), AllClassKernels().back());
  EXPECT_EQ(&BestCodeKernels(), AllCodeKernels().back());
}

}  // namespace
}  // namespace pinmetrics

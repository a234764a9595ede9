#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <utility>

#include "pinmetrics/durable/store_directory.h"
#include "tests/durable/memory_files.h"
#include "tests/store/account_run.h"

/// Random histories of stores that are closed, killed and cut from power between any two steps.

namespace pinmetrics {
namespace {

constexpr AccountKey kAccount = 7;

class DirectoryHome : public StoreHome {
 public:
  Store Make(const StoreOptions& options) override {
    options_ = options;
    return Open();
  }

  Store BetweenSteps(Store store, Dice& dice) override {
    if (!dice.Percent(30)) return store;
    ++times_opened_;
    std::unique_ptr<MemoryFiles> survived;
    if (dice.Percent(50)) {
      std::mt19937_64 random(dice.Bits());
      survived = dice.Percent(50)
                     ? files_->Copy()
                     : files_->CutPower(random, static_cast<unsigned>(dice.Below(257)));
    }
    map_blocks_ = dice.Percent(50);
    directory_.reset();
    store = Store();  // The last handle closes the directory.
    if (survived) files_ = std::move(survived);
    return Open();
  }

  std::size_t times_opened() const { return times_opened_; }

 private:
  Store Open() {
    // Small segments, so that histories have many.
    absl::StatusOr<std::unique_ptr<StoreDirectory>> directory = StoreDirectory::Open(
        "/kept", {.segment_bytes = 4096, .map_blocks = map_blocks_, .files = files_.get()});
    if (!directory.ok()) {
      ADD_FAILURE() << directory.status();
      return Store(options_);
    }
    directory_ = *std::move(directory);
    absl::StatusOr<Store> store = directory_->OpenStore(kAccount, options_);
    if (store.ok()) return *std::move(store);
    ADD_FAILURE() << store.status();
    return Store(options_);
  }

  std::unique_ptr<MemoryFiles> files_ = std::make_unique<MemoryFiles>();
  std::unique_ptr<StoreDirectory> directory_;
  StoreOptions options_;
  bool map_blocks_ = false;
  std::size_t times_opened_ = 0;
};

std::size_t QuestionsToAsk() {
  const char* text = std::getenv("PINMETRICS_STORE_TEST_QUERIES");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : 7'000;
}

class AnyDirectory : public testing::TestWithParam<Shape> {};

TEST_P(AnyDirectory, AnswersAsEvaluateDoes) {
  const std::uint64_t first_seed = TestSeed();
  std::cout << "PINMETRICS_TEST_SEED=" << first_seed << "\n";
  Reached reached;
  std::size_t times_opened = 0;
  for (std::uint64_t seed = first_seed; reached.questions < QuestionsToAsk() / kShapes.size();
       ++seed) {
    DirectoryHome home;
    AccountRun(GetParam(), seed, home, reached).Run();
    times_opened += home.times_opened();
    ASSERT_FALSE(HasFailure()) << "PINMETRICS_TEST_SEED=" << seed;
  }
  std::cout << reached.questions << " questions, " << reached.answers << " of them answered, "
            << times_opened << " times opened again\n";
  EXPECT_GT(times_opened, 0);
}

INSTANTIATE_TEST_SUITE_P(Shapes, AnyDirectory, testing::ValuesIn(kShapes),
                         [](const auto& shape) { return ShapeName(shape.param); });

}  // namespace
}  // namespace pinmetrics

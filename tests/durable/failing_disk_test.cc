#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pinmetrics/durable/store_directory.h"
#include "tests/durable/memory_files.h"
#include "tests/durable/script.h"
#include "tests/store/random_account.h"
#include "tests/store/tries.h"

/// Each call of the disk fails in turn, once or from then on.

namespace pinmetrics {
namespace {

constexpr std::size_t kStepsOnTheDisk = 30;

enum class Fails { kOnce, kForEver };

bool IsSync(MemoryFiles::Call call) {
  return call == MemoryFiles::Call::kSync || call == MemoryFiles::Call::kSyncFolder;
}

bool TakesRoom(MemoryFiles::Call call) {
  return call == MemoryFiles::Call::kWrite || call == MemoryFiles::Call::kAllocate ||
         call == MemoryFiles::Call::kCreate;
}

/// Counts calls, and lets some fail.
struct Disk {
  std::size_t calls = 0;
  std::size_t fails_at = 0;  ///< From 1.
  Fails fails = Fails::kOnce;
  absl::StatusCode code = absl::StatusCode::kUnavailable;
  std::optional<MemoryFiles::Call> failed = {};
  bool sync_failed = false;
  std::string path = {};

  absl::Status operator()(MemoryFiles::Call call, const std::string& of) {
    ++calls;
    if (fails_at == 0 || calls < fails_at || (fails == Fails::kOnce && calls > fails_at)) {
      return absl::OkStatus();
    }
    // Only what takes room can find none.
    if (code == absl::StatusCode::kResourceExhausted && !TakesRoom(call)) return absl::OkStatus();
    failed = failed.value_or(call);
    path = of;
    sync_failed = sync_failed || IsSync(call);
    return absl::Status(code, "cannot reach " + of);
  }
};

struct Outcome {
  absl::Status status;
  bool is_done = false;
};

/// Does a step where the disk may fail. Every account may be sealed though the folder could not
/// note that all are.
Outcome DoKept(const Step& step, Stores& stores, StoreDirectory& directory) {
  if (std::holds_alternative<Step::SealAll>(step.call)) {
    SealAllResult sealed = directory.SealAll(step.now);
    return {.status = std::move(sealed.status), .is_done = sealed.accounts == stores.size()};
  }
  absl::Status status = Do(step, stores, &directory);
  const bool is_done = status.ok();
  return {.status = std::move(status), .is_done = is_done};
}

class FailingDisk : public testing::TestWithParam<std::tuple<Fails, absl::StatusCode>> {
 protected:
  /// Returns false once no call is left to fail.
  bool Try(std::size_t fails_at) {
    MemoryFiles files;
    Disk disk{
        .fails_at = fails_at, .fails = std::get<0>(GetParam()), .code = std::get<1>(GetParam())};
    files.SetHook(
        [&](MemoryFiles::Call call, const std::string& path) { return disk(call, path); });
    Stores plain = MakeStores();
    std::optional<Step> in_doubt;
    absl::Time now = script_.front().now;
    {
      std::unique_ptr<StoreDirectory> directory;
      Stores stores;
      while (stores.empty()) {
        absl::StatusOr<std::unique_ptr<StoreDirectory>> opened =
            StoreDirectory::Open("/kept", {.segment_bytes = 3000, .files = &files});
        absl::StatusOr<Stores> made =
            opened.ok() ? OpenStores(**opened) : absl::StatusOr<Stores>(opened.status());
        if (made.ok()) {
          directory = *std::move(opened);
          stores = *std::move(made);
          break;
        }
        EXPECT_TRUE(disk.failed.has_value()) << made.status();
        EXPECT_EQ(made.status().code(), disk.code) << made.status();
        if (disk.fails == Fails::kForEver || testing::Test::HasFailure()) return true;
        // What is opened again waits anew.
        disk.sync_failed = false;
      }
      for (const Step& step : script_) {
        now = step.now;
        const bool had_failed = disk.failed.has_value();
        const auto [status, is_done] = DoKept(step, stores, *directory);
        const std::string before = Describe(plain, now);
        if (is_done) {
          EXPECT_TRUE(Do(step, plain, nullptr).ok());
        }
        if (status.ok()) {
          EXPECT_TRUE(!disk.sync_failed || Describe(plain, now) == before)
              << "acknowledged after a failed sync of " << disk.path;
        } else {
          EXPECT_TRUE(disk.failed.has_value()) << status;
          EXPECT_THAT(std::string(status.message()), testing::HasSubstr("cannot reach"));
          if (!had_failed || disk.fails == Fails::kForEver) {
            EXPECT_EQ(status.code(), disk.sync_failed ? absl::StatusCode::kUnavailable : disk.code)
                << status;
          }
          if (!in_doubt) in_doubt = step;
        }
        // Queries go on, and show what was acknowledged.
        EXPECT_EQ(Describe(stores, now), Describe(plain, now)) << disk.path << " failed";
        if (testing::Test::HasFailure()) return true;
        if (!status.ok() && disk.sync_failed) break;
        // Where there is room again, it goes on.
        if (!status.ok() && disk.fails == Fails::kOnce) {
          EXPECT_TRUE(Do(step, stores, directory.get()).ok());
          EXPECT_TRUE(Do(step, plain, nullptr).ok());
          in_doubt.reset();
        }
      }
    }
    files.SetHook(nullptr);
    const std::unique_ptr<MemoryFiles> after = files.Copy();
    absl::StatusOr<std::unique_ptr<StoreDirectory>> directory =
        StoreDirectory::Open("/kept", {.segment_bytes = 3000, .files = after.get()});
    if (!directory.ok()) {
      ADD_FAILURE() << directory.status();
      return true;
    }
    absl::StatusOr<Stores> stores = OpenStores(**directory);
    if (!stores.ok()) {
      ADD_FAILURE() << stores.status();
      return true;
    }
    const std::string there = Describe(*stores, now);
    if (there != Describe(plain, now)) {
      EXPECT_TRUE(in_doubt && Do(*in_doubt, plain, nullptr).ok());
      EXPECT_EQ(there, Describe(plain, now)) << disk.path << " failed";
    }
    return disk.calls >= fails_at;
  }

  std::vector<Step> script_;
};

TEST_P(FailingDisk, LosesNothingAndAcknowledgesNothingThatMayBeLost) {
  const std::uint64_t seed = TestSeed();
  std::cout << "PINMETRICS_TEST_SEED=" << seed << "\n";
  Dice dice(seed);
  script_ = MakeScript(dice, kStepsOnTheDisk);
  const char* const all = std::getenv("PINMETRICS_DURABLE_TEST_IMAGES");
  const std::size_t stride =
      all != nullptr ? 1 : Stride(12);  // `./dev durable` lets each call fail.
  std::size_t tries = 0;
  for (std::size_t call = 1 + dice.Below(stride); Try(call); call += stride) {
    ++tries;
    ASSERT_FALSE(HasFailure()) << "call " << call << ", PINMETRICS_TEST_SEED=" << seed;
  }
  std::cout << tries << " calls failed\n";
}

INSTANTIATE_TEST_SUITE_P(Errors, FailingDisk,
                         testing::Combine(testing::Values(Fails::kOnce, Fails::kForEver),
                                          testing::Values(absl::StatusCode::kUnavailable,
                                                          absl::StatusCode::kResourceExhausted)),
                         [](const auto& of) {
                           return std::string(std::get<0>(of.param) == Fails::kOnce ? "Once"
                                                                                    : "ForEver") +
                                  absl::StatusCodeToString(std::get<1>(of.param)).substr(0, 4);
                         });

}  // namespace
}  // namespace pinmetrics

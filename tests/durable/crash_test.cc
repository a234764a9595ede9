#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <random>
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
#include "tests/store/sample_events.h"
#include "tests/store/tries.h"

/// Power cuts and kills at any call of the disk: what was acknowledged is there, once.

namespace pinmetrics {
namespace {

constexpr std::size_t kStepsBeforeTheCrash = 50;

std::size_t ImagesToTry() {
  const char* text = std::getenv("PINMETRICS_DURABLE_TEST_IMAGES");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : Tries(500);
}

class CrashTest : public testing::TestWithParam<Durability> {
 protected:
  DirectoryOptions Options(FileSystem& files) const {
    return {.durability = GetParam(), .segment_bytes = 3000, .files = &files};
  }

  /// Does the whole script, with images taken along the way.
  void RunScript(std::uint64_t seed) {
    dice_ = Dice(seed);
    random_.seed(dice_.Bits());
    script_ = MakeScript(dice_, kStepsBeforeTheCrash);
    Stores plain = MakeStores();
    described_ = {DescribeAt(plain, 0)};
    for (std::size_t i = 0; i < script_.size(); ++i) {
      ASSERT_TRUE(Do(script_[i], plain, nullptr).ok());
      described_.push_back(DescribeAt(plain, i + 1));
    }
    MemoryFiles files;
    std::size_t acknowledged = 0;
    files.SetHook([&](MemoryFiles::Call call, const std::string& /*path*/) {
      if (call != MemoryFiles::Call::kRead && call != MemoryFiles::Call::kSize && !HasFailure()) {
        TryImage(files, acknowledged, 20);
      }
      return absl::OkStatus();
    });
    absl::StatusOr<std::unique_ptr<StoreDirectory>> directory =
        StoreDirectory::Open("/kept", Options(files));
    ASSERT_TRUE(directory.ok()) << directory.status();
    absl::StatusOr<Stores> stores = OpenStores(**directory);
    ASSERT_TRUE(stores.ok()) << stores.status();
    for (const Step& step : script_) {
      const absl::Status status = Do(step, *stores, directory->get());
      ASSERT_TRUE(status.ok()) << status;
      ASSERT_EQ(DescribeAt(*stores, acknowledged + 1), described_[acknowledged + 1]);
      ++acknowledged;
      if (HasFailure()) return;
    }
  }

  std::size_t images() const { return images_; }
  std::size_t torn() const { return torn_; }

 private:
  std::string DescribeAt(const Stores& stores, std::size_t steps) const {
    // As of one instant for all: the last step's.
    return Describe(stores, script_[steps == 0 ? 0 : steps - 1].now);
  }

  /// With a chance of `percent`, what is on the disk if the power fails now, or the process ends,
  /// after `acknowledged` steps.
  void TryImage(const MemoryFiles& files, std::size_t acknowledged, std::size_t percent) {
    if (!dice_.Percent(percent)) return;
    ++images_;
    const bool is_kill = dice_.Percent(20) || GetParam() == Durability::kWritten;
    std::unique_ptr<MemoryFiles> image =
        is_kill ? files.Copy()
                : files.CutPower(random_, dice_.OneOf(std::vector<unsigned>{0, 128, 240, 256}));
    std::optional<std::string> read;
    if (dice_.Percent(20)) read = Read(*image, acknowledged);
    image->SetHook(nullptr);
    // The next process may end in the same way.
    if (percent > 5) {
      image->SetHook([&, this](MemoryFiles::Call call, const std::string& /*path*/) {
        if (call != MemoryFiles::Call::kRead && call != MemoryFiles::Call::kSize && !HasFailure()) {
          TryImage(*image, acknowledged, 2);
        }
        return absl::OkStatus();
      });
    }
    Recover(*image, acknowledged, read, /*then_power_fails=*/is_kill);
    image->SetHook(nullptr);
  }

  /// What one who only reads the folder sees of the stores, if they are all there; it changes
  /// nothing.
  std::optional<std::string> Read(MemoryFiles& files, std::size_t acknowledged) {
    files.SetHook([](MemoryFiles::Call call, const std::string& path) {
      using enum MemoryFiles::Call;
      const bool reads = call == kOpen || call == kRead || call == kSize || call == kList;
      EXPECT_TRUE(reads) << path << " is changed";
      return absl::OkStatus();
    });
    DirectoryOptions options = Options(files);
    options.read_only = true;
    absl::StatusOr<std::unique_ptr<StoreDirectory>> directory =
        StoreDirectory::Open("/kept", options);
    if (absl::IsNotFound(directory.status())) return std::nullopt;
    EXPECT_TRUE(directory.ok()) << directory.status();
    if (!directory.ok() || (*directory)->Accounts().size() < MakeStores().size()) {
      return std::nullopt;
    }
    const absl::StatusOr<Stores> stores = OpenStores(**directory);
    EXPECT_TRUE(stores.ok()) << stores.status();
    return stores.ok() ? std::optional(DescribeAt(*stores, acknowledged)) : std::nullopt;
  }

  /// With `then_power_fails` it does so once the folder is open, and when the next step is done: a
  /// process that was killed leaves to the next what it did not wait for.
  void Recover(MemoryFiles& files, std::size_t acknowledged, const std::optional<std::string>& read,
               bool then_power_fails) {
    absl::StatusOr<std::unique_ptr<StoreDirectory>> directory =
        StoreDirectory::Open("/kept", Options(files));
    ASSERT_TRUE(directory.ok()) << directory.status();
    if ((*directory)->recovery().torn_bytes > 0) ++torn_;
    absl::StatusOr<Stores> stores = OpenStores(**directory);
    ASSERT_TRUE(stores.ok()) << stores.status();
    // The step that was being done is there as a whole, or not at all.
    const std::size_t next = std::min(acknowledged + 1, script_.size());
    const std::string before = DescribeAt(*stores, acknowledged);
    if (read) {
      ASSERT_EQ(*read, before);
    }
    if (then_power_fails) {
      // What was found is safe from here on.
      const std::unique_ptr<MemoryFiles> image =
          files.CutPower(random_, dice_.OneOf(std::vector<unsigned>{0, 128}));
      Recover(*image, acknowledged, before, /*then_power_fails=*/false);
      if (HasFailure()) return;
    }
    const std::string after = Describe(*stores, script_[next - 1].now);
    if (before != described_[acknowledged] && after != described_[next]) {
      FAIL() << "after " << acknowledged << " steps:\n"
             << before << "\nexpected:\n"
             << described_[acknowledged] << "\nor with the next:\n"
             << after << "\nexpected:\n"
             << described_[next];
    }
    // A host that saw no answer calls again.
    if (acknowledged < script_.size()) {
      const absl::Status status = Do(script_[acknowledged], *stores, directory->get());
      ASSERT_TRUE(status.ok()) << status;
      ASSERT_EQ(Describe(*stores, script_[acknowledged].now), described_[next]);
      if (const auto* forget = std::get_if<Step::Forget>(&script_[acknowledged].call)) {
        ASSERT_FALSE(files.Contain(forget->viewer.value()));
      }
      if (then_power_fails && GetParam() == Durability::kSynced) {
        const std::unique_ptr<MemoryFiles> image =
            files.CutPower(random_, dice_.OneOf(std::vector<unsigned>{0, 128}));
        Recover(*image, acknowledged + 1, std::nullopt, /*then_power_fails=*/false);
      }
    }
    const absl::StatusOr<Verification> verified = (*directory)->Verify();
    ASSERT_TRUE(verified.ok()) << verified.status();
    ASSERT_TRUE(verified->damage.empty()) << verified->damage.front();
  }

  Dice dice_{0};
  std::mt19937_64 random_;
  std::vector<Step> script_;
  std::vector<std::string> described_;  ///< After so many steps.
  std::size_t images_ = 0;
  std::size_t torn_ = 0;
};

TEST_P(CrashTest, NothingAcknowledgedIsLostOrThereTwice) {
  const std::uint64_t first_seed = TestSeed();
  std::cout << "PINMETRICS_TEST_SEED=" << first_seed << "\n";
  std::uint64_t seed = first_seed;
  for (; images() < ImagesToTry(); ++seed) {
    RunScript(seed);
    ASSERT_FALSE(HasFailure()) << "PINMETRICS_TEST_SEED=" << seed;
  }
  std::cout << images() << " images of " << seed - first_seed << " histories, " << torn()
            << " with a torn end\n";
}

INSTANTIATE_TEST_SUITE_P(Durabilities, CrashTest,
                         testing::Values(Durability::kSynced, Durability::kWritten),
                         [](const auto& durability) {
                           return durability.param == Durability::kSynced ? "Synced" : "Written";
                         });

/// The first process is killed at any call. The folder that the next one finds stays, with what it
/// is told, though the power fails.
TEST(Crash, AFolderThatWasBeingMadeIsTakenForGood) {
  const auto options = [](FileSystem& files) {
    return DirectoryOptions{.segment_bytes = 3000, .files = &files};
  };
  std::mt19937_64 random(1);
  MemoryFiles files;
  std::vector<std::unique_ptr<MemoryFiles>> killed;
  files.SetHook([&](MemoryFiles::Call, const std::string&) {
    killed.push_back(files.Copy());
    return absl::OkStatus();
  });
  const auto use = [&](MemoryFiles& used) {
    absl::StatusOr<std::unique_ptr<StoreDirectory>> directory =
        StoreDirectory::Open("/parent/kept", options(used));
    ASSERT_TRUE(directory.ok()) << directory.status();
    absl::StatusOr<Store> store = (*directory)->OpenStore(1);
    ASSERT_TRUE(store.ok()) << store.status();
    ASSERT_TRUE(store->PutPin(SamplePin(1)).ok());
    ASSERT_TRUE(store->Append(Impressions(1, 3), HourOf(kDay, 20)).status.ok());
    used.SetHook(nullptr);
    for (const unsigned kept : {0U, 128U}) {
      const std::unique_ptr<MemoryFiles> after = used.CutPower(random, kept);
      const auto opened = StoreDirectory::Open("/parent/kept", options(*after));
      ASSERT_TRUE(opened.ok()) << opened.status();
      const absl::StatusOr<Store> there = (*opened)->OpenKeptStore(1);
      ASSERT_TRUE(there.ok()) << there.status();
      EXPECT_EQ(ImpressionsOn(there->TakeSnapshot(), kDay), 3);
    }
  };
  ASSERT_TRUE(files.MakeFolder("/parent").ok());
  use(files);
  ASSERT_GT(killed.size(), 30U);
  for (std::size_t i = 0; i < killed.size(); ++i) {
    use(*killed[i]);
    ASSERT_FALSE(HasFailure()) << "killed at call " << i;
  }
}

}  // namespace
}  // namespace pinmetrics

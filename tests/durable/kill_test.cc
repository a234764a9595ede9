#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "pinmetrics/durable/store_directory.h"
#include "tests/durable/history.h"
#include "tests/durable/script.h"
#include "tests/store/random_account.h"
#include "tests/store/tries.h"

/// Processes that are killed from outside, with files of the system: what they have acknowledged is
/// there, once.

namespace pinmetrics {
namespace {

constexpr std::size_t kStepsToKill = 60;
constexpr std::uint64_t kSmallSegmentBytes = 3000;

std::size_t KillsToTry() {
  const char* text = std::getenv("PINMETRICS_DURABLE_TEST_IMAGES");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : Tries(100);
}

/// The system's files, whose caller is killed before a call, or in the middle of it if it writes.
class KillingFiles : public FileSystem {
 public:
  /// Calls count from 1.
  KillingFiles(std::size_t kill_at, bool in_the_middle)
      : kill_at_(kill_at), in_the_middle_(in_the_middle) {}

  absl::StatusOr<std::unique_ptr<File>> Open(const std::string& path, Mode mode) override {
    Count();
    absl::StatusOr<std::unique_ptr<File>> file = SystemFiles().Open(path, mode);
    if (!file.ok()) return file;
    return std::make_unique<KillingFile>(*this, *std::move(file));
  }
  absl::StatusOr<std::unique_ptr<FileLock>> Lock(const std::string& path, LockKind kind) override {
    Count();
    return SystemFiles().Lock(path, kind);
  }
  absl::Status Rename(const std::string& from, const std::string& to) override {
    Count();
    return SystemFiles().Rename(from, to);
  }
  absl::Status Remove(const std::string& path) override {
    Count();
    return SystemFiles().Remove(path);
  }
  absl::Status MakeFolder(const std::string& path) override {
    Count();
    return SystemFiles().MakeFolder(path);
  }
  absl::StatusOr<std::vector<std::string>> List(const std::string& path) override {
    Count();
    return SystemFiles().List(path);
  }
  absl::Status SyncFolder(const std::string& path) override {
    Count();
    return SystemFiles().SyncFolder(path);
  }

 private:
  class KillingFile : public File {
   public:
    KillingFile(KillingFiles& owner, std::unique_ptr<File> file)
        : owner_(owner), file_(std::move(file)) {}

    absl::Status Read(std::uint64_t offset, std::span<std::byte> bytes) const override {
      return file_->Read(offset, bytes);
    }
    absl::Status Write(std::uint64_t offset, std::span<const std::byte> bytes) override {
      if (owner_.CountWrite()) {
        (void)file_->Write(offset, bytes.first(bytes.size() / 2));
        Die();
      }
      return file_->Write(offset, bytes);
    }
    absl::Status Allocate(std::uint64_t bytes) override {
      owner_.Count();
      return file_->Allocate(bytes);
    }
    absl::Status Truncate(std::uint64_t bytes) override {
      owner_.Count();
      return file_->Truncate(bytes);
    }
    absl::Status Sync() override {
      owner_.Count();
      return file_->Sync();
    }
    absl::StatusOr<std::uint64_t> Size() const override { return file_->Size(); }

   private:
    KillingFiles& owner_;
    std::unique_ptr<File> file_;
  };

  static void Die() { kill(getpid(), SIGKILL); }
  void Count() {
    if (++calls_ == kill_at_) Die();
  }
  /// True if the caller is to be killed in the middle.
  bool CountWrite() {
    if (!in_the_middle_) Count();
    return in_the_middle_ && ++calls_ == kill_at_;
  }

  const std::size_t kill_at_;
  const bool in_the_middle_;
  std::size_t calls_ = 0;
};

class Kill : public testing::Test {
 protected:
  void SetUp() override {
    first_seed_ = TestSeed();
    std::cout << "PINMETRICS_TEST_SEED=" << first_seed_ << "\n";
    dice_ = Dice(first_seed_);
    folder_ = testing::TempDir() + "pinmetrics_kill_" + std::to_string(getpid());
    Clear();
  }
  void TearDown() override {
    std::error_code error;
    // What failed is left for whoever looks at it.
    if (!HasFailure()) std::filesystem::remove_all(folder_, error);
    if (HasFailure()) std::cout << "the folder is left as it is: " << folder_ << "\n";
  }

  void Clear() const {
    std::error_code error;
    std::filesystem::remove_all(folder_, error);
  }

  static DirectoryOptions Options(Durability durability, FileSystem* files = nullptr) {
    return {.durability = durability, .segment_bytes = kSmallSegmentBytes, .files = files};
  }

  /// Opens the folder after `acknowledged` steps were, and maybe one more was done.
  void Recover(const History& history, std::size_t acknowledged) const {
    absl::StatusOr<std::unique_ptr<StoreDirectory>> directory =
        StoreDirectory::Open(folder_, Options(Durability::kSynced));
    ASSERT_TRUE(directory.ok()) << directory.status();
    absl::StatusOr<Stores> stores = OpenStores(**directory);
    ASSERT_TRUE(stores.ok()) << stores.status();
    ASSERT_TRUE(history.StepsDone(*stores, acknowledged, acknowledged + 1))
        << history.Difference(*stores, acknowledged);
    // A host that saw no answer calls again.
    if (acknowledged < history.script().size()) {
      const absl::Status status = Do(history.script()[acknowledged], *stores, directory->get());
      ASSERT_TRUE(status.ok()) << status;
      ASSERT_TRUE(history.IsAfter(*stores, acknowledged + 1))
          << "the same step again, " << history.Difference(*stores, acknowledged + 1);
    }
    const absl::StatusOr<Verification> verified = (*directory)->Verify();
    ASSERT_TRUE(verified.ok()) << verified.status();
    ASSERT_TRUE(verified->damage.empty()) << verified->damage.front();
  }

  std::uint64_t first_seed_ = 0;
  Dice dice_{0};
  std::string folder_;
};

TEST_F(Kill, AtAnyInstantLosesNothingAndDoublesNothing) {
  std::size_t kills = 0;
  std::size_t in_opening = 0;
  std::size_t histories = 0;
  while (kills < KillsToTry()) {
    const History history(dice_.Bits(), kStepsToKill);
    ++histories;
    Clear();
    const auto durability = dice_.Percent(50) ? Durability::kSynced : Durability::kWritten;
    std::size_t acknowledged = 0;
    while (acknowledged < history.script().size() && kills < KillsToTry()) {
      HostProcess host(folder_, Options(durability), history.script(), acknowledged);
      // From less than a fork takes to as long as all steps.
      const auto most = std::int64_t{1} << dice_.Between(7, 15);
      absl::SleepFor(absl::Microseconds(dice_.Between(most / 2, most)));
      host.Kill();
      ASSERT_EQ(host.complaint(), "");
      acknowledged = host.acknowledged();
      if (!host.was_killed()) break;
      ++kills;
      if (!host.opened()) ++in_opening;
      // Sometimes the next process is killed before anybody looks.
      if (dice_.Percent(30)) continue;
      Recover(history, acknowledged);
      ASSERT_FALSE(HasFailure()) << "PINMETRICS_TEST_SEED=" << first_seed_ << ", kill " << kills;
      // The step that was in doubt is done.
      acknowledged = std::min(acknowledged + 1, history.script().size());
    }
  }
  std::cout << kills << " kills of " << histories << " histories, " << in_opening
            << " while a folder was opened\n";
}

TEST_F(Kill, AtAnyCallOfTheDiskLosesNothingAndDoublesNothing) {
  constexpr std::size_t kFewSteps = 40;
  const History history(dice_.Bits(), kFewSteps);
  const bool all = std::getenv("PINMETRICS_DURABLE_TEST_IMAGES") != nullptr;
  std::size_t kills = 0;
  std::size_t in_opening = 0;
  const std::size_t stride = all ? 1 : 13;
  for (std::size_t call = 1 + dice_.Below(stride);; call += stride) {
    Clear();
    const auto durability = dice_.Percent(50) ? Durability::kSynced : Durability::kWritten;
    KillingFiles files(call, dice_.Percent(50));
    HostProcess host(folder_, Options(durability, &files), history.script(), 0);
    host.Wait();
    ASSERT_EQ(host.complaint(), "");
    if (!host.was_killed()) break;
    ++kills;
    std::size_t acknowledged = host.acknowledged();
    // The next process ends in the same way, while it opens the folder or soon after.
    if (dice_.Percent(50)) {
      KillingFiles again(1 + dice_.Below(40), dice_.Percent(50));
      HostProcess next(folder_, Options(durability, &again), history.script(), acknowledged);
      next.Wait();
      ASSERT_EQ(next.complaint(), "");
      ++kills;
      if (!next.opened()) ++in_opening;
      acknowledged = next.acknowledged();
    }
    Recover(history, acknowledged);
    ASSERT_FALSE(HasFailure()) << "PINMETRICS_TEST_SEED=" << first_seed_ << ", call " << call;
  }
  EXPECT_GT(kills, 0);
  std::cout << kills << " kills, " << in_opening << " of them while a folder was opened again\n";
}

}  // namespace
}  // namespace pinmetrics

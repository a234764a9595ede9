#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pinmetrics/durable/store_directory.h"
#include "tests/durable/memory_files.h"
#include "tests/durable/script.h"
#include "tests/store/random_account.h"
#include "tests/store/tries.h"

/// Bytes that change behind our back: they are named, or nothing came of it.

namespace pinmetrics {
namespace {

constexpr std::uint64_t kSegmentBytes = 6000;
constexpr std::size_t kSteps = 60;

bool TriesAll() { return std::getenv("PINMETRICS_DURABLE_TEST_IMAGES") != nullptr; }

DirectoryOptions Options(FileSystem& files) {
  return {.segment_bytes = kSegmentBytes, .files = &files};
}

/// What opening a directory and reading all of it comes to.
struct Found {
  std::string report = {};  ///< Of damage; empty if nothing was found.
  std::string described = {};
};

class Damage : public testing::Test {
 protected:
  void SetUp() override {
    const std::uint64_t seed = TestSeed();
    std::cout << "PINMETRICS_TEST_SEED=" << seed << "\n";
    dice_ = Dice(seed);
    script_ = MakeScript(dice_, kSteps);
    // What a folder never gets to is all that retention drops.
    script_.resize(kSteps);
    now_ = script_.back().now;
    auto files = std::make_unique<MemoryFiles>();
    {
      absl::StatusOr<std::unique_ptr<StoreDirectory>> directory =
          StoreDirectory::Open("/kept", Options(*files));
      ASSERT_TRUE(directory.ok()) << directory.status();
      absl::StatusOr<Stores> stores = OpenStores(**directory);
      ASSERT_TRUE(stores.ok()) << stores.status();
      for (std::size_t i = 0; i < script_.size(); ++i) {
        ASSERT_TRUE(Do(script_[i], *stores, directory->get()).ok());
        if (i == kSteps / 2) half_way_ = files->Copy();
      }
      described_ = Describe(*stores, now_);
      killed_ = files->Copy();
    }
    closed_ = std::move(files);
  }

  Found Open(MemoryFiles& files) const {
    Found found;
    const absl::StatusOr<std::unique_ptr<StoreDirectory>> directory =
        StoreDirectory::Open("/kept", Options(files));
    if (!directory.ok()) return {.report = directory.status().ToString()};
    if ((*directory)->recovery().torn_bytes > 0) found.report = (*directory)->recovery().torn_file;
    const absl::StatusOr<Stores> stores = OpenStores(**directory);
    if (!stores.ok()) return {.report = stores.status().ToString()};
    found.described = Describe(*stores, now_);
    const absl::StatusOr<Verification> verified = (*directory)->Verify();
    EXPECT_TRUE(verified.ok()) << verified.status();
    if (verified.ok() && !verified->damage.empty()) found.report = verified->damage.front();
    return found;
  }

  /// Either something is said, that names the folder's file, or all is as it was.
  void ExpectNoticed(MemoryFiles& files, const std::string& what) {
    const Found found = Open(files);
    if (found.report.empty()) {
      EXPECT_EQ(found.described, described_) << what;
    } else {
      EXPECT_THAT(found.report, testing::HasSubstr("/kept/")) << what;
    }
  }

  /// False if there are not several.
  static bool DamageFirstOfSeveralFrames(MemoryFiles& files) {
    constexpr std::size_t kHeads = 64 + 56;
    for (const std::string& path : files.Paths()) {
      if (!path.starts_with("/kept/log/")) continue;
      std::vector<std::byte> bytes = files.Contents(path);
      const bool has_more = std::any_of(bytes.begin() + kHeads, bytes.end(),
                                        [](std::byte byte) { return byte != std::byte{0}; });
      if (has_more) bytes[kHeads - 20] ^= std::byte{1};
      files.SetContents(path, bytes);
      return has_more;
    }
    return false;
  }

  std::vector<std::string> Paths(const MemoryFiles& files) const {
    std::vector<std::string> paths = files.Paths();
    std::erase(paths, "/kept/LOCK");
    return paths;
  }

  Dice dice_{0};
  std::vector<Step> script_;
  absl::Time now_;
  std::unique_ptr<MemoryFiles> half_way_;
  std::unique_ptr<MemoryFiles> killed_;
  std::unique_ptr<MemoryFiles> closed_;
  std::string described_;
};

TEST_F(Damage, OfNothingIsNoticed) {
  const Found found = Open(*closed_->Copy());
  EXPECT_EQ(found.report, "");
  EXPECT_EQ(found.described, described_);
}

TEST_F(Damage, OfAnyBitIsNoticed) {
  std::size_t flips = 0;
  for (const std::string& path : Paths(*closed_)) {
    const std::size_t size = closed_->Contents(path).size();
    for (std::size_t at = dice_.Below(TriesAll() ? 1 : 40); at < size;
         at += TriesAll() ? 1 : Stride(1 + dice_.Below(80))) {
      const std::unique_ptr<MemoryFiles> files = closed_->Copy();
      std::vector<std::byte> bytes = files->Contents(path);
      const std::size_t bit = dice_.Below(8);
      bytes[at] ^= static_cast<std::byte>(1U << bit);
      files->SetContents(path, bytes);
      ExpectNoticed(*files, path + ", byte " + std::to_string(at) + ", bit " + std::to_string(bit));
      ASSERT_FALSE(HasFailure());
      ++flips;
    }
  }
  std::cout << flips << " bits flipped\n";
}

TEST_F(Damage, OfAnyFileIsNoticed) {
  for (const std::string& path : Paths(*closed_)) {
    std::unique_ptr<MemoryFiles> files = closed_->Copy();
    files->Delete(path);
    ExpectNoticed(*files, path + " deleted");

    files = closed_->Copy();
    files->SetContents(path, {});
    ExpectNoticed(*files, path + " emptied");

    files = closed_->Copy();
    std::vector<std::byte> bytes = files->Contents(path);
    bytes.resize(dice_.Below(bytes.size()));
    files->SetContents(path, bytes);
    ExpectNoticed(*files, path + " cut at " + std::to_string(bytes.size()));

    for (const std::string& other : Paths(*closed_)) {
      if (other == path) continue;
      files = closed_->Copy();
      files->SetContents(path, closed_->Contents(other));
      files->SetContents(other, closed_->Contents(path));
      ExpectNoticed(*files, path + " swapped with " + other);
    }
    ASSERT_FALSE(HasFailure());
  }
}

TEST_F(Damage, ByFilesOfBeforeIsNoticed) {
  for (const std::string& path : Paths(*half_way_)) {
    const std::unique_ptr<MemoryFiles> files = closed_->Copy();
    files->SetContents(path, half_way_->Contents(path));
    ExpectNoticed(*files, path + " of before");
  }
  // The log and the packs of before, under the catalogue of now, and the other way round.
  for (const std::string_view part : {"/kept/log/", "/kept/blocks/", "/kept/catalog.db"}) {
    const std::unique_ptr<MemoryFiles> files = closed_->Copy();
    for (const std::string& path : Paths(*closed_)) {
      if (path.starts_with(part)) files->Delete(path);
    }
    for (const std::string& path : Paths(*half_way_)) {
      if (path.starts_with(part)) files->SetContents(path, half_way_->Contents(path));
    }
    ExpectNoticed(*files, std::string(part) + " of before");
  }
}

/// Also where nothing tells but the log, and nobody has closed the folder.
TEST_F(Damage, ByAnOlderCatalogueIsRefusedWhateverIsAskedFor) {
  const std::string catalogue = "/kept/catalog.db";
  const auto open = [&](FileSystem& files, OnDamage on_damage) {
    // All is in one segment but for what is written anew.
    return StoreDirectory::Open(
        "/kept", {.segment_bytes = 1 << 20, .on_damage = on_damage, .now = now_, .files = &files});
  };
  MemoryFiles files;
  const absl::StatusOr<std::unique_ptr<StoreDirectory>> directory = open(files, OnDamage::kRefuse);
  ASSERT_TRUE(directory.ok()) << directory.status();
  absl::StatusOr<Stores> stores = OpenStores(**directory);
  ASSERT_TRUE(stores.ok()) << stores.status();
  std::vector<std::vector<std::byte>> catalogues = {files.Contents(catalogue)};
  for (const Step& step : script_) {
    ASSERT_TRUE(Do(step, *stores, directory->get()).ok());
    if (catalogues.back() != files.Contents(catalogue)) {
      catalogues.push_back(files.Contents(catalogue));
    }
  }
  const std::unique_ptr<MemoryFiles> killed = files.Copy();
  ASSERT_TRUE(open(*killed->Copy(), OnDamage::kRefuse).ok());
  catalogues.pop_back();
  ASSERT_FALSE(catalogues.empty());
  std::size_t damaged = 0;
  for (const std::vector<std::byte>& older : catalogues) {
    for (const OnDamage on_damage : {OnDamage::kRefuse, OnDamage::kWithoutDamagedDays}) {
      const std::unique_ptr<MemoryFiles> tried = killed->Copy();
      tried->SetContents(catalogue, older);
      // Beside damage that could be done without.
      if (on_damage == OnDamage::kWithoutDamagedDays && DamageFirstOfSeveralFrames(*tried)) {
        ++damaged;
      }
      const absl::Status status = open(*tried, on_damage).status();
      EXPECT_TRUE(absl::IsDataLoss(status)) << status;
      const auto says_older = testing::HasSubstr("/kept/log: the catalogue is older than the log");
      const auto says_missing = testing::ContainsRegex("/kept/log/[0-9]+.log is missing");
      if (on_damage == OnDamage::kRefuse) {
        EXPECT_THAT(std::string(status.message()), testing::AnyOf(says_older, says_missing));
      } else {
        EXPECT_THAT(std::string(status.message()), says_older);
      }
      EXPECT_EQ(tried->Contents(catalogue), older);
      EXPECT_EQ(tried->Paths(), killed->Paths());
    }
  }
  std::cout << damaged << " logs damaged, too\n";
}

/// A copy has what its origin had, and as many changes.
TEST_F(Damage, ByTheCatalogueOfACopyIsNoticed) {
  MemoryFiles files;
  {
    const absl::StatusOr<std::unique_ptr<StoreDirectory>> directory =
        StoreDirectory::Open("/kept", Options(files));
    ASSERT_TRUE(directory.ok()) << directory.status();
    absl::StatusOr<Stores> stores = OpenStores(**directory);
    ASSERT_TRUE(stores.ok()) << stores.status();
    ASSERT_TRUE((*directory)->CopyTo("/copy").ok());
    ASSERT_TRUE((*directory)->SealAll(now_).status.ok());
  }
  files.SetContents("/kept/catalog.db", files.Contents("/copy/catalog.db"));
  EXPECT_THAT(Open(files).report, testing::HasSubstr("the catalogue is older than the log"));
}

TEST_F(Damage, ByFilesOfAnotherFolderIsNoticed) {
  MemoryFiles other;
  {
    absl::StatusOr<std::unique_ptr<StoreDirectory>> directory =
        StoreDirectory::Open("/kept", Options(other));
    ASSERT_TRUE(directory.ok()) << directory.status();
    absl::StatusOr<Stores> stores = OpenStores(**directory);
    ASSERT_TRUE(stores.ok());
    for (const Step& step : script_) ASSERT_TRUE(Do(step, *stores, directory->get()).ok());
  }
  for (const std::string& path : Paths(*closed_)) {
    if (path == "/kept/catalog.db") continue;
    const std::unique_ptr<MemoryFiles> files = closed_->Copy();
    files->SetContents(path, other.Contents(path));
    const Found found = Open(*files);
    EXPECT_THAT(found.report, testing::HasSubstr(path)) << path;
  }
}

/// Of a process that was killed: the log may end anywhere, and has the whole frames before.
TEST_F(Damage, OfTheLogsEndCutsUnfinishedFrames) {
  std::string last;
  for (const std::string& path : Paths(*killed_)) {
    if (path.starts_with("/kept/log/")) last = path;
  }
  std::vector<std::string> states;
  Stores plain = MakeStores();
  for (const Step& step : script_) {
    ASSERT_TRUE(Do(step, plain, nullptr).ok());
    states.push_back(Describe(plain, now_));
  }
  const std::vector<std::byte> whole = killed_->Contents(last);
  std::size_t end = whole.size();
  while (end > 0 && whole[end - 1] == std::byte{0}) --end;
  std::size_t before = states.size();
  std::size_t torn = 0;
  for (std::size_t cut = end; cut > 64;
       cut -= std::min<std::size_t>(cut, TriesAll() ? 1 : Stride(7))) {
    const std::unique_ptr<MemoryFiles> files = killed_->Copy();
    std::vector<std::byte> bytes = whole;
    std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(cut), bytes.end(), std::byte{0});
    files->SetContents(last, bytes);
    const Found found = Open(*files);
    // What the catalogue says was on the disk may not be missing.
    if (found.described.empty()) {
      EXPECT_THAT(found.report, testing::HasSubstr("was on the disk"));
      continue;
    }
    if (!found.report.empty()) ++torn;
    const auto state = std::find(states.begin(), states.end(), found.described);
    ASSERT_NE(state, states.end()) << "cut at byte " << cut << "\n" << found.described;
    // Never more than with a later cut.
    const auto last_such = std::find(states.rbegin(), states.rend(), found.described);
    EXPECT_LE(static_cast<std::size_t>(state - states.begin()), before) << cut;
    before = static_cast<std::size_t>(states.rend() - last_such) - 1;
  }
  EXPECT_GT(torn, 0);
}

}  // namespace
}  // namespace pinmetrics

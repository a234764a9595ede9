#include "pinmetrics/durable/store_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "pinmetrics/calendar/date_range.h"
#include "tests/store/sample_events.h"

namespace pinmetrics {
namespace {

namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr ViewerId kSomebody(0x1122334455667788);

std::vector<char> BytesOf(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// On the system's own files.
class StoreDirectoryTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    root_ = fs::path(testing::TempDir()) / ("pinmetrics_directory_" + name);
    fs::remove_all(root_);
    fs::create_directories(root_);
    path_ = root_ / "kept";
  }
  void TearDown() override { fs::remove_all(root_); }

  void Open(DirectoryOptions options = {.segment_bytes = 1 << 16}) {
    directory_.reset();
    absl::StatusOr<std::unique_ptr<StoreDirectory>> opened = StoreDirectory::Open(path_, options);
    ASSERT_TRUE(opened.ok()) << opened.status();
    directory_ = *std::move(opened);
  }

  Store OpenStore(AccountKey account = 1) {
    absl::StatusOr<Store> store = directory_->OpenStore(account, {});
    EXPECT_TRUE(store.ok()) << store.status();
    return store.ok() ? *std::move(store) : Store();
  }

  static void Fill(Store& store, std::uint64_t first_id, std::size_t count,
                   absl::CivilDay day = kDay) {
    ASSERT_TRUE(store.PutPin(SamplePin(1)).ok());
    const AppendResult result = store.Append(Impressions(first_id, count, day), HourOf(day + 1, 0));
    ASSERT_TRUE(result.status.ok()) << result.status;
    ASSERT_EQ(result.taken, count);
  }

  /// Impressions of a day, and how many people had them.
  static std::optional<double> Impressed(const Store& store, absl::CivilDay day = kDay) {
    return Total(store.TakeSnapshot(), QueryOn(day), kImpressions, HourOf(kDay + 60, 0));
  }
  static std::optional<double> People(const Store& store, absl::CivilDay day = kDay) {
    Query query = QueryOn(day);
    query.real_time = false;
    return Total(store.TakeSnapshot(), query, kTotalAudience, HourOf(kDay + 60, 0));
  }

  absl::Status OpenStatus(const fs::path& path, DirectoryOptions options = {}) {
    return StoreDirectory::Open(path, options).status();
  }

  /// The packs that are there.
  std::vector<fs::path> Packs() const {
    std::vector<fs::path> packs;
    for (const auto& entry : fs::directory_iterator(path_ / "blocks")) {
      packs.push_back(entry.path());
    }
    std::sort(packs.begin(), packs.end());
    return packs;
  }

  /// True if some file of the folder has the eight bytes of a viewer's id.
  bool IsInFolder(ViewerId viewer) const {
    std::array<char, 8> wanted;
    const std::uint64_t value = viewer.value();
    std::memcpy(wanted.data(), &value, sizeof(value));
    for (const auto& entry : fs::recursive_directory_iterator(path_)) {
      if (!entry.is_regular_file()) continue;
      const std::vector<char> bytes = BytesOf(entry.path());
      if (std::search(bytes.begin(), bytes.end(), wanted.begin(), wanted.end()) != bytes.end()) {
        return true;
      }
    }
    return false;
  }

  /// Changes one byte in the middle of the block of a day.
  void DamageBlockOf(absl::CivilDay day, AccountKey account = 1) {
    const std::string wanted =
        "block of " + ToString(day) + " of account " + std::to_string(account);
    for (const fs::path& pack : Packs()) {
      const std::vector<char> bytes = BytesOf(pack);
      // Parts say what they are in their heads; the block stands behind its own.
      for (std::size_t at = 0; at + 64 < bytes.size(); at += 64) {
        std::uint64_t head[4];
        std::memcpy(head, bytes.data() + at, sizeof(head));
        const auto number = static_cast<std::int64_t>(day - absl::CivilDay(1970, 1, 1));
        if (head[1] != 1 || head[2] != account || head[3] != static_cast<std::uint64_t>(number)) {
          continue;
        }
        std::fstream file(pack, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(static_cast<std::streamoff>(at) + 64 + 100);
        file.put(static_cast<char>(bytes[at + 164] ^ 1));
        return;
      }
    }
    FAIL() << "no pack has the " << wanted;
  }

  fs::path root_;
  fs::path path_;
  std::unique_ptr<StoreDirectory> directory_;
};

TEST_F(StoreDirectoryTest, HasAgainWhatItHad) {
  Open();
  {
    Store store = OpenStore();
    Fill(store, 1, 10);
    Fill(store, 11, 5, kDay + 1);
    ASSERT_TRUE(store.Withdraw(EventId(3)).ok());
    ASSERT_TRUE(store.Seal(FinalTime(kDay)).status.ok());
  }
  Open();
  const Store store = OpenStore();
  EXPECT_EQ(Impressed(store), 9);
  EXPECT_EQ(Impressed(store, kDay + 1), 5);
  EXPECT_EQ(People(store), 9);
}

TEST_F(StoreDirectoryTest, KnowsItsAccounts) {
  Open();
  EXPECT_THAT(directory_->Accounts(), IsEmpty());
  OpenStore(7);
  OpenStore(0);
  OpenStore(0xffffffffffffffff);
  Open();
  EXPECT_THAT(directory_->Accounts(), ElementsAre(0, 7, 0xffffffffffffffff));
  EXPECT_TRUE(directory_->OpenKeptStore(7).ok());
  const absl::Status status = directory_->OpenKeptStore(8).status();
  EXPECT_EQ(status, absl::NotFoundError(path_.string() + ", account 8 is not there"));
}

TEST_F(StoreDirectoryTest, HandlesOfAnAccountAreOneStore) {
  Open();
  Store one = OpenStore();
  const Store other = OpenStore();
  Fill(one, 1, 10);
  EXPECT_EQ(Impressed(other), 10);
}

TEST_F(StoreDirectoryTest, HandlesKeepTheFolderOpen) {
  Open();
  std::optional<Store> store = OpenStore();
  directory_.reset();
  Fill(*store, 1, 10);
  EXPECT_THAT(OpenStatus(path_).message(), AllOf(HasSubstr("kept/LOCK is in use by process"),
                                                 HasSubstr(std::to_string(getpid()))));
  store.reset();
  Open();
  EXPECT_EQ(Impressed(OpenStore()), 10);
}

TEST_F(StoreDirectoryTest, IsOfOneProcess) {
  Open();
  const Store store = OpenStore();
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    // What the parent has open is not the child's to write.
    const bool refused = absl::IsFailedPrecondition(directory_->Flush()) &&
                         absl::IsFailedPrecondition(directory_->OpenStore(2, {}).status()) &&
                         absl::IsFailedPrecondition(directory_->SealAll(FinalTime(kDay)).status) &&
                         absl::IsFailedPrecondition(OpenStatus(path_));
    _exit(refused ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

TEST_F(StoreDirectoryTest, IsReadByManyAndChangedByNone) {
  EXPECT_TRUE(absl::IsNotFound(OpenStatus(path_, {.read_only = true})));
  Open();
  {
    Store store = OpenStore();
    Fill(store, 1, 10);
    ASSERT_EQ(store.Seal(FinalTime(kDay)).days_sealed, 1);
    Fill(store, 101, 3, kDay + 1);
    EXPECT_THAT(OpenStatus(path_, {.read_only = true}).message(),
                HasSubstr("kept/LOCK is in use by process " + std::to_string(getpid())));
  }
  directory_.reset();
  // The beginning of a write that was not finished, behind the head of the log's file and the rest.
  const fs::path log = path_ / "log" / "000000000001.log";
  std::vector<char> bytes = BytesOf(log);
  const auto end = std::find_if(bytes.rbegin(), bytes.rend(), [](char c) { return c != 0; });
  std::fill_n(end.base() + 8 + (bytes.end() - end.base()) % 8, 100, 'x');
  std::ofstream(log, std::ios::binary).write(bytes.data(), std::ssize(bytes));
  const auto contents = [this] {
    std::map<std::string, std::vector<char>> files;
    for (const auto& entry : fs::recursive_directory_iterator(path_)) {
      if (entry.is_regular_file()) files[entry.path()] = BytesOf(entry.path());
    }
    return files;
  };
  const auto before = contents();

  Open({.read_only = true});
  EXPECT_GT(directory_->recovery().torn_bytes, 0);
  EXPECT_THAT(directory_->recovery().torn_file, IsEmpty());
  {
    Store store = OpenStore();
    EXPECT_EQ(Impressed(store), 10);
    EXPECT_EQ(Impressed(store, kDay + 1), 3);
    const absl::StatusOr<std::unique_ptr<StoreDirectory>> other =
        StoreDirectory::Open(path_, {.read_only = true, .map_blocks = true});
    ASSERT_TRUE(other.ok()) << other.status();
    EXPECT_EQ(Impressed(*(*other)->OpenKeptStore(1)), 10);
    EXPECT_THAT(OpenStatus(path_).message(), HasSubstr("is in use by a process that reads it"));

    const auto refused = [](const absl::Status& status) {
      return absl::IsFailedPrecondition(status) && absl::StrContains(status.message(), "read_only");
    };
    EXPECT_TRUE(refused(store.PutPin(SamplePin(2))));
    EXPECT_TRUE(refused(store.Append(Impressions(500, 1, kDay + 1), HourOf(kDay + 2, 0)).status));
    EXPECT_TRUE(refused(store.Withdraw(std::vector<EventId>{EventId(101)}).status));
    EXPECT_TRUE(refused(store.Seal(FinalTime(kDay + 1)).status));
    EXPECT_TRUE(refused(directory_->SealAll(FinalTime(kDay + 1)).status));
    EXPECT_TRUE(refused(directory_->OpenStore(2, {}).status()));
    EXPECT_TRUE(refused(directory_->ForgetViewer(1, kSomebody)));
    EXPECT_TRUE(refused(directory_->DropDays(1, LastDays(1, kDay))));
    EXPECT_EQ(Impressed(store, kDay + 1), 3);
  }
  EXPECT_TRUE(absl::IsFailedPrecondition(directory_->EraseAccount(1)));
  EXPECT_THAT(directory_->Verify()->damage, IsEmpty());
  ASSERT_TRUE(directory_->CopyTo(root_ / "copy").ok());
  directory_.reset();
  EXPECT_EQ(contents(), before);

  path_ = root_ / "copy";
  Open();
  EXPECT_EQ(directory_->recovery().torn_bytes, 0);
  EXPECT_EQ(Impressed(OpenStore()), 10);
  EXPECT_EQ(Impressed(OpenStore(), kDay + 1), 3);
}

TEST_F(StoreDirectoryTest, KeepsTheOptionsOfAnAccount) {
  Open();
  StoreOptions options;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Berlin", &options.reporting.time_zone));
  options.reporting.business_created = kDay;
  options.late_events = LateEvents::kAccept;
  ASSERT_TRUE(directory_->OpenStore(1, options).ok());
  Open();
  const std::string account = path_.string() + ", account 1 ";
  EXPECT_EQ(directory_->OpenStore(1, {}).status(),
            absl::InvalidArgumentError(account + "is kept in the zone Europe/Berlin, not UTC"));
  StoreOptions other = options;
  other.reporting.business_created.reset();
  EXPECT_EQ(
      directory_->OpenStore(1, other).status(),
      absl::InvalidArgumentError(account + "is kept with business_created 2026-11-10, not no day"));
  other = options;
  other.late_events = LateEvents::kRefuse;
  EXPECT_FALSE(directory_->OpenStore(1, other).ok());
  const absl::StatusOr<Store> store = directory_->OpenKeptStore(1);
  ASSERT_TRUE(store.ok());
  EXPECT_EQ(store->reporting().time_zone, options.reporting.time_zone);
  EXPECT_EQ(store->reporting().business_created, kDay);
}

TEST_F(StoreDirectoryTest, RemembersBatchKeys) {
  Open();
  {
    Store store = OpenStore();
    ASSERT_TRUE(store.PutPin(SamplePin(1)).ok());
    EXPECT_EQ(store.Append(Impressions(1, 3), HourOf(kDay, 20), "a").taken, 3);
    ASSERT_TRUE(store.Seal(FinalTime(kDay)).status.ok());
    EXPECT_EQ(store.Append(Impressions(11, 3, kDay + 2), HourOf(kDay + 2, 20), "b").taken, 3);
  }
  const auto is_known = [](Store& store, std::string_view key) {
    return store.Append({}, HourOf(kDay + 33, 0), key).repeated_batch;
  };
  Open();
  {
    Store store = OpenStore();
    EXPECT_TRUE(is_known(store, "a"));
    EXPECT_TRUE(is_known(store, "b"));
    EXPECT_FALSE(is_known(store, "c"));
    // A month later they are forgotten, here as anywhere.
    ASSERT_TRUE(store.Seal(HourOf(kDay + 31, 0)).status.ok());
    EXPECT_FALSE(is_known(store, "a"));
    EXPECT_TRUE(is_known(store, "b"));
  }
  Open();
  Store store = OpenStore();
  EXPECT_FALSE(is_known(store, "a"));
  EXPECT_TRUE(is_known(store, "b"));
}

TEST_F(StoreDirectoryTest, SealsAllAccountsWithFewPacks) {
  Open();
  for (AccountKey account = 1; account <= 50; ++account) {
    Store store = OpenStore(account);
    Fill(store, 1, account);
  }
  const SealAllResult sealed = directory_->SealAll(FinalTime(kDay));
  EXPECT_TRUE(sealed.status.ok()) << sealed.status;
  EXPECT_EQ(sealed.accounts, 50);
  EXPECT_EQ(sealed.days_sealed, 50);
  EXPECT_EQ(sealed.events_sealed, 50 * 51 / 2);
  EXPECT_THAT(Packs(), SizeIs(1));
  Open();
  for (AccountKey account = 1; account <= 50; ++account) {
    EXPECT_EQ(People(OpenStore(account)), account);
  }
}

/// Retention drops days, and what nobody wants any more leaves the folder.
TEST_F(StoreDirectoryTest, StaysBoundedAsDaysGoBy) {
  Open({.segment_bytes = 4096});
  std::uint64_t most = 0;
  for (std::int64_t day = 0; day < 3000; day += 30) {
    Store store = OpenStore();
    // Viewers have the numbers of their events, and who came in the year before comes again.
    Fill(store, kSomebody.value() + static_cast<std::uint64_t>(day / 300) * 50, 50, kDay + day);
    const SealAllResult sealed = directory_->SealAll(FinalTime(kDay + day));
    ASSERT_TRUE(sealed.status.ok()) << sealed.status;
    const DirectoryStats stats = directory_->Stats();
    if (day == 600) most = stats.pack_bytes;
    if (day > 600) {
      EXPECT_LE(stats.pack_bytes, 3 * most) << day;
      EXPECT_LE(stats.log_bytes, 4 * 4096) << day;
    }
  }
  // Who came on the first day alone is forgotten.
  EXPECT_TRUE(IsInFolder(ViewerId(kSomebody.value() + 450)));
  EXPECT_FALSE(IsInFolder(kSomebody));
  std::uint64_t bytes = 0;
  for (const fs::path& pack : Packs()) bytes += fs::file_size(pack);
  EXPECT_EQ(bytes, directory_->Stats().pack_bytes);
}

TEST_F(StoreDirectoryTest, CopiesAllOfOneInstant) {
  Open();
  Store store = OpenStore();
  Fill(store, 1, 10);
  ASSERT_TRUE(store.Seal(FinalTime(kDay)).status.ok());
  Fill(store, 21, 4, kDay + 2);
  const fs::path copy = root_ / "copy";
  ASSERT_TRUE(directory_->CopyTo(copy).ok());
  Fill(store, 41, 3, kDay + 2);
  EXPECT_THAT(directory_->CopyTo(copy).message(), HasSubstr("expected an empty folder, or none"));
  EXPECT_FALSE(directory_->CopyTo(path_).ok());

  const absl::StatusOr<std::unique_ptr<StoreDirectory>> opened = StoreDirectory::Open(copy);
  ASSERT_TRUE(opened.ok()) << opened.status();
  const absl::StatusOr<Verification> verified = (*opened)->Verify();
  ASSERT_TRUE(verified.ok());
  EXPECT_THAT(verified->damage, IsEmpty());
  absl::StatusOr<Store> copied = (*opened)->OpenStore(1, {});
  ASSERT_TRUE(copied.ok()) << copied.status();
  EXPECT_EQ(Impressed(*copied), 10);
  EXPECT_EQ(Impressed(*copied, kDay + 2), 4);
  // It goes on from there by itself.
  Fill(*copied, 61, 2, kDay + 2);
  EXPECT_EQ(Impressed(*copied, kDay + 2), 6);
  EXPECT_EQ(Impressed(store, kDay + 2), 7);
}

TEST_F(StoreDirectoryTest, ErasesAnAccount) {
  Open();
  const auto fill = [&](AccountKey account, ViewerId viewer) {
    Store store = OpenStore(account);
    ASSERT_TRUE(store.PutPin(SamplePin(1)).ok());
    for (const absl::CivilDay day : {kDay, kDay + 2}) {
      Event event = Impression(account * 100 + static_cast<std::uint64_t>(day.day()), day);
      event.viewer = viewer;
      ASSERT_EQ(store.Append({&event, 1}, HourOf(day, 20)).taken, 1);
      ASSERT_TRUE(store.Seal(FinalTime(kDay)).status.ok());
    }
  };
  fill(1, kSomebody);
  fill(2, ViewerId(22));
  {
    const Store store = OpenStore(1);
    EXPECT_THAT(directory_->EraseAccount(1).message(), HasSubstr("is open; expected no handle"));
  }
  EXPECT_TRUE(IsInFolder(kSomebody));
  ASSERT_TRUE(directory_->EraseAccount(1).ok());
  EXPECT_FALSE(IsInFolder(kSomebody));
  EXPECT_TRUE(absl::IsNotFound(directory_->EraseAccount(1)));
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(directory_->Accounts(), ElementsAre(2));
    std::optional<Store> other = OpenStore(2);
    EXPECT_EQ(Impressed(*other), 1);
    EXPECT_EQ(Impressed(*other, kDay + 2), 1);
    other.reset();
    EXPECT_THAT(directory_->Verify()->damage, IsEmpty());
    Open();
  }
  // One that comes under the key again starts anew.
  Store anew = OpenStore(1);
  EXPECT_EQ(Impressed(anew), 0);
  Fill(anew, 1, 3);
  EXPECT_EQ(Impressed(anew), 3);
}

TEST_F(StoreDirectoryTest, ForgetsWhoAViewerIs) {
  Open();
  Store store = OpenStore();
  Fill(store, 1, 5);
  Event event = Impression(90);
  event.viewer = kSomebody;
  ASSERT_EQ(store.Append({&event, 1}, HourOf(kDay, 20)).taken, 1);
  ASSERT_TRUE(store.Seal(FinalTime(kDay)).status.ok());
  for (std::uint64_t id = 91; id < 93; ++id) {
    event = Impression(id, kDay + 2);
    event.viewer = kSomebody;
    ASSERT_EQ(store.Append({&event, 1}, HourOf(kDay + 2, 20)).taken, 1);
  }
  EXPECT_TRUE(IsInFolder(kSomebody));
  ASSERT_TRUE(directory_->ForgetViewer(1, kSomebody).ok());
  EXPECT_FALSE(IsInFolder(kSomebody));
  EXPECT_TRUE(absl::IsNotFound(directory_->ForgetViewer(1, kSomebody)));
  EXPECT_TRUE(absl::IsNotFound(directory_->ForgetViewer(2, kSomebody)));

  // One person stays one, over all days, before and after they are sealed and opened again.
  const auto expect_figures = [&](const Store& of) {
    EXPECT_EQ(People(of), 6);
    EXPECT_EQ(People(of, kDay + 2), 1);
    Query both = QueryOn(kDay + 2);
    both.period = DateRange::Inclusive(kDay, kDay + 2);
    both.real_time = false;
    EXPECT_EQ(Total(of.TakeSnapshot(), both, kTotalAudience, HourOf(kDay + 60, 0)), 6);
  };
  expect_figures(store);
  ASSERT_TRUE(store.Seal(FinalTime(kDay + 2)).status.ok());
  expect_figures(store);
  store = Store();
  Open();
  store = OpenStore();
  expect_figures(store);
  EXPECT_FALSE(IsInFolder(kSomebody));
  // Who comes with the id later is somebody new.
  event = Impression(93, kDay + 3);
  event.viewer = kSomebody;
  ASSERT_EQ(store.Append({&event, 1}, HourOf(kDay + 3, 20)).taken, 1);
  Query later = QueryOn(kDay + 3);
  later.period = DateRange::Inclusive(kDay, kDay + 3);
  later.real_time = false;
  EXPECT_EQ(Total(store.TakeSnapshot(), later, kTotalAudience, HourOf(kDay + 60, 0)), 7);
}

TEST_F(StoreDirectoryTest, RefusesADamagedDayByNameAndWorksOn) {
  Open();
  {
    Store store = OpenStore();
    for (std::int64_t day = 0; day < 3; ++day) {
      Fill(store, static_cast<std::uint64_t>(day) * 10 + 1, 4, kDay + day);
    }
    ASSERT_TRUE(store.Seal(FinalTime(kDay + 2)).status.ok());
    ASSERT_TRUE(directory_->CopyTo(root_ / "copy").ok());
    Fill(store, 91, 2, kDay + 5);
  }
  DamageBlockOf(kDay + 1);
  for (int i = 0; i < 2; ++i) {
    Open();
    Store store = OpenStore();
    EXPECT_EQ(People(store), 4);
    EXPECT_EQ(People(store, kDay + 2), 4);
    EXPECT_EQ(Impressed(store, kDay + 5), 2);
    const auto names_the_day =
        AllOf(HasSubstr(path_.string() + "/blocks/"), HasSubstr(", byte "),
              HasSubstr("block of 2026-11-11 of account 1"), HasSubstr("damaged"));
    const absl::Time now = HourOf(kDay + 60, 0);
    const Snapshot snapshot = store.TakeSnapshot();
    const absl::Status status = snapshot.Run(QueryOn(kDay + 1), now).status();
    EXPECT_TRUE(absl::IsDataLoss(status));
    EXPECT_THAT(std::string(status.message()), names_the_day);
    EXPECT_TRUE(absl::IsDataLoss(snapshot.TopPins(QueryOn(kDay + 1), {}, now).status()));
    // The day is one of the month of the one behind it.
    Query monthly = QueryOn(kDay + 2);
    monthly.real_time = false;
    monthly.metrics = {kMonthlyTotalAudience};
    EXPECT_TRUE(absl::IsDataLoss(snapshot.Run(monthly, now).status()));
    const absl::StatusOr<Verification> verified = directory_->Verify();
    ASSERT_TRUE(verified.ok());
    EXPECT_THAT(verified->damage, ElementsAre(names_the_day));
    // Sealing goes on, and leaves it as it is.
    EXPECT_TRUE(store.Seal(FinalTime(kDay + 5)).status.ok());
  }

  // An operator takes the day from a copy.
  ASSERT_TRUE(directory_->RestoreDays(1, LastDays(1, kDay + 1), root_ / "copy").ok());
  EXPECT_EQ(People(OpenStore(), kDay + 1), 4);
  EXPECT_THAT(directory_->Verify()->damage, IsEmpty());
  Open();
  EXPECT_EQ(People(OpenStore(), kDay + 1), 4);
  EXPECT_EQ(People(OpenStore(), kDay + 5), 2);
}

TEST_F(StoreDirectoryTest, MapsSealedDays) {
  const auto memory = [](const Store& store) { return store.Memory().blocks; };
  Open();
  std::size_t in_memory = 0;
  {
    Store store = OpenStore();
    for (std::int64_t day = 0; day < 3; ++day) {
      Fill(store, static_cast<std::uint64_t>(day) * 1000 + 1, 1000, kDay + day);
    }
    ASSERT_EQ(store.Seal(FinalTime(kDay + 2)).days_sealed, 3);
    in_memory = memory(store);
  }
  Open({.map_blocks = true});
  std::optional<Store> store = OpenStore();
  const std::size_t mapped = memory(*store);
  EXPECT_LT(mapped, in_memory / 2);
  EXPECT_EQ(Impressed(*store), 1000);
  // What is sealed now is mapped as well.
  Fill(*store, 5000, 1000, kDay + 3);
  ASSERT_EQ(store->Seal(FinalTime(kDay + 3)).days_sealed, 1);
  EXPECT_LT(memory(*store), mapped * 2);
  EXPECT_EQ(Impressed(*store, kDay + 3), 1000);
  EXPECT_EQ(People(*store, kDay + 3), 1000);
  // A snapshot keeps days that are dropped.
  const Snapshot before = store->TakeSnapshot();
  ASSERT_TRUE(directory_->DropDays(1, DateRange(kDay, kDay + 3)).ok());
  EXPECT_EQ(Impressed(*store), 0);
  EXPECT_EQ(Total(before, QueryOn(kDay), kImpressions, HourOf(kDay + 60, 0)), 1000);
}

TEST_F(StoreDirectoryTest, FindsDamageBeforeItMapsADay) {
  Open();
  {
    Store store = OpenStore();
    Fill(store, 1, 100);
    Fill(store, 1000, 100, kDay + 1);
    ASSERT_EQ(store.Seal(FinalTime(kDay + 1)).days_sealed, 2);
  }
  directory_.reset();
  DamageBlockOf(kDay);
  Open({.map_blocks = true});
  const Store store = OpenStore();
  EXPECT_EQ(Impressed(store), std::nullopt);
  EXPECT_EQ(Impressed(store, kDay + 1), 100);
}

TEST_F(StoreDirectoryTest, DropsDays) {
  Open();
  Store store = OpenStore();
  Fill(store, 1, 4);
  Fill(store, 11, 4, kDay + 1);
  ASSERT_TRUE(store.Seal(FinalTime(kDay + 1)).status.ok());
  Fill(store, 91, 2, kDay + 5);
  EXPECT_TRUE(absl::IsNotFound(directory_->DropDays(1, LastDays(1, kDay + 5))));
  EXPECT_TRUE(absl::IsNotFound(directory_->DropDays(2, LastDays(1, kDay))));
  const Snapshot before = store.TakeSnapshot();
  ASSERT_TRUE(directory_->DropDays(1, LastDays(1, kDay)).ok());
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(Impressed(store), 0);
    EXPECT_EQ(People(store, kDay + 1), 4);
    EXPECT_EQ(Impressed(store, kDay + 5), 2);
    store = Store();
    Open();
    store = OpenStore();
  }
  EXPECT_EQ(Total(before, QueryOn(kDay), kImpressions, HourOf(kDay + 60, 0)), 4);
}

TEST_F(StoreDirectoryTest, RestoresFromItsOwnCopiesAlone) {
  Open();
  {
    Store store = OpenStore();
    Fill(store, 1, 4);
    ASSERT_TRUE(store.Seal(FinalTime(kDay)).status.ok());
  }
  ASSERT_TRUE(directory_->CopyTo(root_ / "copy").ok());
  const auto restore = [&](const char* from) {
    return std::string(directory_->RestoreDays(1, LastDays(1, kDay), root_ / from).message());
  };
  {
    const auto other = StoreDirectory::Open(root_ / "other");
    ASSERT_TRUE(other.ok());
  }
  EXPECT_THAT(restore("other"), HasSubstr("other is no copy of"));
  EXPECT_THAT(restore("nowhere"), HasSubstr("nowhere"));
  EXPECT_THAT(directory_->RestoreDays(1, LastDays(1, kDay + 7), root_ / "copy").message(),
              HasSubstr("has no sealed days of account 1 in 2026-11-17"));
  // Looking at a copy leaves it one. What took something by itself gives viewers other numbers.
  ASSERT_TRUE(directory_->CopyTo(root_ / "looked_at").ok());
  ASSERT_TRUE(directory_->CopyTo(root_ / "gone_on").ok());
  for (const char* name : {"looked_at", "gone_on"}) {
    auto copy = StoreDirectory::Open(root_ / name);
    ASSERT_TRUE(copy.ok()) << copy.status();
    absl::StatusOr<Store> store = (*copy)->OpenKeptStore(1);
    ASSERT_TRUE(store.ok()) << store.status();
    ASSERT_THAT((*copy)->Verify()->damage, IsEmpty());
    if (std::string_view(name) == "looked_at") continue;
    Fill(*store, 50, 2, kDay + 1);
    ASSERT_EQ(store->Seal(FinalTime(kDay + 1)).days_sealed, 1);
  }
  EXPECT_EQ(restore("looked_at"), "");
  // As a backup may have it.
  ASSERT_TRUE(fs::remove(root_ / "looked_at" / "LOCK"));
  EXPECT_EQ(restore("looked_at"), "");
  EXPECT_THAT(restore("gone_on"), HasSubstr("went on apart"));
  // Nor can one that went on take from what its origin became.
  ASSERT_TRUE(directory_->CopyTo(root_ / "later").ok());
  {
    const auto copy = StoreDirectory::Open(root_ / "gone_on");
    ASSERT_TRUE(copy.ok()) << copy.status();
    const absl::Status status = (*copy)->RestoreDays(1, LastDays(1, kDay), root_ / "later");
    EXPECT_THAT(std::string(status.message()), HasSubstr("went on apart"));
  }
  // An account that was erased, and one that came under its key, is another one.
  ASSERT_TRUE(directory_->EraseAccount(1).ok());
  {
    Store store = OpenStore();
    Fill(store, 1, 4);
    ASSERT_TRUE(store.Seal(FinalTime(kDay)).status.ok());
  }
  EXPECT_THAT(restore("copy"), HasSubstr("copy is no copy of"));
}

TEST_F(StoreDirectoryTest, WrittenIsSafeWithTheSystemAndSyncedWithFlush) {
  Open({.durability = Durability::kWritten, .segment_bytes = 1 << 16});
  Store store = OpenStore();
  Fill(store, 1, 10);
  EXPECT_TRUE(directory_->Flush().ok());
  store = Store();
  Open();
  EXPECT_EQ(Impressed(OpenStore()), 10);
}

// ---- Folders that are none ----

TEST_F(StoreDirectoryTest, MakesAFolderAndNoMore) {
  EXPECT_TRUE(OpenStatus(path_).ok());
  EXPECT_TRUE(absl::IsNotFound(OpenStatus(root_ / "no" / "such")));
}

TEST_F(StoreDirectoryTest, RefusesWhatIsNoFolderOfStores) {
  std::ofstream(root_ / "file") << "hello";
  EXPECT_THAT(OpenStatus(root_ / "file").message(), HasSubstr("file: File exists"));
  fs::create_directories(root_ / "photos");
  std::ofstream(root_ / "photos" / "cat.jpg") << "meow";
  EXPECT_THAT(OpenStatus(root_ / "photos").message(),
              HasSubstr("photos is no store directory, and has cat.jpg in it"));
  EXPECT_THAT(BytesOf(root_ / "photos" / "cat.jpg"), SizeIs(4));
  EXPECT_FALSE(fs::exists(root_ / "photos" / "LOCK"));
  EXPECT_FALSE(OpenStatus(std::string(4000, 'x')).ok());
  EXPECT_FALSE(OpenStatus("").ok());
}

TEST_F(StoreDirectoryTest, OpensALinkToAFolder) {
  fs::create_directories(root_ / "real");
  fs::create_directory_symlink(root_ / "real", path_);
  Open();
  Store store = OpenStore();
  Fill(store, 1, 3);
  EXPECT_TRUE(fs::exists(root_ / "real" / "catalog.db"));
}

TEST_F(StoreDirectoryTest, RefusesALinkInPlaceOfItsLock) {
  fs::create_directories(path_);
  std::ofstream(root_ / "precious") << "keep";
  fs::create_symlink(root_ / "precious", path_ / "LOCK");
  EXPECT_FALSE(OpenStatus(path_).ok());
  EXPECT_THAT(BytesOf(root_ / "precious"), SizeIs(4));
}

TEST_F(StoreDirectoryTest, NamesACatalogueThatIsNone) {
  Open();
  OpenStore();
  directory_.reset();
  std::ofstream(path_ / "catalog.db") << std::string(5000, 'x');
  const absl::Status status = OpenStatus(path_);
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("kept/catalog.db"));
}

}  // namespace
}  // namespace pinmetrics

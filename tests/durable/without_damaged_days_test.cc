#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/durable/store_directory.h"
#include "pinmetrics/export/csv.h"
#include "pinmetrics/store/store_rows.h"
#include "tests/durable/memory_files.h"
#include "tests/durable/script.h"
#include "tests/store/random_account.h"
#include "tests/store/sample_events.h"

/// A folder whose log is damaged, opened without what the damage touches.

namespace pinmetrics {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr std::size_t kStepsToDamage = 60;
constexpr const char* kRefused = "DATA_LOSS";

/// By account and day what there is to be seen, or an error.
using Days = std::map<std::pair<AccountKey, absl::CivilDay>, std::string>;

enum class What {
  kAll,
  kOfTheDay,  ///< Without titles, which may be of later, and figures that count other days, too.
};

Days DescribeDays(StoreDirectory& directory, absl::Time now, What what = What::kAll) {
  Days days;
  for (const AccountKey account : kScriptAccounts) {
    const absl::StatusOr<Store> store = directory.OpenKeptStore(account);
    for (const absl::CivilDay day : DaysToAsk(now)) {
      std::string& text = days[{account, day}];
      if (!store.ok()) {
        text = store.status().ToString();
        continue;
      }
      const Snapshot snapshot = store->TakeSnapshot();
      Query query{.period = LastDays(1, day), .include_saved = true, .real_time = true};
      if (what == What::kOfTheDay) {
        query.metrics = {kImpressions, kEngagements, kSaves, kVideoStarts, kTotalPlayTime};
      }
      const absl::StatusOr<Report> report = snapshot.Run(query, now);
      absl::StatusOr<TopList> pins = snapshot.TopPins(query, {.limit = 100}, now);
      if (pins.ok() && what == What::kOfTheDay) {
        for (TopRow& row : pins->rows) row.title.clear();
      }
      text = report.ok() ? ToCsv(*report) : report.status().ToString();
      text += pins.ok() ? ToCsv(*pins) : pins.status().ToString();
    }
  }
  return days;
}

class WithoutDamagedDays : public testing::Test {
 protected:
  void SetUp() override {
    const std::uint64_t seed = TestSeed();
    std::cout << "PINMETRICS_TEST_SEED=" << seed << "\n";
    dice_ = Dice(seed);
    std::vector<Step> script = MakeScript(dice_, kStepsToDamage);
    // Later all is sealed, and the log of use to nobody.
    script.resize(kStepsToDamage * 2 / 3);
    now_ = script.back().now;
    absl::StatusOr<std::unique_ptr<StoreDirectory>> directory =
        StoreDirectory::Open("/kept", Options(files_));
    ASSERT_TRUE(directory.ok()) << directory.status();
    absl::StatusOr<Stores> stores = OpenStores(**directory);
    ASSERT_TRUE(stores.ok()) << stores.status();
    for (std::size_t i = 0; i < script.size(); ++i) {
      if (i == script.size() * 3 / 4) {
        ASSERT_TRUE((*directory)->SealAll(script[i].now).status.ok());
        ASSERT_TRUE((*directory)->CopyTo("/copy").ok());
        in_copy_ = DescribeDays(**directory, now_, What::kOfTheDay);
      }
      // Two that need an account that has not lost its beginning.
      if (std::holds_alternative<Step::Forget>(script[i].call)) continue;
      ASSERT_TRUE(Do(script[i], *stores, directory->get()).ok());
    }
    whole_ = DescribeDays(**directory, now_);
    figures_ = DescribeDays(**directory, now_, What::kOfTheDay);
  }

  static DirectoryOptions Options(FileSystem& files) {
    return {.segment_bytes = 3000, .files = &files};
  }
  DirectoryOptions Tolerant(FileSystem& files) const {
    DirectoryOptions options = Options(files);
    options.on_damage = OnDamage::kWithoutDamagedDays;
    options.now = now_;
    return options;
  }

  std::vector<std::string> Segments() const {
    std::vector<std::string> paths = files_.Paths();
    std::erase_if(paths,
                  [](const std::string& path) { return !absl::StartsWith(path, "/kept/log/0"); });
    return paths;
  }

  /// Opens a folder that may be damaged. Each day is as it was, or refused. Returns how many are.
  std::size_t ExpectWholeDays(MemoryFiles& files) {
    const bool is_damaged =
        absl::IsDataLoss(StoreDirectory::Open("/kept", Options(files)).status());
    {
      const absl::StatusOr<std::unique_ptr<StoreDirectory>> directory =
          StoreDirectory::Open("/kept", Tolerant(files));
      EXPECT_TRUE(directory.ok()) << directory.status();
      if (!directory.ok()) return 0;
      EXPECT_EQ((*directory)->recovery().damage.empty(), !is_damaged);
    }
    // From here on the folder is as any other.
    const absl::StatusOr<std::unique_ptr<StoreDirectory>> directory =
        StoreDirectory::Open("/kept", Options(files));
    EXPECT_TRUE(directory.ok()) << directory.status();
    if (!directory.ok()) return 0;
    std::size_t refused = 0;
    for (const auto& [key, text] : DescribeDays(**directory, now_)) {
      if (text != whole_.at(key)) {
        EXPECT_THAT(text, StartsWith(kRefused)) << key.first << ", " << key.second;
        ++refused;
      }
    }
    const Days before = DescribeDays(**directory, now_, What::kOfTheDay);
    // Those that the copy has come back as they were there.
    const DateRange all = LastDays(900, absl::ToCivilDay(now_, absl::UTCTimeZone()) + 1);
    for (const AccountKey account : kScriptAccounts) {
      (void)(*directory)->RestoreDays(account, all, "/copy");
    }
    for (const auto& [key, text] : DescribeDays(**directory, now_, What::kOfTheDay)) {
      const bool was_refused = absl::StartsWith(before.at(key), kRefused);
      if (was_refused && absl::StartsWith(text, kRefused)) continue;
      EXPECT_EQ(text, (was_refused ? in_copy_ : figures_).at(key))
          << key.first << ", " << key.second;
      restored_ += was_refused ? 1 : 0;
    }
    // Dropped, the days can be asked again.
    for (const AccountKey account : kScriptAccounts) {
      (void)(*directory)->DropDays(account, all);
      if ((*directory)->OpenKeptStore(account).ok()) continue;
      EXPECT_TRUE((*directory)->EraseAccount(account).ok());
    }
    EXPECT_THAT((*directory)->Verify()->damage, IsEmpty());
    const absl::StatusOr<Stores> stores = OpenStores(**directory);
    EXPECT_TRUE(stores.ok()) << stores.status();
    for (const auto& [key, text] : DescribeDays(**directory, now_)) {
      EXPECT_THAT(text, testing::Not(HasSubstr(kRefused)));
    }
    return refused;
  }

  Dice dice_{0};
  absl::Time now_;
  MemoryFiles files_;
  Days whole_;
  Days figures_;  ///< Of each day by itself.
  Days in_copy_;  ///< The same when the copy was made.
  std::size_t restored_ = 0;
};

TEST_F(WithoutDamagedDays, EveryOtherDayIsAsItWas) {
  const bool tries_all = std::getenv("PINMETRICS_DURABLE_TEST_IMAGES") != nullptr;
  std::size_t flips = 0;
  std::size_t refused = 0;
  for (const std::string& path : Segments()) {
    const std::size_t size = files_.Contents(path).size();
    for (std::size_t at = dice_.Below(60); at < size; at += tries_all ? 1 : 1 + dice_.Below(240)) {
      const std::unique_ptr<MemoryFiles> files = files_.Copy();
      std::vector<std::byte> bytes = files->Contents(path);
      bytes[at] ^= static_cast<std::byte>(1U << dice_.Below(8));
      files->SetContents(path, bytes);
      refused += ExpectWholeDays(*files);
      ASSERT_FALSE(HasFailure()) << path << ", byte " << at;
      ++flips;
    }
  }
  std::cout << flips << " bits, " << refused << " of " << flips * whole_.size()
            << " days refused\n";
  EXPECT_GT(refused, 0);
  EXPECT_LT(refused * 2, flips * whole_.size());
}

TEST_F(WithoutDamagedDays, SoItIsWithStretchesAndFilesThatAreGone) {
  const std::vector<std::string> segments = Segments();
  std::size_t refused = 0;
  for (int i = 0; i < 40; ++i) {
    const std::unique_ptr<MemoryFiles> files = files_.Copy();
    const std::string path = dice_.OneOf(segments);
    if (dice_.Percent(30)) {
      files->Delete(path);
    } else {
      std::vector<std::byte> bytes = files->Contents(path);
      const std::size_t begin = dice_.Below(bytes.size());
      const std::size_t end = std::min(bytes.size(), begin + 1 + dice_.Below(1500));
      for (std::size_t at = begin; at < end; ++at) {
        bytes[at] = static_cast<std::byte>(dice_.Percent(50) ? 0 : dice_.Below(256));
      }
      if (dice_.Percent(20)) bytes.resize(begin);
      files->SetContents(path, bytes);
    }
    refused += ExpectWholeDays(*files);
    ASSERT_FALSE(HasFailure()) << path;
  }
  std::cout << refused << " days refused, " << restored_ << " of them restored\n";
  EXPECT_GT(refused, 0);
}

/// On the days of `sample_events.h`.
class LostRecord : public testing::Test {
 protected:
  static constexpr absl::CivilDay kLost = kDay + 1;

  void SetUp() override {
    absl::StatusOr<std::unique_ptr<StoreDirectory>> directory =
        StoreDirectory::Open("/kept", {.segment_bytes = 1 << 16, .files = &files_});
    ASSERT_TRUE(directory.ok()) << directory.status();
    for (const AccountKey account : {AccountKey{1}, AccountKey{2}}) {
      absl::StatusOr<Store> store = (*directory)->OpenStore(account, {});
      ASSERT_TRUE(store.ok()) << store.status();
      ASSERT_TRUE(store->PutPin(SamplePin(1)).ok());
      for (std::int64_t day = 0; day < 3; ++day) {
        ASSERT_EQ(Append(*store, kDay + day).taken, 4);
      }
    }
  }

  static std::string KeyOf(absl::CivilDay day) { return "batch of " + ToString(day); }
  static AppendResult Append(Store& store, absl::CivilDay day) {
    const auto first = static_cast<std::uint64_t>(day - kDay) * 100 + 1;
    return store.Append(Impressions(first, 4, day), HourOf(kDay + 5, 0), KeyOf(day));
  }

  /// Changes a byte of the batch of `kLost` of account 1.
  void Damage() { ASSERT_TRUE(files_.DamageText("/kept/log", KeyOf(kLost))); }

  absl::StatusOr<std::unique_ptr<StoreDirectory>> Open(bool read_only = false) {
    return StoreDirectory::Open("/kept", {.segment_bytes = 1 << 16,
                                          .on_damage = OnDamage::kWithoutDamagedDays,
                                          .now = HourOf(kDay + 6, 0),
                                          .read_only = read_only,
                                          .files = &files_});
  }

  static std::optional<double> Impressed(StoreDirectory& directory, AccountKey account,
                                         absl::CivilDay day) {
    const absl::StatusOr<Store> store = directory.OpenKeptStore(account);
    EXPECT_TRUE(store.ok()) << store.status();
    return Total(store->TakeSnapshot(), QueryOn(day), kImpressions, HourOf(kDay + 60, 0));
  }

  static constexpr const char* kLog = "/kept/log/000000000001.log";
  MemoryFiles files_;
};

TEST_F(LostRecord, CostsItsDaysAlone) {
  Damage();
  EXPECT_TRUE(absl::IsDataLoss(StoreDirectory::Open("/kept", {.files = &files_}).status()));
  const std::unique_ptr<MemoryFiles> before = files_.Copy();
  {
    const auto reader = Open(/*read_only=*/true);
    ASSERT_TRUE(reader.ok()) << reader.status();
    EXPECT_EQ(Impressed(**reader, 1, kLost), std::nullopt);
    EXPECT_EQ(Impressed(**reader, 1, kDay), 4);
  }
  for (const std::string& path : files_.Paths()) {
    EXPECT_EQ(files_.Contents(path), before->Contents(path)) << path;
  }

  auto directory = Open();
  ASSERT_TRUE(directory.ok()) << directory.status();
  EXPECT_THAT((*directory)->recovery().damage,
              ElementsAre(AllOf(StartsWith(kLog), HasSubstr("the record is damaged"))));
  ASSERT_THAT((*directory)->recovery().lost_days, SizeIs(1));
  EXPECT_EQ((*directory)->recovery().lost_days[0].account, 1);
  EXPECT_THAT((*directory)->recovery().lost_days[0].days, ElementsAre(LastDays(1, kLost)));
  EXPECT_THAT(files_.Paths(), testing::Contains("/kept/log/damaged-000000000001.log"));
  for (int i = 0; i < 3; ++i) {
    for (std::int64_t day = 0; day < 3; ++day) {
      EXPECT_EQ(Impressed(**directory, 2, kDay + day), 4);
      const std::optional<double> of_first = Impressed(**directory, 1, kDay + day);
      EXPECT_EQ(of_first, day == 1 ? std::nullopt : std::optional<double>(4));
    }
    EXPECT_THAT((*directory)->Verify()->damage,
                ElementsAre(AllOf(HasSubstr("account 1"), HasSubstr(ToString(kLost)))));
    absl::StatusOr<Store> store = (*directory)->OpenKeptStore(1);
    EXPECT_EQ(Append(*store, kLost).taken, 0);
    // Sealed or not, it stays refused.
    if (i == 1) {
      EXPECT_TRUE((*directory)->SealAll(HourOf(kDay + 20, 0)).status.ok());
    }
    store = absl::UnknownError("closed");
    directory->reset();
    directory = StoreDirectory::Open("/kept", {.segment_bytes = 1 << 16, .files = &files_});
    ASSERT_TRUE(directory.ok()) << directory.status();
  }
}

/// Days of whose rows none can be had. Those of each other day are whole, and no day is passed
/// over.
std::size_t ExpectWholeRows(const Store& store) {
  std::size_t refused = 0;
  std::vector<absl::CivilDay> days;
  const StoreRows rows = store.TakeRows();
  for (const StoredDay& day : rows.Days()) {
    days.push_back(day.day);
    const absl::StatusOr<DayEvents> events = rows.EventsOf(day);
    if (events.ok()) {
      EXPECT_THAT(events->observations, SizeIs(4)) << day.day;
      EXPECT_EQ(day.events, 4) << day.day;
      continue;
    }
    ++refused;
    EXPECT_TRUE(absl::IsDataLoss(events.status())) << events.status();
    EXPECT_THAT(std::string(events.status().message()), HasSubstr(ToString(day.day)));
    EXPECT_EQ(day.checksum, std::nullopt);
  }
  EXPECT_THAT(days, ElementsAre(kDay, kDay + 1, kDay + 2));
  return refused;
}

/// A process is killed before it waited for its last record. The next finds it behind damage, and
/// then the power fails.
TEST_F(LostRecord, CostsItsDaysAloneThoughPowerFailsOnceTheOthersWereFound) {
  std::unique_ptr<MemoryFiles> killed;
  {
    const auto directory = Open();
    ASSERT_TRUE(directory.ok()) << directory.status();
    absl::StatusOr<Store> store = (*directory)->OpenKeptStore(2);
    ASSERT_TRUE(store.ok()) << store.status();
    files_.SetHook([&](MemoryFiles::Call call, const std::string& path) {
      if (call == MemoryFiles::Call::kSync && path == kLog && !killed) killed = files_.Copy();
      return absl::OkStatus();
    });
    ASSERT_EQ(Append(*store, kDay + 4).taken, 4);
    files_.SetHook(nullptr);
  }
  ASSERT_NE(killed, nullptr);
  ASSERT_TRUE(killed->DamageText("/kept/log", KeyOf(kLost)));
  const auto open = [&](MemoryFiles& files) {
    return StoreDirectory::Open("/kept", {.segment_bytes = 1 << 16,
                                          .on_damage = OnDamage::kWithoutDamagedDays,
                                          .now = HourOf(kDay + 6, 0),
                                          .files = &files});
  };
  std::mt19937_64 random(1);
  std::size_t cuts = 0;
  killed->SetHook([&](MemoryFiles::Call call, const std::string&) {
    using enum MemoryFiles::Call;
    if (call == kRead || call == kSize || call == kOpen) return absl::OkStatus();
    for (const unsigned kept : {0U, 128U}) {
      const std::unique_ptr<MemoryFiles> image = killed->CutPower(random, kept);
      const auto directory = open(*image);
      EXPECT_TRUE(directory.ok()) << directory.status();
      if (!directory.ok()) continue;
      EXPECT_EQ(Impressed(**directory, 1, kLost), std::nullopt);
      EXPECT_EQ(Impressed(**directory, 1, kDay), 4) << "cut " << cuts;
      EXPECT_EQ(Impressed(**directory, 2, kLost), 4) << "cut " << cuts;
      ++cuts;
    }
    return absl::OkStatus();
  });
  ASSERT_TRUE(open(*killed).ok());
  killed->SetHook(nullptr);
  EXPECT_GT(cuts, 20U);
}

TEST_F(LostRecord, CostsTheRowsOfItsDaysAlone) {
  Damage();
  auto directory = Open();
  ASSERT_TRUE(directory.ok()) << directory.status();
  EXPECT_EQ(ExpectWholeRows(*(*directory)->OpenKeptStore(1)), 1);
  EXPECT_EQ(ExpectWholeRows(*(*directory)->OpenKeptStore(2)), 0);
  EXPECT_TRUE((*directory)->SealAll(HourOf(kDay + 20, 0)).status.ok());
  EXPECT_EQ(ExpectWholeRows(*(*directory)->OpenKeptStore(1)), 1);
}

TEST_F(LostRecord, IsNamedByRowsOfASealedDayThatIsDamaged) {
  {
    const auto directory = Open();
    ASSERT_TRUE(directory.ok()) << directory.status();
    EXPECT_TRUE((*directory)->SealAll(HourOf(kDay + 20, 0)).status.ok());
    EXPECT_EQ(ExpectWholeRows(*(*directory)->OpenKeptStore(1)), 0);
  }
  std::size_t refused = 0;
  std::size_t flips = 0;
  for (const std::string& path : files_.Paths()) {
    if (!absl::StrContains(path, "/blocks/")) continue;
    const std::unique_ptr<MemoryFiles> whole = files_.Copy();
    const std::size_t size = files_.Contents(path).size();
    for (std::size_t at = 0; at < size; at += 1 + size / 200) {
      std::vector<std::byte> bytes = whole->Contents(path);
      bytes[at] ^= std::byte{1};
      files_.SetContents(path, bytes);
      const auto directory = Open();
      if (!directory.ok()) continue;
      const absl::StatusOr<Store> store = (*directory)->OpenKeptStore(1);
      ++flips;
      if (store.ok()) refused += ExpectWholeRows(*store);
      ASSERT_FALSE(HasFailure()) << path << ", byte " << at;
    }
    files_.SetContents(path, whole->Contents(path));
  }
  std::cout << flips << " bits, " << refused << " days refused\n";
  EXPECT_GT(refused, 0);
}

TEST_F(LostRecord, IsSentAgainOnceItsDayIsDropped) {
  Damage();
  const auto directory = Open();
  ASSERT_TRUE(directory.ok()) << directory.status();
  ASSERT_TRUE((*directory)->DropDays(1, LastDays(1, kLost)).ok());
  EXPECT_EQ(Impressed(**directory, 1, kLost), 0);
  absl::StatusOr<Store> store = (*directory)->OpenKeptStore(1);
  EXPECT_EQ(Append(*store, kLost).taken, 4);
  EXPECT_TRUE(Append(*store, kDay).repeated_batch);
  EXPECT_EQ(Impressed(**directory, 1, kLost), 4);
  EXPECT_EQ(Impressed(**directory, 1, kDay), 4);
}

TEST_F(LostRecord, MayHaveBeenThePinBetweenTwoThatAreTheSame) {
  const std::string lost = "the title between";
  {
    const auto directory =
        StoreDirectory::Open("/kept", {.segment_bytes = 1 << 16, .files = &files_});
    ASSERT_TRUE(directory.ok()) << directory.status();
    absl::StatusOr<Store> store = (*directory)->OpenKeptStore(1);
    ASSERT_TRUE(store.ok()) << store.status();
    Pin pin = SamplePin(1);
    pin.title = lost;
    ASSERT_TRUE(store->PutPin(pin).ok());
    ASSERT_TRUE(store->PutPin(SamplePin(1)).ok());
    ASSERT_TRUE(store->PutPin(SamplePin(2)).ok());
  }
  ASSERT_TRUE(files_.DamageText("/kept/log", lost));
  {
    const auto directory = Open();
    ASSERT_TRUE(directory.ok()) << directory.status();
  }
  const auto directory = Open();
  ASSERT_TRUE(directory.ok()) << directory.status();
  absl::StatusOr<Store> store = (*directory)->OpenKeptStore(1);
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_EQ(store->Append(Impressions(900, 2, kDay + 20), HourOf(kDay + 20, 20)).taken, 2);
}

TEST_F(LostRecord, LeavesNoCopyOfWhatIsErased) {
  Damage();
  const auto directory = Open();
  ASSERT_TRUE(directory.ok()) << directory.status();
  ASSERT_TRUE((*directory)->EraseAccount(2).ok());
  EXPECT_THAT(files_.Paths(), testing::Not(testing::Contains(HasSubstr("damaged-"))));
}

TEST_F(LostRecord, LeavesNoCopyOfWhoIsForgotten) {
  Damage();
  const auto directory = Open();
  ASSERT_TRUE(directory.ok()) << directory.status();
  const absl::Status status = (*directory)->ForgetViewer(2, Impressions(1, 1, kDay).front().viewer);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_THAT(files_.Paths(), testing::Not(testing::Contains(HasSubstr("damaged-"))));
}

/// Accounts that refuse late events and that take them, with a sealed day and one that is not; then
/// a stretch of the log that is gone; then an account that came behind it.
class LostStretch : public testing::Test {
 protected:
  static constexpr AccountKey kRefuses = 1;
  static constexpr AccountKey kAccepts = 2;
  static constexpr AccountKey kCameLater = 3;
  static constexpr absl::CivilDay kSealed = kDay;
  static constexpr absl::CivilDay kOpen = kDay + 3;

  void SetUp() override {
    absl::StatusOr<std::unique_ptr<StoreDirectory>> directory =
        StoreDirectory::Open("/kept", {.segment_bytes = 1024, .files = &files_});
    ASSERT_TRUE(directory.ok()) << directory.status();
    const auto append = [&](AccountKey account, std::uint64_t first, absl::CivilDay day) {
      StoreOptions options;
      if (account == kAccepts) options.late_events = LateEvents::kAccept;
      absl::StatusOr<Store> store = (*directory)->OpenStore(account, options);
      ASSERT_TRUE(store.ok()) << store.status();
      ASSERT_TRUE(store->PutPin(SamplePin(1)).ok());
      ASSERT_EQ(store->Append(Impressions(first, 4, day), HourOf(kOpen, 20)).taken, 4);
    };
    for (const AccountKey account : {kRefuses, kAccepts}) append(account, 1, kSealed);
    ASSERT_TRUE((*directory)->SealAll(HourOf(kOpen, 0)).status.ok());
    ASSERT_TRUE((*directory)->CopyTo("/copy").ok());
    const std::set<std::string> before = Segments();
    for (std::uint64_t i = 0; i < 20; ++i) {
      for (const AccountKey account : {kRefuses, kAccepts}) append(account, 100 + 10 * i, kOpen);
    }
    for (std::uint64_t i = 0; i < 20; ++i) append(kCameLater, 1000 + 10 * i, kOpen);
    const std::set<std::string> all = Segments();
    directory->reset();
    // A segment whose records are all behind the sealing and before the last account.
    const auto gone = std::next(all.find(*before.rbegin()), 2);
    ASSERT_NE(gone, all.end());
    files_.Delete(*gone);
  }

  std::set<std::string> Segments() const {
    std::set<std::string> segments;
    for (const std::string& path : files_.Paths()) {
      if (absl::StartsWith(path, "/kept/log/0")) segments.insert(path);
    }
    return segments;
  }

  MemoryFiles files_;
};

TEST_F(LostStretch, CostsSealedDaysWhereItReachesBehindTheSealing) {
  const absl::StatusOr<std::unique_ptr<StoreDirectory>> directory =
      StoreDirectory::Open("/kept", {.segment_bytes = 1024,
                                     .on_damage = OnDamage::kWithoutDamagedDays,
                                     .now = HourOf(kOpen, 21),
                                     .files = &files_});
  ASSERT_TRUE(directory.ok()) << directory.status();
  const auto impressed = [&](AccountKey account, absl::CivilDay day) {
    const absl::StatusOr<Store> store = (*directory)->OpenKeptStore(account);
    EXPECT_TRUE(store.ok()) << store.status();
    return Total(store->TakeSnapshot(), QueryOn(day), kImpressions, HourOf(kDay + 60, 0));
  };
  // A Pin that a sealed day shows, or a late event of it, may have been in the stretch.
  for (const AccountKey account : {kRefuses, kAccepts}) {
    EXPECT_EQ(impressed(account, kSealed), std::nullopt);
    EXPECT_EQ(impressed(account, kOpen), std::nullopt);
  }
  EXPECT_EQ(impressed(kCameLater, kOpen), std::nullopt);
}

TEST_F(LostStretch, IsMadeGoodByACopyForDaysThatWereSealedInIt) {
  const auto open = [&](OnDamage on_damage) {
    return StoreDirectory::Open("/kept", {.segment_bytes = 1024,
                                          .on_damage = on_damage,
                                          .now = HourOf(kOpen, 21),
                                          .files = &files_});
  };
  absl::StatusOr<std::unique_ptr<StoreDirectory>> directory = open(OnDamage::kWithoutDamagedDays);
  ASSERT_TRUE(directory.ok()) << directory.status();
  const absl::Time now = HourOf(kDay + 60, 0);
  const DateRange all = DateRange::Inclusive(kSealed - 5, kOpen);
  const auto impressed = [&](AccountKey account, absl::CivilDay day) {
    const absl::StatusOr<Store> store = (*directory)->OpenKeptStore(account);
    EXPECT_TRUE(store.ok()) << store.status();
    return Total(store->TakeSnapshot(), QueryOn(day), kImpressions, now);
  };
  for (const AccountKey account : {kRefuses, kAccepts}) {
    EXPECT_EQ(impressed(account, kSealed), std::nullopt);
    ASSERT_TRUE((*directory)->RestoreDays(account, all, "/copy").ok());
    EXPECT_EQ(impressed(account, kSealed), 4);
    // A day without events is sealed, too.
    EXPECT_EQ(impressed(account, kSealed - 1), 0);
    // Days that the copy did not have sealed.
    EXPECT_EQ(impressed(account, kOpen), std::nullopt);
  }
  // It has come since.
  EXPECT_TRUE(absl::IsFailedPrecondition((*directory)->RestoreDays(kCameLater, all, "/copy")));
  // The others are dropped, and sent again.
  for (const AccountKey account : {kRefuses, kAccepts}) {
    ASSERT_TRUE((*directory)->DropDays(account, DateRange::Inclusive(kSealed + 1, kOpen + 1)).ok());
    absl::StatusOr<Store> store = (*directory)->OpenKeptStore(account);
    ASSERT_TRUE(store.ok()) << store.status();
    ASSERT_TRUE(store->PutPin(SamplePin(1)).ok());
    EXPECT_EQ(store->Append(Impressions(100, 4, kOpen), HourOf(kOpen, 22)).taken, 4);
  }
  directory->reset();
  directory = open(OnDamage::kRefuse);
  ASSERT_TRUE(directory.ok()) << directory.status();
  for (const AccountKey account : {kRefuses, kAccepts}) {
    EXPECT_EQ(impressed(account, kSealed), 4);
    EXPECT_EQ(impressed(account, kOpen), 4);
  }
}

TEST_F(LostStretch, MakesOfACopyAFolderThatNothingIsRestoredFrom) {
  const auto open = [&](const std::string& path) {
    return StoreDirectory::Open(path, {.segment_bytes = 1024,
                                       .on_damage = OnDamage::kWithoutDamagedDays,
                                       .now = HourOf(kOpen, 21),
                                       .files = &files_});
  };
  std::string segment;
  for (const std::string& path : files_.Paths()) {
    if (segment.empty() && absl::StartsWith(path, "/copy/log/0")) segment = path;
  }
  files_.Delete(segment);
  {
    const absl::StatusOr<std::unique_ptr<StoreDirectory>> copy = open("/copy");
    ASSERT_TRUE(copy.ok()) << copy.status();
    ASSERT_THAT((*copy)->recovery().damage, SizeIs(1));
  }
  const absl::StatusOr<std::unique_ptr<StoreDirectory>> directory = open("/kept");
  ASSERT_TRUE(directory.ok()) << directory.status();
  const absl::Status status =
      (*directory)->RestoreDays(kRefuses, DateRange::Inclusive(kSealed, kSealed), "/copy");
  EXPECT_TRUE(absl::IsFailedPrecondition(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("went on apart"));
}

TEST_F(LostRecord, NeedsToKnowWhenItIs) {
  const absl::Status status =
      StoreDirectory::Open("/kept", {.on_damage = OnDamage::kWithoutDamagedDays, .files = &files_})
          .status();
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("now"));
}

}  // namespace
}  // namespace pinmetrics

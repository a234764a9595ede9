#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "pinmetrics/durable/store_directory.h"
#include "tests/durable/memory_files.h"
#include "tests/store/random_account.h"
#include "tests/store/sample_events.h"

/// Days that were not sealed when a copy was made, were lost with the log, and come back from it.

namespace pinmetrics {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr AccountKey kAccount = 7;
constexpr absl::CivilDay kAfterCopy = kDay + 1;
const absl::Time kNow = HourOf(kAfterCopy, 20);
/// When the days are sealed.
const absl::Time kLater = HourOf(kDay + 30, 0);

Pin PinOnBoard(std::uint64_t board) {
  Pin pin = SamplePin(1);
  pin.board = BoardId(board);
  return pin;
}

class RestoredDays : public testing::Test {
 protected:
  /// A day with five events before the copy is made, on two boards, of which one is withdrawn; one
  /// more of the day and others of the next day after it. Then the log is gone.
  void SetUp() override {
    Open(OnDamage::kRefuse, files_);
    absl::StatusOr<Store> store = directory_->OpenStore(kAccount, {});
    ASSERT_TRUE(store.ok()) << store.status();
    ASSERT_TRUE(store->PutPin(PinOnBoard(1)).ok());
    ASSERT_EQ(store->Append(Impressions(1, 3), kNow, "one").taken, 3);
    ASSERT_TRUE(store->PutPin(PinOnBoard(2)).ok());
    std::vector<Event> unnamed = Impressions(1, 2);
    for (Event& event : unnamed) event.id = EventId();
    ASSERT_EQ(store->Append(unnamed, kNow, "two").taken, 2);
    ASSERT_EQ(store->Withdraw(std::vector{EventId(3)}).withdrawn, 1);
    ASSERT_TRUE(store->PutPin(PinOnBoard(3)).ok());
    ASSERT_TRUE(directory_->CopyTo("/copy").ok());
    ASSERT_EQ(store->Append(Impressions(10, 1), kNow, "three").taken, 1);
    ASSERT_EQ(store->Append(Impressions(20, 4, kAfterCopy), kNow, "four").taken, 4);
    store = absl::UnknownError("closed");
    directory_.reset();
    // Of what came to this account nothing stays but its name.
    std::vector<std::byte> log = files_.Contents(kLog);
    std::fill(log.begin() + 600, log.end(), std::byte{0xee});
    files_.SetContents(kLog, log);
    Open(OnDamage::kWithoutDamagedDays, files_);
  }

  void Open(OnDamage on_damage, MemoryFiles& files, Durability durability = Durability::kSynced) {
    directory_.reset();
    absl::StatusOr<std::unique_ptr<StoreDirectory>> directory =
        StoreDirectory::Open("/kept", {.durability = durability,
                                       .segment_bytes = 1 << 14,
                                       .on_damage = on_damage,
                                       .now = now_,
                                       .files = &files});
    ASSERT_TRUE(directory.ok()) << directory.status();
    directory_ = *std::move(directory);
  }

  Store OpenStore() { return directory_->OpenKeptStore(kAccount).value(); }
  absl::Status Restore(absl::CivilDay first, absl::CivilDay last) {
    return directory_->RestoreDays(kAccount, DateRange::Inclusive(first, last), "/copy");
  }
  static std::vector<std::optional<double>> OfBoards(const Store& store) {
    Query query = QueryOn(kDay);
    query.metrics = {kImpressions};
    std::vector<std::optional<double>> values;
    const auto boards = store.TakeSnapshot().TopBoards(query, {}, kLater);
    if (!boards.ok()) return {std::nullopt};
    for (const TopRow& row : boards->rows) values.push_back(row.figures.at(0));
    return values;
  }

  /// Removes the log, and opens what is left without the days that were in it.
  void LoseLog(absl::Time now) {
    directory_.reset();
    for (const std::string& path : files_.Paths()) {
      if (absl::StartsWith(path, "/kept/log/0")) files_.Delete(path);
    }
    now_ = now;
    Open(OnDamage::kWithoutDamagedDays, files_);
  }

  static constexpr const char* kLogOfCopy = "/copy/log/000000000001.log";
  static constexpr const char* kLog = "/kept/log/000000000001.log";
  MemoryFiles files_;
  absl::Time now_ = kNow;
  std::unique_ptr<StoreDirectory> directory_;
};

TEST_F(RestoredDays, AreAsTheyWereInTheCopyAndOpen) {
  {
    Store store = OpenStore();
    EXPECT_EQ(ImpressionsOn(store.TakeSnapshot(), kDay), std::nullopt);
    ASSERT_TRUE(Restore(kDay, kAfterCopy).ok());
    EXPECT_EQ(ImpressionsOn(store.TakeSnapshot(), kDay), 4);
    // Each with the Pin as it was then.
    EXPECT_THAT(OfBoards(store), ElementsAre(2, 2));
    // A day that the copy has nothing of stays lost.
    EXPECT_EQ(ImpressionsOn(store.TakeSnapshot(), kAfterCopy), std::nullopt);
    EXPECT_TRUE(absl::IsNotFound(Restore(kDay, kAfterCopy)));
    // What was in the copy is known, also what was withdrawn; what was not can be sent again.
    EXPECT_TRUE(store.Append(Impressions(1, 3), kNow, "one").repeated_batch);
    EXPECT_EQ(store.Append(Impressions(1, 3), kNow).repeats, 3);
    EXPECT_EQ(store.Append(Impressions(10, 1), kNow, "three").taken, 1);
    EXPECT_EQ(ImpressionsOn(store.TakeSnapshot(), kDay), 5);
    EXPECT_EQ(store.Withdraw(std::vector{EventId(1)}).withdrawn, 1);
  }
  for (const bool is_sealed : {false, true}) {
    Open(OnDamage::kRefuse, files_);
    Store store = OpenStore();
    EXPECT_EQ(ImpressionsOn(store.TakeSnapshot(), kDay), 4);
    EXPECT_THAT(OfBoards(store), ElementsAre(2, 1, 1));
    if (is_sealed) continue;
    ASSERT_TRUE(directory_->DropDays(kAccount, LastDays(1, kAfterCopy)).ok());
    EXPECT_EQ(store.Seal(kLater).events_sealed, 4);
  }
}

TEST_F(RestoredDays, CountOnceHoweverOftenRestoringIsStopped) {
  for (const bool is_dropped_then : {false, true}) {
    const std::unique_ptr<MemoryFiles> lost = [&] {
      directory_.reset();
      return files_.Copy();
    }();
    bool is_restored = false;
    int stops = 0;
    for (; !is_restored; ++stops) {
      ASSERT_LT(stops, 500);
      MemoryFiles& files = *lost;
      Open(OnDamage::kRefuse, files);
      std::optional<Store> store = OpenStore();
      int calls_left = stops;
      files.SetHook([&](MemoryFiles::Call call, const std::string& path) {
        using Call = MemoryFiles::Call;
        const bool changes = call == Call::kWrite || call == Call::kSync || call == Call::kRename ||
                             call == Call::kRemove || call == Call::kCreate;
        if (changes && absl::StartsWith(path, "/kept") && calls_left-- <= 0) {
          return absl::UnavailableError("the disk is gone");
        }
        return absl::OkStatus();
      });
      is_restored = Restore(kDay, kDay).ok();
      files.SetHook(nullptr);
      const std::optional<double> seen = ImpressionsOn(store->TakeSnapshot(), kDay);
      EXPECT_EQ(seen, is_restored ? std::optional<double>(4) : std::nullopt) << stops;
      store.reset();
      // A disk that failed takes nothing more until the folder is opened again.
      Open(OnDamage::kRefuse, files);
      const std::optional<double> again = ImpressionsOn(OpenStore().TakeSnapshot(), kDay);
      is_restored = is_restored || again.has_value();
      EXPECT_EQ(again.value_or(4), 4) << stops;
      if (!is_dropped_then || is_restored) continue;
      // Or it is dropped, and nothing is there of it.
      const std::unique_ptr<MemoryFiles> beside = files.Copy();
      Open(OnDamage::kRefuse, *beside);
      ASSERT_TRUE(directory_->DropDays(kAccount, LastDays(1, kDay)).ok());
      EXPECT_EQ(ImpressionsOn(OpenStore().TakeSnapshot(), kDay), 0) << stops;
      ASSERT_TRUE(directory_->SealAll(HourOf(kDay, 0)).status.ok());
      Open(OnDamage::kRefuse, *beside);
      EXPECT_EQ(ImpressionsOn(OpenStore().TakeSnapshot(), kDay), 0) << stops;
      // Its batches can be sent again.
      ASSERT_TRUE(OpenStore().PutPin(PinOnBoard(1)).ok());
      EXPECT_EQ(OpenStore().Append(Impressions(1, 3), kNow, "one").taken, 3) << stops;
      directory_.reset();
    }
    EXPECT_GT(stops, 10);
    EXPECT_THAT(OfBoards(OpenStore()), ElementsAre(2, 2));
    EXPECT_EQ(OpenStore().Append(Impressions(3, 1), kNow).repeats, 1);
    directory_.reset();
  }
}

TEST_F(RestoredDays, AreSafeWithTheSystemWhereBatchesAre) {
  directory_.reset();
  std::mt19937_64 random(TestSeed());
  Open(OnDamage::kRefuse, files_, Durability::kWritten);
  ASSERT_TRUE(Restore(kDay, kDay).ok());
  const std::unique_ptr<MemoryFiles> after_cut = files_.CutPower(random, /*kept=*/0);
  directory_.reset();
  Open(OnDamage::kRefuse, *after_cut);
  EXPECT_EQ(ImpressionsOn(OpenStore().TakeSnapshot(), kDay), 4);
  directory_.reset();
}

TEST_F(RestoredDays, LeavePinsAsTheyWerePutSince) {
  Store store = OpenStore();
  ASSERT_TRUE(store.PutPin(PinOnBoard(9)).ok());
  ASSERT_TRUE(Restore(kDay, kDay).ok());
  ASSERT_EQ(store.Append(Impressions(30, 3), kNow).taken, 3);
  EXPECT_THAT(OfBoards(store), ElementsAre(3, 2, 2));
}

TEST_F(RestoredDays, AreNotMixedWithAnotherCopys) {
  // In a later copy the day is sealed. Then all days are lost with a Pin.
  ASSERT_TRUE(Restore(kDay, kDay).ok());
  ASSERT_TRUE(directory_->DropDays(kAccount, LastDays(1, kAfterCopy)).ok());
  {
    Store store = OpenStore();
    ASSERT_EQ(store.Append(Impressions(10, 1), kNow, "three").taken, 1);
    ASSERT_EQ(store.Seal(kLater).events_sealed, 5);
    ASSERT_TRUE(directory_->CopyTo("/later").ok());
    Pin pin = SamplePin(2);
    pin.title = "the Pin that is lost";
    ASSERT_TRUE(store.PutPin(pin).ok());
  }
  directory_.reset();
  ASSERT_TRUE(files_.DamageText("/kept/log", "the Pin that is lost"));
  Open(OnDamage::kWithoutDamagedDays, files_);
  const auto restore_later = [&] {
    return directory_->RestoreDays(kAccount, LastDays(1, kDay), "/later");
  };
  const auto impressed = [&] {
    return Total(OpenStore().TakeSnapshot(), QueryOn(kDay), kImpressions, kLater);
  };
  EXPECT_EQ(impressed(), std::nullopt);
  ASSERT_TRUE(Restore(kDay, kDay).ok());
  EXPECT_EQ(impressed(), 4);
  const absl::Status status = restore_later();
  EXPECT_TRUE(absl::IsFailedPrecondition(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("2026-11-10, which is not sealed here"));
  EXPECT_EQ(impressed(), 4);
  ASSERT_EQ(OpenStore().Seal(kLater + absl::Hours(24)).events_sealed, 4);
  ASSERT_TRUE(restore_later().ok());
  EXPECT_EQ(impressed(), 5);
}

TEST_F(RestoredDays, NeedALogThatIsWhole) {
  const std::vector<std::byte> whole = files_.Contents(kLogOfCopy);
  for (const bool is_cut : {false, true}) {
    std::vector<std::byte> log = whole;
    log[700] ^= std::byte{1};
    if (is_cut) std::fill(log.begin() + 700, log.end(), std::byte{0});
    files_.SetContents(kLogOfCopy, log);
    EXPECT_TRUE(absl::IsDataLoss(Restore(kDay, kDay))) << is_cut;
    EXPECT_EQ(ImpressionsOn(OpenStore().TakeSnapshot(), kDay), std::nullopt);
  }
  files_.SetContents(kLogOfCopy, whole);
  EXPECT_TRUE(Restore(kDay, kDay).ok());
}

TEST_F(RestoredDays, CountWithAPinThatWasPutBackToWhatItWas) {
  constexpr absl::CivilDay kNext = kDay + 3;
  const absl::Time now = HourOf(kNext, 20);
  {
    Store store = OpenStore();
    std::uint64_t id = 50;
    for (const std::uint64_t board : std::vector<std::uint64_t>{4, 5, 4}) {
      Pin pin = SamplePin(8);
      pin.board = BoardId(board);
      ASSERT_TRUE(store.PutPin(pin).ok());
      Event event = Impression(++id, kNext);
      event.pin = pin.id;
      ASSERT_EQ(store.Append(std::vector{event}, now).taken, 1);
    }
    ASSERT_TRUE(directory_->CopyTo("/later").ok());
  }
  LoseLog(now);
  ASSERT_TRUE(directory_->RestoreDays(kAccount, LastDays(1, kNext), "/later").ok());
  Open(OnDamage::kRefuse, files_);
  EXPECT_EQ(ImpressionsOn(OpenStore().TakeSnapshot(), kNext), 3);
}

TEST_F(RestoredDays, BringPinsBackAsTheyWereInTheCopy) {
  constexpr absl::CivilDay kNext = kDay + 3;
  const absl::Time final = FinalTime(kNext);
  const auto put = [&](std::uint64_t id, std::uint64_t board) {
    Pin pin = SamplePin(id);
    pin.board = BoardId(board);
    ASSERT_TRUE(OpenStore().PutPin(pin).ok());
  };
  // Pin 8 is sealed on boards 4 and 5. The log has that it was put back, and Pin 9.
  put(8, 4);
  put(8, 5);
  ASSERT_TRUE(Restore(kDay, kDay).ok());
  ASSERT_TRUE(directory_->DropDays(kAccount, LastDays(1, kAfterCopy)).ok());
  ASSERT_EQ(OpenStore().Seal(final).events_sealed, 4);
  put(8, 4);
  put(9, 6);
  ASSERT_TRUE(directory_->CopyTo("/later").ok());
  LoseLog(final);
  ASSERT_TRUE(directory_->RestoreDays(kAccount, LastDays(1, kDay), "/later").ok());
  EXPECT_EQ(Total(OpenStore().TakeSnapshot(), QueryOn(kDay), kImpressions, kLater), 4);
  ASSERT_TRUE(directory_->DropDays(kAccount, LastDays(90, kNext + 30)).ok());
  constexpr absl::CivilDay kToday = kNext + 3;
  for (const std::uint64_t id : std::vector<std::uint64_t>{8, 9}) {
    Event event = Impression(100 + id, kToday);
    event.pin = PinId(id);
    EXPECT_EQ(OpenStore().Append(std::vector{event}, HourOf(kToday, 20)).taken, 1) << id;
  }
  Query query = QueryOn(kToday);
  const auto boards = OpenStore().TakeSnapshot().TopBoards(query, {}, HourOf(kToday, 20));
  ASSERT_TRUE(boards.ok()) << boards.status();
  ASSERT_EQ(boards->rows.size(), 2);
  EXPECT_EQ(boards->rows[0].board(), BoardId(4));
  EXPECT_EQ(boards->rows[1].board(), BoardId(6));
}

TEST_F(RestoredDays, ComeFromACopyWhereNothingCanBeWritten) {
  files_.SetHook([](MemoryFiles::Call call, const std::string& path) {
    using enum MemoryFiles::Call;
    const bool reads = call == kOpen || call == kRead || call == kSize || call == kList;
    return reads || !path.starts_with("/copy") ? absl::OkStatus()
                                               : absl::PermissionDeniedError(path);
  });
  {
    const auto reader = StoreDirectory::Open("/copy", {.read_only = true, .files = &files_});
    ASSERT_TRUE(reader.ok()) << reader.status();
    EXPECT_TRUE(Restore(kDay, kAfterCopy).ok());
  }
  EXPECT_EQ(ImpressionsOn(OpenStore().TakeSnapshot(), kDay), 4);
  files_.SetHook(nullptr);
  const auto writer = StoreDirectory::Open("/copy", {.files = &files_});
  ASSERT_TRUE(writer.ok()) << writer.status();
  EXPECT_TRUE(absl::IsFailedPrecondition(Restore(kDay, kAfterCopy)));
  // Nor is the folder a copy of itself.
  EXPECT_TRUE(
      absl::IsFailedPrecondition(directory_->RestoreDays(kAccount, LastDays(1, kDay), "/kept")));
}

TEST_F(RestoredDays, BringBackWhoWasForgottenSince) {
  constexpr ViewerId kPerson(0x7777'1234'5678'9abc);
  const auto is_kept = [&] {
    const std::unique_ptr<MemoryFiles> kept = files_.Copy();
    for (const std::string& path : kept->Paths()) {
      if (!path.starts_with("/kept/")) kept->Delete(path);
    }
    return kept->Contain(kPerson.value());
  };
  ASSERT_TRUE(Restore(kDay, kDay).ok());
  Event event = Impression(30);
  event.viewer = kPerson;
  ASSERT_EQ(OpenStore().Append(std::vector{event}, kNow).taken, 1);
  ASSERT_TRUE(directory_->CopyTo("/later").ok());
  ASSERT_TRUE(is_kept());
  ASSERT_TRUE(directory_->ForgetViewer(kAccount, kPerson).ok());
  ASSERT_FALSE(is_kept());
  LoseLog(kNow);
  ASSERT_TRUE(directory_->RestoreDays(kAccount, LastDays(1, kDay), "/later").ok());
  EXPECT_EQ(ImpressionsOn(OpenStore().TakeSnapshot(), kDay), 5);
  EXPECT_TRUE(is_kept());
  EXPECT_TRUE(directory_->ForgetViewer(kAccount, kPerson).ok());
  EXPECT_FALSE(is_kept());
  EXPECT_EQ(ImpressionsOn(OpenStore().TakeSnapshot(), kDay), 5);
}

TEST_F(RestoredDays, AreNotTakenOfAnotherAccount) {
  ASSERT_TRUE(directory_->EraseAccount(kAccount).ok());
  ASSERT_TRUE(directory_->OpenStore(kAccount, {}).ok());
  const absl::Status status = Restore(kDay, kDay);
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(std::string(status.message()), HasSubstr("account 7"));
}

}  // namespace
}  // namespace pinmetrics

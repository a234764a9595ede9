#include "durable/directory_catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "durable/sqlite_files.h"
#include "tests/durable/edit_catalogue.h"
#include "tests/durable/memory_files.h"
#include "tests/store/failing_allocations.h"
#include "tests/store/heap_bytes.h"

namespace pinmetrics {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

const std::string kPath = "/kept/catalog.db";
constexpr Uuid kUuid = {0x1234, 0xfedcba9876543210};
constexpr std::uint64_t kLast = 0xffffffffffffffff;
constexpr absl::Time kNow = absl::FromUnixMicros(1'800'000'000'000'000);

PartRow Part(std::uint64_t account, PartKind kind, std::int64_t number, std::uint32_t pack,
             std::uint64_t bytes) {
  return {.key = {.account = account, .kind = kind, .number = number},
          .place = {.pack = pack, .offset = 64, .bytes = bytes, .checksum = 0x8000000000000001},
          .through = 9};
}

AccountRow Account(std::uint64_t account) {
  return {.account = account,
          .made = account == kLast ? 3u : 1u,
          .settings = {.time_zone = "Europe/Oslo",
                       .business_created = absl::CivilDay(2026, 1, 2),
                       .late_events = LateEvents::kAccept},
          .sealed_through = absl::CivilDay(2026, 11, 20),
          .through = 12,
          .next_viewer = 3,
          .days_dropped = 4,
          .pins = 1,
          .left_out = account == kLast,
          .first_day = absl::CivilDay(2026, 9, 4)};
}

/// Counted while `on_allocation` says so.
std::size_t allocations = 0;

DirectoryCatalogue::Change SampleChange() {
  DirectoryCatalogue::Change change;
  change.accounts = {Account(7), Account(kLast)};
  change.parts = {Part(7, PartKind::kBlock, 20'700, 1, 1000),
                  Part(7, PartKind::kBlock, 20'701, 1, 500), Part(7, PartKind::kViewers, 1, 1, 16),
                  Part(kLast, PartKind::kPins, 0, 1, 60)};
  change.keys = {{.account = 7,
                  .added = {{"a", kNow}, {std::string("\0b", 2), kNow + absl::Seconds(1)}},
                  .kept_from = kNow},
                 {.account = kLast, .added = {{"a", kNow}}, .kept_from = kNow}};
  change.pack = {1, 2000};
  change.first_segment = 4;
  change.known_through = 12;
  change.sealed_all = {kNow, 11};
  return change;
}

class DirectoryCatalogueTest : public testing::Test {
 protected:
  DirectoryCatalogueTest() {
    EXPECT_TRUE(files_.MakeFolder("/kept").ok());
    EXPECT_TRUE(DirectoryCatalogue::Make(files_, kPath, kUuid, 5).ok());
  }

  absl::StatusOr<std::unique_ptr<DirectoryCatalogue>> Open(MemoryFiles& files) {
    return DirectoryCatalogue::Open(files, kPath);
  }

  void Fill() {
    auto catalogue = Open(files_);
    ASSERT_TRUE(catalogue.ok()) << catalogue.status();
    ASSERT_TRUE((*catalogue)->Apply(SampleChange()).ok());
  }

  /// The first thing that is wrong with what is read of a catalogue, all of it.
  absl::Status FirstFault(MemoryFiles& files) {
    const auto catalogue = Open(files);
    if (!catalogue.ok()) return catalogue.status();
    for (const std::uint64_t account : {std::uint64_t{7}, kLast}) {
      if (auto parts = (*catalogue)->PartsOfAccount(account); !parts.ok()) return parts.status();
      if (auto keys = (*catalogue)->KeysOfAccount(account); !keys.ok()) return keys.status();
    }
    return (*catalogue)->PartsOfPack(1).status();
  }

  /// The same after a change of the database.
  absl::Status FaultAfter(const std::string& sql) {
    const std::unique_ptr<MemoryFiles> files = files_.Copy();
    EXPECT_GT(EditCatalogue(*files, kPath, sql), 0) << sql;
    return FirstFault(*files);
  }

  MemoryFiles files_;
};

TEST_F(DirectoryCatalogueTest, IsEmptyAtFirst) {
  const auto catalogue = Open(files_);
  ASSERT_TRUE(catalogue.ok()) << catalogue.status();
  EXPECT_EQ((*catalogue)->directory().uuid, kUuid);
  EXPECT_EQ((*catalogue)->directory().first_segment, 1u);
  EXPECT_EQ((*catalogue)->directory().sealed_all_at, std::nullopt);
  EXPECT_THAT((*catalogue)->accounts(), IsEmpty());
  EXPECT_THAT((*catalogue)->packs(), IsEmpty());
}

TEST_F(DirectoryCatalogueTest, HasAgainWhatItWasTold) {
  Fill();
  const auto catalogue = Open(files_);
  ASSERT_TRUE(catalogue.ok()) << catalogue.status();
  const DirectoryCatalogue::Directory& directory = (*catalogue)->directory();
  EXPECT_EQ(directory.first_segment, 4u);
  EXPECT_EQ(directory.known_through, 12u);
  EXPECT_EQ(directory.next_pack, 2u);
  EXPECT_EQ(directory.sealed_all_at, kNow);
  EXPECT_EQ(directory.sealed_all_through, 11u);
  EXPECT_EQ(directory.changes, 1u);
  ASSERT_THAT((*catalogue)->accounts(), SizeIs(2));
  const AccountRow& row = (*catalogue)->accounts().at(kLast);
  const AccountRow expected = Account(kLast);
  EXPECT_EQ(row.made, expected.made);
  EXPECT_EQ(row.settings, expected.settings);
  EXPECT_EQ(row.sealed_through, expected.sealed_through);
  EXPECT_EQ(row.through, expected.through);
  EXPECT_EQ(row.next_viewer, expected.next_viewer);
  EXPECT_EQ(row.days_dropped, expected.days_dropped);
  EXPECT_EQ(row.pins, expected.pins);
  EXPECT_EQ(row.left_out, expected.left_out);
  EXPECT_EQ(row.first_day, expected.first_day);
  EXPECT_EQ((*catalogue)->packs().at(1).bytes, 2000u);
  EXPECT_EQ((*catalogue)->packs().at(1).live_bytes, 1576u);

  const auto parts = (*catalogue)->PartsOfAccount(7);
  ASSERT_TRUE(parts.ok()) << parts.status();
  ASSERT_THAT(*parts, SizeIs(3));
  EXPECT_EQ((*parts)[1].key, (PartKey{7, PartKind::kBlock, 20'701}));
  EXPECT_EQ((*parts)[1].place.checksum, 0x8000000000000001);
  EXPECT_EQ((*parts)[1].through, 9u);
  const auto keys = (*catalogue)->KeysOfAccount(7);
  ASSERT_TRUE(keys.ok()) << keys.status();
  EXPECT_THAT(*keys,
              ElementsAre(Pair(std::string("\0b", 2), kNow + absl::Seconds(1)), Pair("a", kNow)));
}

TEST_F(DirectoryCatalogueTest, ReplacesRemovesAndErases) {
  Fill();
  {
    const auto catalogue = Open(files_);
    ASSERT_TRUE(catalogue.ok());
    DirectoryCatalogue::Change change;
    change.parts = {Part(7, PartKind::kBlock, 20'700, 2, 70)};
    change.removed = {{7, PartKind::kBlock, 20'701}, {7, PartKind::kBlock, 1}};
    change.erased = {kLast};
    change.keys = {{.account = 7, .kept_from = kNow + absl::Seconds(1)}};
    change.pack = {2, 200};
    ASSERT_TRUE((*catalogue)->Apply(change).ok());
  }
  const auto catalogue = Open(files_);
  ASSERT_TRUE(catalogue.ok()) << catalogue.status();
  EXPECT_THAT((*catalogue)->accounts(), SizeIs(1));
  EXPECT_THAT(*(*catalogue)->PartsOfAccount(7), SizeIs(2));
  EXPECT_THAT(*(*catalogue)->KeysOfAccount(7), SizeIs(1));
  EXPECT_THAT(*(*catalogue)->PartsOfAccount(kLast), IsEmpty());
  EXPECT_EQ((*catalogue)->packs().at(1).live_bytes, 16u);
  EXPECT_EQ((*catalogue)->packs().at(2).live_bytes, 70u);
  EXPECT_EQ((*catalogue)->directory().next_pack, 3u);
}

TEST_F(DirectoryCatalogueTest, ForgetsPacksThatNobodyWants) {
  Fill();
  const auto catalogue = Open(files_);
  ASSERT_TRUE(catalogue.ok());
  ASSERT_TRUE((*catalogue)->Apply({.erased = {7, kLast}}).ok());
  EXPECT_THAT((*catalogue)->packs(), IsEmpty());
  EXPECT_THAT((*catalogue)->accounts(), IsEmpty());
}

/// Of one account of many: what a change takes does not grow with what there is besides.
TEST_F(DirectoryCatalogueTest, ChangesTakeNoMoreMemoryWhereThereIsMore) {
  const auto catalogue = Open(files_);
  ASSERT_TRUE(catalogue.ok());
  std::size_t taken[2];
  std::uint64_t account = 0;
  for (std::size_t i = 0; i < 2; ++i) {
    DirectoryCatalogue::Change many;
    for (const std::uint64_t last = account + (i == 0 ? 10 : 2000); account < last;) {
      ++account;
      many.accounts.push_back(Account(account));
      many.parts.push_back(
          Part(account, PartKind::kBlock, 20'700, static_cast<std::uint32_t>(account), 70));
    }
    ASSERT_TRUE((*catalogue)->Apply(many).ok());
    allocations = 0;
    on_allocation = [] { ++allocations; };
    const absl::Status status =
        (*catalogue)->Apply({.accounts = {Account(5)}, .known_through = 20});
    on_allocation = nullptr;
    taken[i] = allocations;
    ASSERT_TRUE(status.ok()) << status;
  }
  EXPECT_LE(taken[1], taken[0] + 20);
}

TEST_F(DirectoryCatalogueTest, IsAsItWasWhereMemoryRunsOut) {
  Fill();
  const auto catalogue = Open(files_);
  ASSERT_TRUE(catalogue.ok());
  FailEachAllocation([&](FailingAllocation& failing) {
    DirectoryCatalogue::Change change;
    change.accounts = {Account(8)};
    change.parts = {Part(8, PartKind::kBlock, 20'700, 2, 70)};
    change.pack = {2, 200};
    absl::Status status;
    const auto apply = [&] { status = (*catalogue)->Apply(change); };
    if (!failing(apply) || !status.ok()) {
      EXPECT_FALSE((*catalogue)->accounts().contains(8));
      EXPECT_FALSE((*catalogue)->packs().contains(2));
      apply();
    }
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_THAT(*(*catalogue)->PartsOfAccount(8), SizeIs(1));
    ASSERT_TRUE((*catalogue)->Apply({.erased = {8}}).ok());
    EXPECT_THAT((*catalogue)->accounts(), SizeIs(2));
  });
  EXPECT_TRUE(FirstFault(files_).ok());
}

/// A process is killed at any call of a change, with which the file grows. What the next one finds,
/// and what it changes, stays though the power fails at any call.
TEST_F(DirectoryCatalogueTest, KeepsWhatAKilledProcessLeftThoughPowerFails) {
  const auto changes_in = [&](MemoryFiles& files) -> std::uint64_t {
    const auto catalogue = Open(files);
    EXPECT_TRUE(catalogue.ok()) << catalogue.status();
    if (!catalogue.ok()) return 0;
    const std::uint64_t changes = (*catalogue)->directory().changes;
    // There is no pack if that was not made.
    const absl::Status fault = FirstFault(files);
    EXPECT_TRUE(fault.ok() || !(*catalogue)->packs().contains(1)) << fault;
    return changes;
  };
  std::mt19937_64 random(1);
  const auto change = [&](MemoryFiles& files, const DirectoryCatalogue::Change& change,
                          std::uint64_t& known, const std::function<void()>& at_each_call) {
    known = 0;
    files.SetHook([&](MemoryFiles::Call call, const std::string&) {
      using enum MemoryFiles::Call;
      if (call != kRead && call != kSize && call != kOpen) at_each_call();
      return absl::OkStatus();
    });
    const auto catalogue = Open(files);
    ASSERT_TRUE(catalogue.ok()) << catalogue.status();
    ASSERT_TRUE((*catalogue)->SettleLastChange().ok());
    known = (*catalogue)->directory().changes;
    ASSERT_TRUE((*catalogue)->Apply(change).ok());
    known = (*catalogue)->directory().changes;
    at_each_call();
    files.SetHook(nullptr);
  };
  DirectoryCatalogue::Change first = SampleChange();
  for (std::int64_t day = 0; day < 200; ++day) {
    first.parts.push_back(Part(7, PartKind::kBlock, 20'800 + day, 1, 1));
  }
  std::vector<std::unique_ptr<MemoryFiles>> killed;
  std::uint64_t known = 0;
  change(files_, first, known, [&] { killed.push_back(files_.Copy()); });
  ASSERT_GT(killed.size(), 15U);
  std::size_t cuts = 0;
  for (const std::unique_ptr<MemoryFiles>& files : killed) {
    const DirectoryCatalogue::Change next = {.accounts = {Account(8)}};
    change(*files, next, known, [&] {
      for (const unsigned kept : {0U, 0U, 128U, 256U}) {
        ASSERT_GE(changes_in(*files->CutPower(random, kept)), known) << "kill and cut " << ++cuts;
      }
    });
    ASSERT_FALSE(HasFailure());
  }
}

TEST_F(DirectoryCatalogueTest, FindsEveryColumnThatChanged) {
  Fill();
  ASSERT_TRUE(FirstFault(*files_.Copy()).ok());
  int columns = 0;
  for (const std::string table : {"directory", "changes", "accounts", "parts", "keys", "packs"}) {
    for (const std::string& column : ColumnsOf(files_, kPath, table)) {
      const std::string last = " WHERE checksum = (SELECT checksum FROM " + table +
                               " ORDER BY rowid_or_key DESC LIMIT 1)";
      const std::string order = table == "parts"  ? "account DESC, kind DESC, number"
                                : table == "keys" ? "account DESC, key"
                                                  : "1";
      std::string where = last;
      where.replace(where.find("rowid_or_key"), 12, order);
      const std::string changed = "(CASE typeof(" + column + ") WHEN 'integer' THEN " + column +
                                  " + 1 ELSE " + column + " || 'x' END)";
      const absl::Status fault =
          FaultAfter("UPDATE " + table + " SET " + column + " = " + changed + where);
      if (column == "major") {
        EXPECT_TRUE(absl::IsFailedPrecondition(fault)) << fault;
      } else {
        EXPECT_TRUE(absl::IsDataLoss(fault)) << table << "." << column << ": " << fault;
      }
      EXPECT_THAT(fault.message(), HasSubstr(kPath)) << table << "." << column;
      ++columns;
    }
  }
  EXPECT_EQ(columns, 17 + 3 + 17 + 9 + 4 + 4);
}

TEST_F(DirectoryCatalogueTest, FindsEveryRowThatIsMissing) {
  Fill();
  for (const std::string table : {"directory", "changes", "accounts", "parts", "keys", "packs"}) {
    for (const std::string& checksum : ChecksumsOf(files_, kPath, table)) {
      const absl::Status fault =
          FaultAfter("DELETE FROM " + table + " WHERE checksum = " + checksum);
      EXPECT_TRUE(absl::IsDataLoss(fault)) << table << ": " << fault;
      EXPECT_THAT(fault.message(), AllOf(HasSubstr(kPath), HasSubstr("missing"))) << table;
    }
    EXPECT_TRUE(absl::IsDataLoss(FaultAfter("DROP TABLE " + table))) << table;
  }
}

/// Those that were there once are right by themselves.
TEST_F(DirectoryCatalogueTest, FindsEveryRowThatIsOneTooMany) {
  Fill();
  const std::unique_ptr<MemoryFiles> before = files_.Copy();
  {
    const auto catalogue = Open(files_);
    ASSERT_TRUE(catalogue.ok());
    DirectoryCatalogue::Change change;
    change.accounts = {Account(8)};
    change.parts = {Part(7, PartKind::kBlock, 20'702, 2, 70)};
    change.keys = {{.account = 7, .added = {{"c", kNow}}, .kept_from = kNow}};
    change.pack = {2, 200};
    ASSERT_TRUE((*catalogue)->Apply(change).ok());
  }
  for (const std::string table : {"accounts", "parts", "keys", "packs"}) {
    const std::vector<std::string> rows = NewRowsOf(*before, files_, kPath, table);
    ASSERT_FALSE(rows.empty()) << table;
    for (const std::string& row : rows) {
      const std::unique_ptr<MemoryFiles> files = before->Copy();
      ASSERT_GT(EditCatalogue(*files, kPath, "INSERT OR REPLACE INTO " + table + " VALUES " + row),
                0);
      const absl::Status fault = FirstFault(*files);
      EXPECT_TRUE(absl::IsDataLoss(fault)) << table << " " << row << ": " << fault;
    }
  }
}

TEST_F(DirectoryCatalogueTest, FindsRowsOfAnotherFolder) {
  Fill();
  MemoryFiles other;
  ASSERT_TRUE(other.MakeFolder("/kept").ok());
  ASSERT_TRUE(DirectoryCatalogue::Make(other, kPath, {1, 2}, 5).ok());
  {
    const auto catalogue = Open(other);
    ASSERT_TRUE(catalogue.ok());
    ASSERT_TRUE((*catalogue)->Apply(SampleChange()).ok());
  }
  for (const std::string table : {"accounts", "parts", "keys", "packs"}) {
    for (const std::string& row : NewRowsOf(files_, other, kPath, table)) {
      EXPECT_TRUE(
          absl::IsDataLoss(FaultAfter("INSERT OR REPLACE INTO " + table + " VALUES " + row)))
          << table << " " << row;
    }
  }
}

TEST_F(DirectoryCatalogueTest, ThatIsNoDatabaseIsRefused) {
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{10}, std::size_t{5000}}) {
    files_.SetContents(kPath, std::vector<std::byte>(bytes, std::byte{'x'}));
    const absl::Status status = Open(files_).status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << status;
    EXPECT_THAT(status.message(), HasSubstr(kPath));
  }
}

TEST_F(DirectoryCatalogueTest, OfANewerMajorVersionIsNotTouched) {
  Fill();
  // Of what it has besides nobody can tell.
  EditCatalogue(files_, kPath,
                "UPDATE directory SET major = 2, minor = 3; DROP TABLE packs; "
                "ALTER TABLE directory RENAME COLUMN next_pack TO first_pack");
  const std::vector<std::byte> before = files_.Contents(kPath);
  EXPECT_EQ(Open(files_).status(),
            absl::FailedPreconditionError(
                kPath + ": the folder is of version 2.3, which is newer than this release's 1.1"));
  EXPECT_EQ(files_.Contents(kPath), before);
  EXPECT_THAT(files_.Paths(), ElementsAre(kPath));
}

TEST_F(DirectoryCatalogueTest, OfANewerMinorVersionIsRead) {
  Fill();
  EditCatalogue(files_, kPath,
                "CREATE TABLE weeks (account INTEGER, week INTEGER); "
                "INSERT INTO weeks VALUES (7, 1); ALTER TABLE parts ADD COLUMN week INTEGER; "
                "UPDATE directory SET minor = 2");
  SignDirectory(files_, kPath, kUuid);
  {
    const auto catalogue = Open(files_);
    ASSERT_TRUE(catalogue.ok()) << catalogue.status();
    EXPECT_THAT(*(*catalogue)->PartsOfAccount(7), SizeIs(3));
    DirectoryCatalogue::Change change;
    change.parts = {Part(7, PartKind::kBlock, 20'702, 1, 70)};
    EXPECT_TRUE((*catalogue)->Apply(change).ok());
  }
  // It stays what it is, with what it has.
  EXPECT_EQ(EditCatalogue(files_, kPath, "UPDATE directory SET id = id WHERE minor = 2"), 1);
  EXPECT_EQ(EditCatalogue(files_, kPath, "UPDATE weeks SET week = 2"), 1);
  EXPECT_TRUE(FirstFault(files_).ok());
}

}  // namespace
}  // namespace pinmetrics

#ifndef PINMETRICS_SRC_DURABLE_DIRECTORY_CATALOGUE_H_
#define PINMETRICS_SRC_DURABLE_DIRECTORY_CATALOGUE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "durable/log.h"
#include "durable/pack.h"
#include "durable/record.h"
#include "durable/sqlite_files.h"
#include "pinmetrics/durable/file_system.h"
#include "store/journal.h"

namespace pinmetrics {

/// What a directory knows of an account since its last sealing.
struct AccountRow {
  std::uint64_t account = 0;
  /// The origin of the record of the log that it was made with: another one under the same key has
  /// another.
  std::uint64_t made = 0;
  AccountSettings settings;
  /// Events of days up to this one that the log has up to record `through` are in blocks, or gone.
  /// Of a day with a block, `PartRow::through` may say more.
  std::optional<absl::CivilDay> sealed_through;
  std::uint64_t through = 0;
  std::uint32_t next_viewer = 1;   ///< Those before it are in parts, or forgotten.
  std::uint32_t days_dropped = 0;  ///< Since viewers were last forgotten.
  std::uint32_t pins = 0;          ///< How many versions are in parts.
  /// The directory's last sealing of all accounts failed to seal this one, so `sealed_all_at` says
  /// nothing of it.
  bool left_out = false;
  /// No part is of an earlier day; nothing if no part is of a day.
  std::optional<absl::CivilDay> first_day = {};

  /// True if events of `day` that the record of this origin has are in blocks, or gone.
  bool Seals(std::uint64_t origin, absl::CivilDay day) const {
    return sealed_through && origin <= through && day <= *sealed_through;
  }
  /// True if nothing of a record of the log is needed any more; `last` as `RecordSubject::last`.
  bool Covers(RecordKind kind, std::uint64_t origin, std::int64_t last) const;
};

/// A part of a pack, and for a block up to which record of the log its day's events are in it.
struct PartRow {
  PartKey key;
  PartPlace place;
  std::uint64_t through = 0;
};

/// What there is in packs, and which records of the log are in them: a SQLite database, whose rows
/// bear checksums of ours, since SQLite has none. A change costs several waits for the disk, so it
/// learns of accounts when these are sealed. From one thread at a time.
class DirectoryCatalogue {
 public:
  struct Directory {
    Uuid uuid = {};
    /// Copies that went on by themselves have one of their own.
    std::uint64_t branch = 0;
    /// Of one that is as it was copied.
    bool is_copy = false;
    std::uint32_t first_segment = 1;  ///< Of the log.
    /// This record of the log was on the disk.
    std::uint64_t known_through = 0;
    std::uint32_t next_pack = 1;
    /// When all accounts were last sealed. Those without anything to seal were not opened, and
    /// their rows know nothing of it.
    std::optional<absl::Time> sealed_all_at = {};
    /// The last record of the log then: of an account that was not opened, all up to it are in
    /// parts.
    std::uint64_t sealed_all_through = 0;
    /// How many changes there were that counted.
    std::uint64_t changes = 0;

    ExpectedLog expected_log() const {
      return {.first_segment = first_segment,
              .known_through = known_through,
              .catalogue_changes = changes};
    }
  };

  /// What one transaction changes.
  struct Change {
    std::vector<AccountRow> accounts = {};
    std::vector<PartRow> parts = {};  ///< New ones, and those that take the place of others.
    std::vector<PartKey> removed = {};
    std::vector<std::uint64_t> erased = {};  ///< Accounts that go, with all they have.
    /// By account: keys that came, and before which time those are that go.
    struct Keys {
      std::uint64_t account = 0;
      std::vector<std::pair<std::string, absl::Time>> added = {};
      absl::Time kept_from;
    };
    std::vector<Keys> keys = {};
    /// Bytes of the pack that was written, if one was.
    std::optional<std::pair<std::uint32_t, std::uint64_t>> pack = {};
    std::optional<std::uint32_t> first_segment = {};
    std::optional<std::uint64_t> known_through = {};
    std::optional<std::pair<std::uint64_t, bool>> branch = {};  ///< And `is_copy`.
    /// `sealed_all_at` and `sealed_all_through`.
    std::optional<std::pair<absl::Time, std::uint64_t>> sealed_all = {};
    /// False of one after which the records of the log are what they were before: the catalogue of
    /// before would do.
    bool counts = true;
  };

  struct Pack {
    std::uint64_t bytes = 0;
    std::uint64_t live_bytes = 0;  ///< Of parts that are still wanted.
  };

  /// Makes an empty catalogue at `path`, which has none.
  static absl::Status Make(FileSystem& files, const std::string& path, const Uuid& uuid,
                           std::uint64_t branch);
  /// DataLoss if it is damaged; FailedPrecondition if it is of a newer version.
  static absl::StatusOr<std::unique_ptr<DirectoryCatalogue>> Open(FileSystem& files,
                                                                  const std::string& path);
  ~DirectoryCatalogue();

  /// As it was after the last change that was made.
  const Directory& directory() const { return directory_; }
  const std::map<std::uint64_t, AccountRow>& accounts() const { return accounts_; }
  const std::map<std::uint32_t, Pack>& packs() const { return packs_; }

  /// Reads the database again, if a change has failed. The calls below do so first; what is above
  /// is as it was before that change until then.
  absl::Status Recover();

  /// The parts of an account, by kind and number.
  absl::StatusOr<std::vector<PartRow>> PartsOfAccount(std::uint64_t account);
  absl::StatusOr<std::vector<PartRow>> PartsOfPack(std::uint32_t pack);
  absl::StatusOr<BatchKeys> KeysOfAccount(std::uint64_t account);

  /// Copies the database to a path where there is none, under another name until it is whole. The
  /// copy's log is known to have been synced through the record `known_through`.
  absl::Status CopyTo(const std::string& path, std::uint64_t known_through);

  /// Waits for the disk with what a process that was killed changed last: it may be made in memory
  /// alone, since what ends SQLite's journal may be lost with the power, and then it never was.
  /// Before anything is written here, or anywhere that relies on it.
  absl::Status SettleLastChange();

  /// All of it or nothing. ResourceExhausted if the disk is full. Where an error leaves open
  /// whether the change was made, the catalogue is as the disk has it. Takes as long as what the
  /// change names is large, however much there is besides.
  absl::Status Apply(const Change& change);

 private:
  class Statement;
  /// Of an account's parts and keys, how many there are and the sum of their checksums: what tells
  /// that a row is missing.
  struct Sums {
    std::uint64_t parts = 0;
    std::uint64_t parts_sum = 0;
    std::uint64_t keys = 0;
    std::uint64_t keys_sum = 0;
  };

  /// How many rows there are of a table, and the sum of their checksums: what tells that one is
  /// missing.
  struct Total {
    std::uint64_t rows = 0;
    std::uint64_t sum = 0;

    friend bool operator==(const Total&, const Total&) = default;
  };

  /// Of a map that a transaction changes, what it changes: copies of what it touches. Nothing of
  /// the map itself is touched until all is safe, and then without taking memory.
  template <typename Key, typename Value>
  class Changed {
   public:
    using Map = std::map<Key, Value>;

    explicit Changed(const Map& before) : before_(before) {}

    /// Null if it is not there.
    const Value* Find(Key key) const {
      if (const auto touched = touched_.find(key); touched != touched_.end()) {
        return &touched->second;
      }
      const auto found = before_.find(key);
      return found == before_.end() || erased_.contains(key) ? nullptr : &found->second;
    }
    /// To be changed; made if it is not there.
    Value& Touch(Key key) {
      const auto [touched, is_new] = touched_.try_emplace(key);
      if (is_new) {
        const auto found = before_.find(key);
        if (found != before_.end() && !erased_.contains(key)) touched->second = found->second;
      }
      return touched->second;
    }
    void Erase(Key key) {
      erased_.insert(key);
      touched_.erase(key);
    }
    const Map& touched() const { return touched_; }
    const std::set<Key>& erased() const { return erased_; }

    /// Cannot fail.
    void MoveTo(Map& map) {
      for (const Key key : erased_) map.erase(key);
      for (const auto& [key, value] : touched_) map.erase(key);
      map.merge(touched_);
    }

   private:
    const Map& before_;
    Map touched_;
    std::set<Key> erased_;
  };

  /// What a transaction makes of what is known.
  struct Transaction {
    explicit Transaction(const DirectoryCatalogue& catalogue)
        : directory(catalogue.directory_),
          accounts(catalogue.accounts_),
          packs(catalogue.packs_),
          sums(catalogue.sums_),
          of_accounts(catalogue.of_accounts_),
          of_packs(catalogue.of_packs_) {}

    Directory directory;
    Changed<std::uint64_t, AccountRow> accounts;
    Changed<std::uint32_t, Pack> packs;
    Changed<std::uint64_t, Sums> sums;
    Total of_accounts;
    Total of_packs;
  };

  DirectoryCatalogue(FileSystem& files, std::string path);

  absl::Status OpenDatabase(int flags);

  absl::Status ErrorOf(int code) const;
  absl::Status Execute(const char* sql) const;
  absl::Status CreateTables();
  absl::Status Load();
  absl::Status Write(const Change& change, Transaction& transaction);
  absl::Status WriteAccounts(Transaction& transaction);
  absl::Status WritePacks(Transaction& transaction);
  absl::Status WriteDirectory(const Transaction& transaction);
  absl::Status WriteChanges(const Directory& directory);
  absl::Status LoadChanges();
  /// Steps to the one row that a statement has; DataLoss if it is missing.
  absl::Status TakeRow(Statement& statement, absl::string_view of_what) const;
  absl::Status EraseAccount(std::uint64_t account, Transaction& transaction);
  absl::Status WriteKeys(const Change::Keys& keys, Sums& sums);
  absl::Status RemovePart(const PartKey& key, Transaction& transaction);
  absl::StatusOr<std::vector<PartRow>> ReadParts(Statement& statement) const;
  template <typename Columns>
  static Columns& PutColumns(Columns& columns, const AccountRow& row, const Sums& sums);
  std::uint64_t ChecksumOf(const AccountRow& row, const Sums& sums) const;
  std::uint64_t ChecksumOf(std::uint32_t number, const Pack& pack) const;
  absl::Status Damage(const std::string& what) const;

  FileSystem& disk_;
  SqliteFiles files_;
  sqlite3* database_ = nullptr;
  const std::string path_;
  bool has_failed_ = false;
  std::int64_t minor_;  ///< Of the version that wrote it, or ours.
  Directory directory_;
  std::map<std::uint64_t, AccountRow> accounts_;
  std::map<std::uint32_t, Pack> packs_;
  std::map<std::uint64_t, Sums> sums_;
  Total of_accounts_;
  Total of_packs_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_DURABLE_DIRECTORY_CATALOGUE_H_

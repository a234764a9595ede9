#ifndef PINMETRICS_SRC_DURABLE_DIRECTORY_CORE_H_
#define PINMETRICS_SRC_DURABLE_DIRECTORY_CORE_H_

#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "durable/directory_catalogue.h"
#include "durable/latching_files.h"
#include "durable/log.h"
#include "durable/pack.h"
#include "durable/record.h"
#include "durable/unchanged_files.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/durable/file_system.h"
#include "pinmetrics/durable/store_directory.h"
#include "store/journal.h"
#include "store/kept_store.h"

namespace pinmetrics {

/// A record of the log that no sealing covers.
struct LoggedRecord {
  LogPlace place;
  std::uint64_t origin = 0;
  RecordKind kind = RecordKind::kEvents;
  std::int64_t last = 0;  ///< As `RecordSubject::last`.
};

/// The days that the parts of an account say were lost.
std::set<absl::CivilDay> LostDaysOf(std::span<const PartRow> parts);
/// Has a change say that these, of the account that has `parts`, were lost, and no others.
void PutLostDays(AccountKey account, std::span<const PartRow> parts,
                 const std::set<absl::CivilDay>& days, std::uint64_t through,
                 DirectoryCatalogue::Change& change);

/// Adds the versions of Pins that a part has.
absl::Status AddPins(const PartKey& key, std::span<const std::byte> bytes, std::vector<Pin>& pins);

/// What a directory, its stores' journals and so its stores share.
///
/// Locks, taken in this order: `open_mutex_` by whoever opens a store; `seal_mutex_` by
/// whoever writes a pack and the catalogue; `index_mutex_`, shared by those who write to the log
/// and for itself by those who look what of it is still needed. Between writing a record and
/// knowing its place it is held, so that no segment goes that has it.
class DirectoryCore : public std::enable_shared_from_this<DirectoryCore> {
 public:
  DirectoryCore(std::string path, const DirectoryOptions& options)
      : path_(std::move(path)),
        options_(options),
        unchanged_(options.read_only ? std::make_unique<UnchangedFiles>(Disk(options), path_)
                                     : nullptr),
        files_(unchanged_ ? *unchanged_ : Disk(options)),
        mapped_(files_, PackFolder()) {}

  /// What the log has then says that it was synced, as the catalogue does: a file that is lost or
  /// old is found when the folder is opened again.
  ~DirectoryCore();

  absl::Status Open();

  absl::StatusOr<KeptStore> OpenStore(AccountKey account, std::optional<StoreOptions> options);
  std::vector<AccountKey> Accounts() const;
  SealAllResult SealAll(absl::Time now);
  absl::Status Flush();
  absl::StatusOr<Verification> Verify();
  absl::Status CopyTo(const std::string& path);
  absl::Status EraseAccount(AccountKey account);
  absl::Status ForgetViewer(AccountKey account, ViewerId viewer);
  absl::Status DropDays(AccountKey account, DateRange days);
  absl::Status RestoreDays(AccountKey account, DateRange days, const std::string& from_copy);
  DirectoryStats Stats() const;
  const Recovery& recovery() const { return recovery_; }

 private:
  class AccountJournal;
  static AccountKey AccountOf(const Journal& journal);

  /// What is known of an account beside the catalogue.
  struct Account {
    AccountSettings settings;
    std::uint64_t made = 0;            ///< As `AccountRow::made`.
    std::vector<LoggedRecord> logged;  ///< In the order of their origins.
    /// Batch keys that the catalogue has not.
    std::vector<std::pair<std::string, absl::Time>> new_keys;
    KeptStore::Watch store;
  };

  static FileSystem& Disk(const DirectoryOptions& options) {
    return options.files != nullptr ? *options.files : SystemFiles();
  }
  static std::string LockPath(const std::string& folder) { return folder + "/LOCK"; }
  static std::string LogFolder(const std::string& folder) { return folder + "/log"; }
  static std::string PackFolder(const std::string& folder) { return folder + "/blocks"; }
  static std::string CataloguePath(const std::string& folder) { return folder + "/catalog.db"; }
  std::string LogFolder() const { return LogFolder(path_); }
  std::string PackFolder() const { return PackFolder(path_); }
  std::string CataloguePath() const { return CataloguePath(path_); }
  /// For messages.
  std::string NameOf(AccountKey account) const {
    return path_ + ", account " + std::to_string(account);
  }

  /// FailedPrecondition in a process that was forked from the one that opened the folder.
  absl::Status CheckProcess() const;
  /// The same where the folder was opened to be read.
  absl::Status CheckWritable() const;
  /// Before the first change of a copy: from here on it is a branch of its own, since what it
  /// numbers now its origin numbers otherwise.
  absl::Status GoOnAlone();
  /// Makes a change of the catalogue and has the log say that there was one more, so that an older
  /// catalogue is found. Under `seal_mutex_`.
  absl::Status ChangeCatalogue(const DirectoryCatalogue::Change& change);
  absl::Status MakeFolder();
  /// The folder may be new, or its catalogue, though it is there: to a process that was killed.
  absl::Status SyncFolders();
  absl::Status OpenLog();
  LogOptions OptionsOfLog() const;
  void TakeAccounts();
  /// False if nothing is known of an account but its number.
  bool HasSettings(AccountKey account) const;

  // ---- Without what is damaged ----

  /// Writes all that is whole of a log, of which reading found `damage`, to a new one, and notes in
  /// the catalogue what days something is missing of.
  absl::Status WriteLogAnew(const absl::Status& damage);
  absl::StatusOr<std::map<AccountKey, std::set<absl::CivilDay>>> DaysLostWith(
      std::span<const LostRecords> all);
  absl::StatusOr<std::set<absl::CivilDay>> DaysOf(const LostRecords& lost, AccountKey account);
  /// Versions of an account's Pins that stay when others were lost.
  struct PinsLeft {
    std::uint32_t next = 0;       ///< The number of the first that comes.
    std::map<PinId, Pin> latest;  ///< Of each Pin the last so far.
  };
  PinsLeft SealedPins(std::uint32_t next, std::span<const PartRow> parts);
  static absl::StatusOr<std::optional<std::vector<std::byte>>> WithoutDays(
      LogRecord& record, const std::set<absl::CivilDay>& days, PinsLeft& pins);

  absl::Status RemoveLeftovers();
  absl::Status Index(const LogRecord& record);
  /// What packs have of an account, and up to which record of the log each block has its day.
  struct Sealed {
    KeptContents contents;
    std::map<absl::CivilDay, std::uint64_t> through;
    std::set<absl::CivilDay> lost;
  };
  absl::StatusOr<Sealed> ReadSealed(const AccountRow& row);
  /// The same without batch keys, by the rows of all its parts.
  absl::StatusOr<Sealed> ReadParts(const AccountRow& row, std::span<const PartRow> parts);
  /// True if the blocks have what a record says of a day.
  static bool AreInBlocks(const std::optional<AccountRow>& row,
                          const std::map<absl::CivilDay, std::uint64_t>& through,
                          std::uint64_t origin, absl::CivilDay day);
  /// A part, in memory or mapped.
  absl::StatusOr<BlockBytes> Part(const PartRow& row);
  std::vector<std::shared_ptr<const PackedBlock>> BlocksAsKept(const SealedRound& round);
  absl::Status Replay(AccountKey account, const std::optional<AccountRow>& row,
                      const Sealed& sealed, KeptStore& store);
  /// Nothing of an account that was never sealed.
  absl::StatusOr<std::optional<AccountRow>> RowOf(AccountKey account) const;

  absl::Status MakeAccount(AccountKey account, const AccountSettings& settings);
  /// Writes records to the log, and with `sync` returns when they are safe.
  absl::Status Write(std::span<const NewRecord> records, bool sync);
  absl::Status Write(const RecordSubject& subject, std::vector<std::byte> body, bool sync);
  absl::Status WriteEvents(AccountKey account, std::span<const KeptBatch> batches);
  /// Notes that a record is there and not covered; false if it was known before. With
  /// `accounts_mutex_`. Cannot fail behind a `MakeRoom` for it.
  bool Note(const RecordSubject& subject, std::uint64_t origin, const LogPlace& place);

  // ---- Sealing all accounts: those alone are opened that have something to seal ----

  /// A sealing of all accounts.
  struct SealingAll {
    absl::Time now;
    std::uint64_t through = 0;         ///< The last record of the log when it began.
    std::set<AccountKey> tried = {};   ///< Accounts whose stores were opened, or could not be.
    std::set<AccountKey> failed = {};  ///< Those of them that were not sealed.
    SealAllResult result = {};
  };
  /// The accounts that have something to seal and were not tried, and how many have nothing. With
  /// `open_mutex_`.
  struct AccountsToSeal {
    std::vector<AccountKey> accounts;
    std::size_t idle = 0;
  };
  absl::StatusOr<AccountsToSeal> FindAccountsToSeal(const SealingAll& sealing) const;
  void SealTogether(std::span<const AccountKey> accounts, SealingAll& sealing);
  /// Notes for all accounts that were not opened what they were sealed through. With `open_mutex_`.
  absl::Status KeepSealedAll(const SealingAll& sealing);
  /// What the last sealing of all accounts means for one that it may have left closed.
  struct SealedClosed {
    absl::CivilDay day;         ///< Sealed through this one.
    std::uint64_t through = 0;  ///< As `AccountRow::through`.
    absl::Time at;
  };
  absl::StatusOr<std::optional<SealedClosed>> SealedClosedOf(
      const std::optional<AccountRow>& row) const;

  absl::Status KeepRounds(std::span<const SealedRound* const> rounds);
  absl::Status AddRound(const SealedRound& round, PackWriter& pack,
                        DirectoryCatalogue::Change& change);
  absl::Status MoveParts(PackWriter& pack, DirectoryCatalogue::Change& change,
                         const std::set<std::uint32_t>& emptied);
  absl::Status FinishPack(PackWriter& pack, DirectoryCatalogue::Change& change);
  struct Unwanted {
    std::uint32_t segments_before = 0;
    std::vector<std::uint32_t> packs;
  };
  absl::StatusOr<Unwanted> Apply(const DirectoryCatalogue::Change& change);
  absl::Status Remove(const Unwanted& unwanted);
  std::uint32_t FirstSegmentNeededAfter(const DirectoryCatalogue::Change& change) const;
  void ForgetCovered(const DirectoryCatalogue::Change& change);

  /// The body that a record of the log has from now on, or nothing if it goes. Its subject may
  /// change with it.
  using Rewrite = std::function<absl::StatusOr<std::optional<std::vector<std::byte>>>(LogRecord&)>;
  struct MovedLog {
    std::uint32_t first_segment = 0;
    std::map<AccountKey, std::vector<LoggedRecord>> logged;
  };
  absl::StatusOr<MovedLog> MoveLog(const Rewrite& rewrite);
  absl::Status Purge(DirectoryCatalogue::Change change, PackWriter& pack,
                     const std::set<std::uint32_t>& emptied, const Rewrite& rewrite);
  absl::StatusOr<std::unique_ptr<PackWriter>> MakePack();

  // ---- Changing which days an account has ----

  /// What there is of an account while its days are changed, under `seal_mutex_`.
  struct AccountAtRest {
    const StoreAtRest& store;
    const AccountRow& row;
    const std::vector<PartRow>& parts;
    const std::set<absl::CivilDay>& lost;
  };
  using MakeChange = std::function<absl::Status(const AccountAtRest& account, PackWriter& pack,
                                                DirectoryCatalogue::Change& change)>;
  /// On the disk and in its store. `make_change` may change some of `days`.
  absl::Status ChangeDays(AccountKey account, DateRange days, const MakeChange& make_change);
  /// Takes out of the log what is there of lost days, and the keys of its batches: from a restoring
  /// that was stopped. Under `seal_mutex_`.
  absl::Status PurgeLost(AccountKey account, const std::set<absl::CivilDay>& days);

  /// A copy of the directory, which nobody writes to, nor we: it may be on a medium that is read
  /// alone, and others may read it, too.
  struct OpenCopy {
    std::string path;
    std::unique_ptr<UnchangedFiles> files;
    std::unique_ptr<FileLock> lock;
    std::unique_ptr<DirectoryCatalogue> catalogue;
  };
  absl::StatusOr<OpenCopy> OpenToRead(const std::string& path);
  /// What the log of a copy has of some days that is in no block there.
  struct LoggedDays {
    std::vector<Pin> pins;  ///< All versions, by number.
    std::vector<EventsRecord> batches;
    std::vector<KeptWithdrawal> withdrawals;
    std::set<absl::CivilDay> days;  ///< Those that have events.
    std::uint64_t made = 0;         ///< As `AccountRow::made`; 0 if no record says so.
  };
  absl::StatusOr<LoggedDays> ReadLogged(const OpenCopy& copy, AccountKey account,
                                        std::span<const PartRow> parts,
                                        const std::set<absl::CivilDay>& days);
  /// FailedPrecondition unless days can be taken from it. Under `seal_mutex_`.
  absl::Status CheckCopy(const OpenCopy& copy) const;
  absl::Status Restore(const OpenCopy& copy, DateRange days, const AccountAtRest& account,
                       PackWriter& pack, DirectoryCatalogue::Change& change);
  /// Takes blocks of `days` from the `parts` of a copy, of lost days those of the ones that are
  /// `found`. Of other days that are found no block stays.
  absl::Status RestoreBlocks(const OpenCopy& copy, std::span<const PartRow> parts, DateRange days,
                             const std::set<absl::CivilDay>& found, const AccountAtRest& account,
                             PackWriter& pack, DirectoryCatalogue::Change& change);

  const std::string path_;
  const DirectoryOptions options_;
  const std::unique_ptr<UnchangedFiles> unchanged_;  ///< Null where the folder is written.
  LatchingFiles files_;
  MappedPacks mapped_;
  std::unique_ptr<FileLock> lock_;
  const pid_t process_ = getpid();
  Uuid uuid_ = {};  ///< Of the catalogue.
  std::atomic<bool> is_copy_ = false;
  std::unique_ptr<Log> log_;
  Recovery recovery_;

  std::mutex open_mutex_;
  std::mutex seal_all_mutex_;
  mutable std::mutex seal_mutex_;
  std::unique_ptr<DirectoryCatalogue> catalogue_;  ///< Under `seal_mutex_`.

  mutable std::shared_mutex index_mutex_;
  /// Guards what is changed under the shared lock.
  mutable std::mutex accounts_mutex_;
  std::map<AccountKey, Account> accounts_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_DURABLE_DIRECTORY_CORE_H_

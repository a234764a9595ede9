#include "durable/directory_core.h"

#include <algorithm>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "durable/parent_folder.h"

/// Opening a folder, and what it knows of its accounts then. Stores are in directory_stores.cc,
/// sealing in directory_sealing.cc, what an operator does in directory_upkeep.cc,
/// directory_damage.cc and directory_days.cc.

namespace pinmetrics {
namespace {

std::uint64_t RandomBits() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

}  // namespace

absl::Status DirectoryCore::Open() {
  constexpr std::uint64_t kLeast = 1024;
  constexpr std::uint64_t kMost = std::uint64_t{1} << 31;
  if (options_.segment_bytes < kLeast || options_.segment_bytes > kMost) {
    return absl::InvalidArgumentError("segment_bytes: " + std::to_string(options_.segment_bytes) +
                                      " is not between " + std::to_string(kLeast) + " and " +
                                      std::to_string(kMost));
  }
  if (options_.on_damage == OnDamage::kWithoutDamagedDays &&
      (options_.now <= absl::UnixEpoch() || options_.now == absl::InfiniteFuture())) {
    return absl::InvalidArgumentError(
        "now: expected the instant of opening, which kWithoutDamagedDays needs to know what days "
        "there are");
  }
  if (absl::Status status = files_.MakeFolder(path_); !status.ok()) return status;
  const absl::StatusOr<std::vector<std::string>> names = files_.List(path_);
  if (!names.ok()) return names.status();
  const std::set<std::string> ours = {"LOCK", "log", "blocks", "catalog.db.new",
                                      "catalog.db.new-journal"};
  const bool has_catalogue = std::find(names->begin(), names->end(), "catalog.db") != names->end();
  if (options_.read_only && !has_catalogue) {
    return absl::NotFoundError(path_ + " is no store directory: it has no catalog.db");
  }
  for (const std::string& name : *names) {
    if (!has_catalogue && !ours.contains(name)) {
      return absl::FailedPreconditionError(path_ + " is no store directory, and has " + name +
                                           " in it; expected one, or an empty folder");
    }
  }
  absl::StatusOr<std::unique_ptr<FileLock>> lock =
      files_.Lock(LockPath(path_), FileSystem::LockKind::kToWrite);
  if (!lock.ok()) return lock.status();
  lock_ = *std::move(lock);

  absl::StatusOr<std::unique_ptr<DirectoryCatalogue>> catalogue =
      has_catalogue ? DirectoryCatalogue::Open(files_, CataloguePath())
                    : absl::StatusOr<std::unique_ptr<DirectoryCatalogue>>(nullptr);
  if (!catalogue.ok()) return catalogue.status();
  catalogue_ = *std::move(catalogue);
  if (!catalogue_) {
    if (absl::Status status = MakeFolder(); !status.ok()) return status;
  }
  if (!options_.read_only) {
    if (absl::Status status = SyncFolders(); !status.ok()) return status;
  }
  uuid_ = catalogue_->directory().uuid;
  is_copy_ = catalogue_->directory().is_copy;
  absl::Status opened = OpenLog();
  if (absl::IsDataLoss(opened) && options_.on_damage == OnDamage::kWithoutDamagedDays) {
    opened = WriteLogAnew(opened);
    log_.reset();
    if (opened.ok()) opened = OpenLog();
  }
  return opened.ok() ? RemoveLeftovers() : opened;
}

absl::Status DirectoryCore::OpenLog() {
  TakeAccounts();
  LogScan scan;
  absl::StatusOr<std::unique_ptr<Log>> log = Log::Open(
      files_, LogFolder(), uuid_, catalogue_->directory().expected_log(), OptionsOfLog(),
      [this](const LogRecord& record) { return Index(record); }, scan);
  if (!log.ok()) return log.status();
  if (absl::Status status = catalogue_->SettleLastChange(); !status.ok()) return status;
  log_ = *std::move(log);
  const std::uint64_t changes = catalogue_->directory().changes;
  if (scan.catalogue_changes < changes) log_->NoteCatalogueChanges(changes);
  recovery_.records = scan.records;
  recovery_.torn_bytes = scan.torn_bytes;
  if (!options_.read_only) recovery_.torn_file = scan.torn_file;
  return absl::OkStatus();
}

LogOptions DirectoryCore::OptionsOfLog() const {
  return {.segment_bytes = options_.segment_bytes,
          .syncs = options_.durability == Durability::kSynced};
}

/// Those that the catalogue knows; the log has the others, and more of these.
void DirectoryCore::TakeAccounts() {
  accounts_.clear();
  for (const auto& [account, row] : catalogue_->accounts()) {
    accounts_[account].settings = row.settings;
    accounts_[account].made = row.made;
  }
}

DirectoryCore::~DirectoryCore() {
  if (!log_ || !CheckWritable().ok() || !log_->Flush().ok()) return;
  const std::uint64_t last = log_->last_sequence();
  if (last > catalogue_->directory().known_through) {
    (void)catalogue_->Apply({.known_through = last, .counts = false});
  }
}

absl::Status DirectoryCore::CheckProcess() const {
  if (getpid() == process_) return absl::OkStatus();
  return absl::FailedPreconditionError(
      path_ + " is open in the process that this one was forked from, and not in this one");
}

absl::Status DirectoryCore::CheckWritable() const {
  if (absl::Status status = CheckProcess(); !status.ok()) return status;
  if (!options_.read_only) return absl::OkStatus();
  return absl::FailedPreconditionError(path_ + " was opened with read_only, and is not changed");
}

absl::Status DirectoryCore::ChangeCatalogue(const DirectoryCatalogue::Change& change) {
  absl::Status status = catalogue_->Apply(change);
  if (status.ok()) log_->NoteCatalogueChanges(catalogue_->directory().changes);
  return status;
}

absl::Status DirectoryCore::GoOnAlone() {
  if (!is_copy_) return absl::OkStatus();
  const std::lock_guard<std::mutex> lock(seal_mutex_);
  if (!is_copy_) return absl::OkStatus();
  absl::Status status = ChangeCatalogue({.branch = {{RandomBits(), /*is_copy=*/false}}});
  if (status.ok()) is_copy_ = false;
  return status;
}

/// The catalogue comes last, and whole: a folder without it has nothing in it yet.
absl::Status DirectoryCore::MakeFolder() {
  const Uuid uuid = {RandomBits(), RandomBits()};
  for (const std::string& folder : {LogFolder(), PackFolder()}) {
    if (absl::Status status = files_.MakeFolder(folder); !status.ok()) return status;
  }
  const absl::StatusOr<std::vector<std::string>> packs = files_.List(PackFolder());
  if (!packs.ok()) return packs.status();
  const absl::StatusOr<bool> is_empty = Log::IsEmpty(files_, LogFolder());
  if (!is_empty.ok()) return is_empty.status();
  if (!packs->empty() || !*is_empty) {
    return absl::DataLossError(CataloguePath() +
                               " is missing, and there are files of a log or of "
                               "sealed days beside it");
  }
  if (absl::Status status =
          Log::Make(files_, LogFolder(), uuid, {.segment_bytes = options_.segment_bytes});
      !status.ok()) {
    return status;
  }
  if (absl::Status status = files_.SyncFolder(path_); !status.ok()) return status;
  const std::string made = CataloguePath() + ".new";
  for (const std::string& unfinished : {made + "-journal", made}) {
    absl::Status status = files_.Remove(unfinished);
    if (!status.ok() && !absl::IsNotFound(status)) return status;
  }
  if (absl::Status status = DirectoryCatalogue::Make(files_, made, uuid, RandomBits());
      !status.ok()) {
    return status;
  }
  if (absl::Status status = files_.Rename(made, CataloguePath()); !status.ok()) return status;
  absl::StatusOr<std::unique_ptr<DirectoryCatalogue>> catalogue =
      DirectoryCatalogue::Open(files_, CataloguePath());
  if (!catalogue.ok()) return catalogue.status();
  catalogue_ = *std::move(catalogue);
  return absl::OkStatus();
}

absl::Status DirectoryCore::SyncFolders() {
  if (absl::Status status = files_.SyncFolder(path_); !status.ok()) return status;
  // Whoever changed it first has done so. It may not be ours to open.
  const bool may_be_new = catalogue_->directory().changes == 0 || catalogue_->directory().is_copy;
  return may_be_new ? files_.SyncFolder(ParentFolder(path_)) : absl::OkStatus();
}

/// Removes packs and segments that are not in the catalogue: those that were being made, and those
/// that were about to go, when the process ended.
absl::Status DirectoryCore::RemoveLeftovers() {
  const absl::StatusOr<std::vector<std::string>> packs = files_.List(PackFolder());
  if (!packs.ok()) return packs.status();
  std::set<std::string> wanted;
  for (const auto& [number, pack] : catalogue_->packs()) wanted.insert(PackName(number));
  for (const std::string& name : *packs) {
    if (wanted.contains(name) || (!name.ends_with(".pack") && !name.ends_with(".tmp"))) continue;
    if (absl::Status status = files_.Remove(PackFolder() + "/" + name); !status.ok()) {
      return status;
    }
  }
  return log_->RemoveUnneeded(catalogue_->directory().first_segment);
}

absl::Status DirectoryCore::Index(const LogRecord& record) {
  const RecordSubject& subject = record.subject;
  const absl::StatusOr<std::optional<AccountRow>> known = RowOf(subject.account);
  if (!known.ok()) return known.status();
  const std::optional<AccountRow>& row = *known;
  const std::lock_guard<std::mutex> lock(accounts_mutex_);
  Account& account = accounts_[subject.account];
  if (subject.kind == RecordKind::kAccount) {
    absl::StatusOr<AccountSettings> settings = DecodeAccount(record.body);
    if (!settings.ok()) return settings.status();
    account.settings = *std::move(settings);
    account.made = record.origin;
  }
  if (subject.kind < RecordKind::kAccount || subject.kind > RecordKind::kWithdrawals) {
    return absl::DataLossError("a record of kind " +
                               std::to_string(static_cast<int>(subject.kind)) +
                               ", which this release does not know");
  }
  if (row && row->Covers(subject.kind, record.origin, subject.last)) return absl::OkStatus();
  if (!Note(subject, record.origin, record.place)) return absl::OkStatus();
  if (subject.kind == RecordKind::kEvents) {
    absl::StatusOr<BatchKeyRecord> key = DecodeBatchKey(record.body);
    if (!key.ok()) return key.status();
    if (!key->batch_key.empty()) account.new_keys.emplace_back(std::move(key->batch_key), key->now);
  }
  return absl::OkStatus();
}

bool DirectoryCore::Note(const RecordSubject& subject, std::uint64_t origin,
                         const LogPlace& place) {
  std::vector<LoggedRecord>& logged = accounts_[subject.account].logged;
  const auto found = std::lower_bound(
      logged.begin(), logged.end(), origin,
      [](const LoggedRecord& record, std::uint64_t wanted) { return record.origin < wanted; });
  // One that was moved while where it was is still there: all that was moved with it counts for
  // nothing, since the catalogue does not know of it.
  if (found != logged.end() && found->origin == origin) return false;
  logged.insert(found,
                {.place = place, .origin = origin, .kind = subject.kind, .last = subject.last});
  return true;
}

absl::StatusOr<std::optional<AccountRow>> DirectoryCore::RowOf(AccountKey account) const {
  const std::lock_guard<std::mutex> lock(seal_mutex_);
  if (absl::Status status = catalogue_->Recover(); !status.ok()) return status;
  const auto found = catalogue_->accounts().find(account);
  if (found == catalogue_->accounts().end()) return std::optional<AccountRow>();
  return found->second;
}

}  // namespace pinmetrics
